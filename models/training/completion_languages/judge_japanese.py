"""Measures whether Japanese phrases can be offered, with the text there is: not well enough to ship.

Offers ``main(data)``, which prints the figures that the cards quote; also

    python -m models.training.completion_languages.judge_japanese

An input method turns what is typed into Japanese and completes while it does so; nothing of ours may interfere. What is
left for us is the next phrase, after one was settled. Phrases are BudouX's (Apache-2.0; PyPI), and the next one is
told from the one before: counts after one phrase, interpolated with single ones (Witten and Bell, 1991). The unit
of what is saved is the character written; choosing costs one.
"""

import os
import re
import sys
from collections import Counter, defaultdict

from models.training.completion_languages import evaluate, prepare_text

# Phrases offered at a time.
OFFERED = 3

_SENTENCE = re.compile(r"[^。！？!?\n]+")


def sentences(texts, parser):
    """Return sentences of ``texts`` as lists of phrases, without marks."""
    return [[phrase.strip("「」、, ") for phrase in parser.parse(sentence)] for text in texts for sentence in _SENTENCE.findall(text)]


class NextPhrase:
    """Likely next phrases, from one phrase before."""

    def __init__(self, text):
        self.alone, self.after = Counter(), defaultdict(Counter)
        for sentence in text:
            for before, phrase in zip([""] + sentence, sentence):
                self.alone[phrase] += 1
                self.after[before][phrase] += 1
        self.frequent = [phrase for phrase, _ in sorted(self.alone.items(), key=lambda item: (-item[1], item[0]))]
        self.all = sum(self.alone.values())

    def offers(self, before, prefix):
        """Return the likeliest phrases that start with ``prefix`` after the phrase ``before``."""
        followers = self.after.get(before, {})
        uses, kinds = sum(followers.values()), len(followers)
        weight = uses / (uses + kinds) if uses else 0
        common = [phrase for phrase in self.frequent if phrase.startswith(prefix)][:OFFERED * 10]
        likely = {phrase: weight * followers.get(phrase, 0) / max(uses, 1) + (1 - weight) * self.alone[phrase] / self.all
                  for phrase in set(common) | {phrase for phrase in followers if phrase.startswith(prefix)}}
        return sorted(likely, key=lambda phrase: (-likely[phrase], phrase))[:OFFERED]


def judge(model, text):
    """Return (next phrase among the offered, characters saved), in percent, over ``text``, sentences of phrases."""
    right = phrases = written = used = 0
    for sentence in text:
        for before, phrase in zip([""] + sentence, sentence):
            found = next((typed for typed in range(len(phrase)) if phrase in model.offers(before, phrase[:typed])), len(phrase) - 1)
            right += found == 0 and phrase in model.offers(before, "")
            phrases += 1
            written += len(phrase)
            used += found + 1
    return 100 * right / phrases, 100 * (1 - used / written)


def main(data):
    """Print what next phrases would bring."""
    import budoux

    parser = budoux.load_default_japanese_parser()
    tested, learned = prepare_text.halve(prepare_text.tatoeba("ja", data))
    text = sentences(learned + prepare_text.chatterbot("ja"), parser)
    model = NextPhrase(text)
    print(f"         learned from {sum(map(len, text)):,} phrases, {len(model.alone):,} different")
    for name, texts in (("Tatoeba, sentences left out", tested), ("diary", evaluate.diary("ja"))):
        among, saved = judge(model, sentences(texts, parser))
        known = [phrase in model.alone for sentence in sentences(texts, parser) for phrase in sentence]
        print(f"         {name}: next phrase among three {among:.1f} %, characters saved {saved:.1f} %; "
              f"{100 * sum(known) / len(known):.0f} % of the phrases were ever seen")


if __name__ == "__main__":
    main(os.environ.get("DATA", "../shared/data"))
    sys.exit()
