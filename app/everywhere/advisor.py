"""Where a feature of any app runs, read from its description: the three tests, as far as words tell.

Offers

- ``Advisor(model, encode)``: ``model`` is what ``models/advisor.json`` holds, ``encode`` turns a list of texts into a list of sentence vectors.
- ``advisor.advise(features)``: the advice on each ``(name, description)``, a list of dict:
  ``name``, ``place`` ("device" or "server"), ``decided_by`` ("secret", "shared", "heavy" or "none"), ``secret``, ``shared``,
  ``heavy`` (bool), ``why`` (one sentence), ``confidence`` (0 to 1: how likely place and deciding test are right), ``likelihoods``
  (of a yes to each test), ``reason`` (its name in ``app/everywhere/advice_words.py``), ``unsure`` (bool), ``ask`` (where unsure: what to ask oneself).
- ``text_of``, ``words_of``, ``terms_of``, ``Cues``: how a text is read; the training reads by the same.

Method: one multinomial logistic regression over the reasons why a feature is not for the device (payment, a provider's model, other people see
it, …, none). It reads phrases that speak for a reason (cues, chosen by hand), single words and pairs, and the sentence vector. What the reasons that
answer yes to a test are believed, added up, is the likelihood of that yes. All of it is data, and nothing here needs more than a plain Python.
"""

from app.everywhere.advice_words import ANSWERS, NONE, QUESTIONS, sentence
from app.everywhere.errors import ModelError
from app.everywhere.limits import ADVICE_CHARACTERS
from app.everywhere.places import TESTS

# What the file calls itself; another is refused by who reads it.
FORMAT = 1
# An answer that is less sure than this is called unsure. Chosen by cross-validation: see models/advisor.md.
SURE = 0.6
# Share of a text's words that the model has met; below it the text is in another language, or in none.
KNOWN = 0.34
# Up to so many words one cue is enough.
FEW_WORDS = 3
# What an answer to a text that was not understood is worth.
UNREAD = 0.3
# Megabytes of a model that a device carries; the same limit as MODELS_BYTES_TOGETHER.
CARRIED_MB = 10
# The character that stands for a weight of 0; weights are the printable ones around it, one a reason.
ZERO = 79
_BYTES = {"kb": 0.001, "mb": 1, "gb": 1000, "megabytes": 1, "gigabytes": 1000, "tb": 1000000}


def words_of(text):
    """Return the words of ``text`` in lower case: runs of ASCII letters, digits and apostrophes, and each sign of money."""
    clean = ""
    for c in text[:ADVICE_CHARACTERS].lower().replace("\u2019", "'"):
        clean += c if "a" <= c <= "z" or "0" <= c <= "9" or c == "'" else " " + c + " " if c in "$\u20ac\u00a3" else " "
    return [word for word in [word.strip("'") for word in clean.split()] if word]


