"""Step 8: how well details are found.

Offers

- ``read(split)``: the hand-written texts of ``bench/data/details.jsonl``, as ``(text, language, [(start, end, kind)])``.
- ``count(find, texts)`` -> ``Counts``: ``find(text)`` gives ``(start, end, kind)``.
- ``agreement(details, labelled)``: how far the tagger's names are the teacher's, on sentences of a held-out source.
- ``unknown_names(details, lists)``: recall of names that were kept apart from all lists, in templates.

A detail counts as found when something of its kind was found there, wherever exactly its ends are; ``exact`` counts
those with both ends right. What stands at an «optional» detail (a celebrity, a figure in a book) is never wrong.
"""

import json
import random
from collections import Counter
from pathlib import Path

from models.training.details.word_lists import kept_apart

TEXTS = Path(__file__).resolve().parents[3] / "bench" / "data" / "details.jsonl"
PATTERNED = ("email", "phone", "card", "iban", "national_id", "ip", "key", "birth_date")


def read(split):
    rows = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], row["lang"], [(part["start"], part["end"], part["kind"]) for part in row["details"]])
            for row in rows if row["split"] == split]


class Counts:
    """``found``, ``missed``, ``exact`` and ``wrong`` by kind; ``clean``: texts without details,
    ``spoilt``: those in which something was found."""

    def __init__(self):
        self.found, self.missed, self.exact, self.wrong = Counter(), Counter(), Counter(), Counter()
        self.clean = self.spoilt = 0

    def recall(self, kinds):
        found, missed = sum(self.found[kind] for kind in kinds), sum(self.missed[kind] for kind in kinds)
        return found / (found + missed) if found + missed else None

    def precision(self, kinds=None):
        kinds = kinds or {*self.found, *self.wrong}
        found, wrong = sum(self.found[kind] for kind in kinds), sum(self.wrong[kind] for kind in kinds)
        return found / (found + wrong) if found + wrong else None

    def exactly(self, kinds):
        asked = sum(self.found[kind] + self.missed[kind] for kind in kinds)
        return sum(self.exact[kind] for kind in kinds) / asked if asked else None


def count(find, texts):
    """Return the ``Counts`` of ``find`` over ``texts``, as ``read`` gives them."""
    counts = Counts()
    for text, _language, wanted in texts:
        found = find(text)
        for start, end, kind in wanted:
            if kind == "optional":
                continue
            here = [(a, b) for a, b, other in found if other == kind and a < end and start < b]
            counts.found[kind] += bool(here)
            counts.missed[kind] += not here
            counts.exact[kind] += (start, end) in here
        wrong = [kind for a, b, kind in found
                 if not any(other in (kind, "optional") and a < end and start < b for start, end, other in wanted)]
        counts.wrong.update(wrong)
        if all(kind == "optional" for *_, kind in wanted):
            counts.clean += 1
            counts.spoilt += bool(wrong)
    return counts


def agreement(details, labelled):
    """Return (recall, precision) of the names found, where the teacher's are taken for right. ``labelled``: as ``label`` gives them."""
    wanted = both = ours_in_all = ours_right = 0
    for _language, sentence, spans in labelled:
        names = [(start, end) for start, end, kind in spans if kind == "name"]
        allowed = [(start, end) for start, end, kind in spans if kind in ("name", "doubt")]
        ours = [(start, end) for start, end, kind in details.find(sentence) if kind == "name"]
        wanted += len(names)
        both += sum(any(a < end and start < b for a, b in ours) for start, end in names)
        ours_in_all += len(ours)
        ours_right += sum(any(a < end and start < b for a, b in allowed) for start, end in ours)
    return both / max(1, wanted), ours_right / max(1, ours_in_all)


# Sentences that are in no template of the training, for names that are in none of its lists.
_CARRIERS = {
    "en": ("Finally told {} about the diagnosis and we both went quiet.", "The spare room is {}'s until Christmas.",
           "{} burnt the rice again", "I keep thinking of what {} said at the station."),
    "de": ("Abends noch mit {} auf dem Balkon gesessen.", "{} hat den Schlüssel noch.", "Ich muss {} endlich die Wahrheit sagen."),
    "fr": ("J'ai enfin parlé à {} de ce qui me pèse.", "{} a encore brûlé le riz.", "Soirée tranquille avec {}."),
    "es": ("Por fin hablé con {} de lo que me preocupa.", "{} volvió a quemar el arroz.", "Tarde tranquila con {}."),
}
_UNKNOWN = 100


def unknown_names(details, lists):
    """Return {language: recall} of ``_UNKNOWN`` given names a language that no list and no training text had."""
    lot, recall = random.Random(1), {}
    for language, carriers in _CARRIERS.items():
        names = [name for name in lists.given[language] if kept_apart(name) and " " not in name and "-" not in name]
        hits = 0
        for name in lot.sample(names, min(_UNKNOWN, len(names))):
            carrier = lot.choice(carriers)
            start = carrier.index("{}")
            hits += any(kind == "name" and a <= start < b for a, b, kind in details.find(carrier.format(name)))
        recall[language] = hits / min(_UNKNOWN, len(names))
    return recall
