"""Step 2: finds slips in text that people typed, without being told what they meant.

Offers ``find(sentences, spelling)`` -> list of ``Finding``.

An unknown word in lower case between known ones is either new or a slip. Each is kept with
the words of the model that are one or two slips away, and how likely those are in its place
(as C. Whitelaw et al., «Using the web for language independent spellchecking», 2009, do
with far more text). ``estimate`` then decides how much of each counts, in turns (EM).
"""

from collections import defaultdict, namedtuple

import numpy as np

from app.engine import words
from app.engine.spelling import codes

# Letters of the words that are looked at: shorter ones are near too many others.
LEAST_LETTERS, MOST_LETTERS = 4, 15
# Places in the text that are looked at for one unknown word; the rest counts with them.
PLACES = 4
# Candidates kept for a word, the nearest and likeliest.
CANDIDATES = 6

# word, its codes, its uses in the text, and candidates: [(word of the model, nats of it in these places)].
Finding = namedtuple("Finding", "word typed count candidates")


def find(sentences, spelling):
    """Return the findings in ``sentences`` (lists of tokens of ``app.engine.words``)."""
    model, places, counts = spelling.model, defaultdict(list), defaultdict(int)
    for sentence in sentences:
        for at, (kind, text) in enumerate(sentence):
            if kind != "word" or not text.islower() or not LEAST_LETTERS <= len(text) <= MOST_LETTERS:
                continue
            if spelling.is_right(text) or text in words.CONTRACTIONS or codes(text) is None:
                continue
            counts[text] += 1
            if len(places[text]) < PLACES:
                before = [model.marks["start"]] + model.encode(sentence[max(0, at - 3):at])
                after = model.encode(sentence[at + 1:at + 2])[0] if at + 1 < len(sentence) else model.marks["end"]
                places[text].append((before, after))
    findings = []
    for word in sorted(places):
        typed = codes(word)
        near, distances = spelling.near(typed)
        if not len(near):
            continue
        p = np.mean([np.log(model.probabilities(before, 0, len(model.words))[near]) for before, _ in places[word]], axis=0)
        best = np.argsort(6 * distances - p, kind="stable")[:CANDIDATES]
        unknown = _after(model, places[word], model.marks["other"])
        candidates = [(model.words[int(near[i])], float(p[i]) + _after(model, places[word], int(near[i])) - unknown) for i in best]
        findings.append(Finding(word, typed, counts[word], candidates))
    return findings


def _after(model, places, word):
    """Return how likely the words after ``places`` are, on average in nats, if the word ``word`` stands there."""
    return float(np.mean([np.log(model.probabilities(before + [word], after, after + 1)[0]) for before, after in places]))