def stem(word):
    """Return what forms of an English word share, roughly: «bookings», «booked» and «book» are one."""
    if len(word) > 3 and word.endswith("'s"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss") and not word.endswith("us"):
        word = word[:-1]
    for end in ("ing", "ed", "er"):
        if len(word) > len(end) + 3 and word.endswith(end):
            word = word[:-len(end)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def terms_of(words):
    """Return the set of stems in ``words`` and of pairs of neighbours, joined by a space."""
    stems = [stem(word) for word in words]
    return set(stems) | set([stems[i] + " " + stems[i + 1] for i in range(len(stems) - 1)])


class Cues:
    """``rows``: [[name, [phrase, …]], …], as the model lists them. Two more are measured: «heavy.bytes» and «device.bytes»."""

    def __init__(self, rows):
        self.names = [row[0] for row in rows] + ["heavy.bytes", "device.bytes"]
        self._opens = {}  # first two letters of a phrase -> [(place of its cue, its words)]
        for place, row in enumerate(rows):
            for phrase in row[1]:
                parts = phrase.split()
                self._opens.setdefault(parts[0].strip("*")[:2], []).append((place, parts))

    def found(self, words):
        """Return the places of the cues that ``words`` show, as a set."""
        found = set()
        for at, word in enumerate(words):
            for place, parts in self._opens.get(word[:2], ()):
                if place not in found and _fits(parts, words, at):
                    found.add(place)
            if word in _BYTES and at:
                number = _number(words[at - 1])
                if number:
                    found.add(len(self.names) - (2 if number * _BYTES[word] > CARRIED_MB else 1))
        return found


def _fits(parts, words, at):
    if at + len(parts) > len(words):
        return False
    for i, part in enumerate(parts):
        word = words[at + i]
        if part != "_" and part != word and not (part.endswith("*") and word.startswith(part[:-1])):
            return False
    return True


def _number(word):
    for c in word:
        if not "0" <= c <= "9":
            return 0
    return int(word[:9])


class Advisor:
    """``model``: what ``models/advisor.json`` holds; ``await``-free, and changes nothing. Raises ``ModelError`` where it has another format. See the module."""

    def __init__(self, model, encode):
        if model["format"] != FORMAT:
            raise ModelError("The advisor has format " + str(model["format"]) + "; this version reads format " + str(FORMAT) + ".")
        self._encode = encode
        self._cues = Cues(model["cues"])
        self._reasons = model["reasons"]
        self._biases = model["biases"]
        self._rows = {part: [_weights(row, model["scales"][part]) for row in model[part + "_weights"]] for part in ("vector", "cue")}
        self._terms, self._term_scale = model["terms"], model["scales"]["term"]

    def advise(self, features):
        """Return the advice on each ``(name, description)``, in their order; see the module for its fields."""
        texts = [text_of(name, description) for name, description in features]
        return [self._judge(name, description, text, vector)
                for (name, description), text, vector in zip(features, texts, self._encode(texts))]

    def beliefs(self, text, vector):
        """Return ``([probability of each reason, in the model's order], places of the cues, share of words that are known)``."""
        words = words_of(text)
        scores = list(self._biases)
        for x, row in zip(vector, self._rows["vector"]):
            if x:
                scores = [score + float(x) * weight for score, weight in zip(scores, row)]
        cues = self._cues.found(words)
        for place in cues:
            scores = [score + weight for score, weight in zip(scores, self._rows["cue"][place])]
        known = sorted([term for term in terms_of(words) if term in self._terms])
        for term in known:
            row = _weights(self._terms[term], self._term_scale)
            scores = [score + weight / len(known) ** 0.5 for score, weight in zip(scores, row)]
        most = max(scores)
        powers = [2.718281828459045 ** (score - most) for score in scores]
        met = len([word for word in words if stem(word) in self._terms])
        # Of a word or two («metronome») a cue is enough; in another language, cues are met by chance.
        share = 1.0 if cues and len(words) <= FEW_WORDS else met / len(words) if words else 0.0
        return [power / sum(powers) for power in powers], cues, share

    def _judge(self, name, description, text, vector):
        beliefs, cues, known = self.beliefs(text, vector)
        likelihoods, deciding = {}, {}
        for test in TESTS:
            likelihoods[test] = sum([belief for belief, reason in zip(beliefs, self._reasons) if test in ANSWERS[reason]])
            deciding[test] = sum([belief for belief, reason in zip(beliefs, self._reasons) if ANSWERS[reason][:1] == (test,)])
        device = beliefs[self._reasons.index(NONE)]
        decided = NONE if device >= 0.5 else max(TESTS, key=lambda test: deciding[test])
        yes = {test: decided != NONE and (test == decided or likelihoods[test] >= 0.5) for test in TESTS}
        fits = [(belief, reason) for belief, reason in zip(beliefs, self._reasons) if (ANSWERS[reason][:1] or (NONE,))[0] == decided]
        reason = max(fits)[1]
        confidence = device if decided == NONE else deciding[decided]
        if known < KNOWN:
            confidence = min(confidence, UNREAD)
        unsure = confidence < SURE
        doubtful = min(TESTS, key=lambda test: abs(likelihoods[test] - 0.5))
        return {"name": name, "place": "device" if decided == NONE else "server", "decided_by": decided,
                "secret": yes["secret"], "shared": yes["shared"], "heavy": yes["heavy"],
                "why": sentence(reason, name, description, words_of(text), [self._cues.names[place] for place in sorted(cues)]),
                "confidence": round(confidence, 3), "likelihoods": {test: round(likelihoods[test], 3) for test in TESTS},
                "reason": reason, "unsure": unsure, "ask": QUESTIONS[doubtful] if unsure else ""}


def text_of(name, description):
    """Return what is read of a feature: its name and its description, as one text."""
    return description if not name or name == description else name + ". " + description


def _weights(row, scale):
    """Return the numbers that a text of printable characters stands for, one for each reason: «O» is nought."""
    return [(ord(c) - ZERO) * scale for c in row]
