"""Names what a note is about: its key phrases, in its own words.

Offers

- ``KeyPhrases.load(models)``: the feature; ``answer({"text", "limit"?, "language"?})`` -> ``{"phrases": [{"phrase", "weight"}]}``.
- ``content_words(text, ...)``: the words that carry meaning, with what is around them; ``Reader``: what loads that, for
  summaries too.

Method, made for notes of a few dozen words, where nearly every word occurs once and counts alone say nothing. As in
RAKE (S. Rose and others, 2010) candidates are runs of words between stop words and marks. As in YAKE (R. Campos and
others, 2020) a word weighs by what any language shows on its surface: how often it comes back, how early, whether it has
a capital inside a sentence. To this are added its length (frequent words are short: G. K. Zipf, 1935) and the word before
it: after «the», «my», «with» stands a noun, after «I», «he», «to» a verb.
"""

import math
import re
from collections import Counter, namedtuple

from app.engine.language import Language
from app.engine.segment import Segmenter
from app.engine.sentences import sentences
from app.engine.stop_words import StopWords

# Characters of a note that are read. A longer one is about what its beginning is about.
LOOK_CHARACTERS = 100_000

LIMIT = 5
LONGEST_PHRASE = 3

# Factors, chosen on the development half of bench/data/phrases.jsonl.
NAME = 1.5
AFTER_NOUN_MARK = 1.5
AFTER_VERB_MARK = 0.3
COMES_BACK = 1.0
EARLY = 0.5
USUAL_LENGTH = 7
OTHER_WORDS = 0.4
WHOLE_RUN = 1.3
CUT_SHORT = 0.8

# Words that a noun follows, and words that a verb follows, in the languages where a short list says it.
_BEFORE_NOUN = {
    "en": "the a an my your his her our their this that these those some any no every each of with at in on by for from into about",
    "de": "der die das den dem des ein eine einen einem einer mein meine meinen meinem dein sein seine seinen ihr ihre ihren unser unsere "
          "kein keine diese dieser dieses mit von bei im am vom zum zur für ohne gegen",
    "fr": "le la les un une des du de d l mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces au aux avec "
          "pour sans dans",
    "es": "el la los las un una unos unas mi mis tu tus su sus nuestro nuestra este esta ese esa del de al con para sin en por",
    "it": "il lo la i gli le un uno una l un mio mia miei mie tuo tua suo sua nostro nostra questo questa del della dei delle al alla "
          "con per nel nella",
    "pt": "o a os as um uma meu minha meus minhas teu tua seu sua nosso nossa este esta esse essa do da dos das ao com para sem no na em",
    "nl": "de het een mijn jouw je zijn haar ons onze hun deze dit die dat geen met van bij in op voor zonder",
    "sv": "en ett min mitt mina din ditt sin sitt vår vårt den det de denna detta med av på i för utan till",
    "da": "en et min mit mine din dit sin sit vores den det de denne dette med af på i for uden til",
    "no": "en ei et min mitt mine din ditt sin sitt vår vårt den det de denne dette med av på i for uten til",
}
_BEFORE_VERB = {
    "en": "i he she we they you it to will would can should might must may didn't don't doesn't can't couldn't won't wasn't isn't who "
          "i'll we'll he'll she'll i'd he'd she'd not been be was were is are am i'm he's she's",
    "de": "ich er sie wir ihr es man du zu nicht",
    "fr": "je j il elle on nous vous ils elles tu ne n se s qui",
    "es": "yo él ella nosotros ellos se me te nos no que",
    "it": "io lui lei noi loro si mi ti ci non che",
    "pt": "eu ele ela nós eles se me te nos não que",
    "nl": "ik hij zij ze wij we jij niet te",
    "sv": "jag han hon vi de du att inte", "da": "jeg han hun vi de du at ikke", "no": "jeg han hun vi de du å ikke",
}
# English is read most: its function words and lightest verbs by hand, where counting 6,000 sentences missed them.
_ENGLISH = frozenset("""over under between since while during until which whose whom whether though although else every both either neither
such own same off away around again ever yet still perhaps quite rather almost enough several many more most less least few lot lots bit
half whole twice once one two three four five six seven eight nine ten eleven twelve hundred thousand something anything nothing everything
somebody anybody nobody everybody someone anyone everyone thing things way kind sort says said say thinks think thought tell told tells
give gave given get gets got getting come comes came coming go goes went gone going make makes made making take takes took taken taking
put puts let lets keep keeps kept know knew known mean means meant want wants wanted look looks looked looking seem seems seemed see saw
seen ask asks asked try tries tried start started feel feels felt find found leave left bring brought hold held turn turned need needed
use used work worked we've they've i've you've we're they're you're he'd she'd we'd they'd you'd it'd who's what's that's there's here's
where's having been being does did done doing against across along among behind below beside besides beyond despite except inside like
near onto outside past per through throughout toward towards underneath unless upon via within without first second third next last
really very just only even also too maybe soon later early always never often sometimes usually already anyway instead together
apart""".split())
_BEFORE_NOUN = {language: frozenset(words.split()) for language, words in _BEFORE_NOUN.items()}
_BEFORE_VERB = {language: frozenset(words.split()) for language, words in _BEFORE_VERB.items()}
_ALSO_STOP = {language: words | _BEFORE_VERB[language] for language, words in _BEFORE_NOUN.items()}
_ALSO_STOP["en"] |= _ENGLISH

_ELISION = re.compile(r"(?:[^\W\d_]{1,2}|qu|dell|nell|sull|dall|all|quell|jusqu|lorsqu)['\u2019](?=[^\W\d_]{3})", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['\u2019]s?\Z")
_CJK = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_KANA_ONLY = re.compile(r"[\u3041-\u309f]+\Z")

# A word in its place: offsets, key (lower case, without «'s»), number of its sentence, whether it has a capital that its
# place does not explain, the word before it ("" after a mark), and whether nothing but a space parts it from that word.
Word = namedtuple("Word", "start end key sentence name before joined stop")


def content_words(text, segmenter, stop, language=""):
    """Return ``([Word], [(start, end)])``: the words of ``text`` in order, stop words marked as such, and its sentences."""
    spans = sentences(text)
    stop = stop | _ALSO_STOP.get(language, frozenset())
    found, number = [], 0
    last_end, last = 0, ""
    for start, end in segmenter.words(text, language):
        while number < len(spans) and start >= spans[number][1]:
            number += 1
        if number == len(spans):
            break
        if start < spans[number][0]:
            continue
        elided = _ELISION.match(text, start, end)
        if elided and text[start:end].lower() not in stop:
            last, last_end, start = text[start:elided.end() - 1].lower(), elided.end(), elided.end()
        written = text[start:end]
        key = _POSSESSIVE.sub("", written.lower().replace("\u2019", "'"))
        between = text[last_end:start]
        joined = bool(found) and found[-1].sentence == number and not between.strip(" '\u2019")
        first = start == spans[number][0]
        unspaced = bool(_CJK.match(written))
        silent = (written.lower().replace("\u2019", "'") in stop or key in stop or not any(map(str.isalpha, key)) or "_" in key
                  or len(key) == 1 and not (unspaced and not _KANA_ONLY.match(key))
                  or unspaced and bool(_KANA_ONLY.match(key)) and len(key) < 4)
        name = written[0].isupper() and not first and (len(written) > 1)
        found.append(Word(start, end, key, number, name, last if joined else "", joined, silent))
        last, last_end = written.lower(), end
    return found, spans


def weigh(words, count, language=""):
    """Return ``{key: weight}`` of the content words among ``words`` in a text of ``count`` sentences."""
    times = Counter(word.key for word in words)
    places, names, before = {}, Counter(), {}
    nouns, verbs = _BEFORE_NOUN.get(language, frozenset()), _BEFORE_VERB.get(language, frozenset())
    for word in words:
        if not word.stop:
            places.setdefault(word.key, word.sentence)
            names[word.key] += word.name
            before.setdefault(word.key, []).append(word.before)
    weights = {}
    for key, place in places.items():
        letters = len(key) * (2.5 if _CJK.match(key) else 1)
        weight = min(letters, 1.5 * USUAL_LENGTH) / USUAL_LENGTH + 0.4
        weight *= 1 + COMES_BACK * math.log(times[key])
        weight *= 1 + EARLY * (1 - place / max(1, count - 1)) if count > 1 else 1
        # In German every noun has a capital: it says as much there as an article does elsewhere.
        if names[key] * 2 > times[key] - (place == 0):
            weight *= NAME
        if any(word in nouns for word in before[key]):
            weight *= AFTER_NOUN_MARK
        elif all(word in verbs for word in before[key]):
            weight *= AFTER_VERB_MARK
        weights[key] = weight
    return weights


class Reader:
    """What reads a note for its content words, in whatever language it is. ``language``: the feature of that name."""

    def __init__(self, segmenter, stop_words, language):
        self.segmenter, self.stop_words, self.language = segmenter, stop_words, language

    @classmethod
    async def load(cls, models):
        """Return the feature; ``models``: a ``ModelFiles``. Raises ``ModelError``."""
        return cls(await models.parsed("segment", Segmenter.load), await models.parsed("stop_words", StopWords.load),
                   await Language.load(models))

    def content_words(self, text, language):
        """Return (words, sentences, language) as ``content_words`` does; without ``language`` the detector is asked."""
        language = language or self.language.likeliest(text)
        return *content_words(text, self.segmenter, self.stop_words.of(language), language), language


class KeyPhrases(Reader):
    """The feature «key_phrases»."""

    def answer(self, payload):
        """{"text", "limit"?, "language"?: ISO 639-1} -> {"phrases": [{"phrase", "weight"}]}, the weightiest first, weights 0 to 1.

        Without ``language`` the detector is asked. Only the first LOOK_CHARACTERS are read.
        """
        text = payload["text"][:LOOK_CHARACTERS]
        words, spans, language = self.content_words(text, payload.get("language"))
        weights = weigh(words, len(spans), language)
        return {"phrases": _best(_candidates(text, words, weights), payload.get("limit", LIMIT))}


def _candidates(text, words, weights):
    """Return ``{(keys): [weight, phrase]}`` of all runs of content words."""
    found, times = {}, Counter()
    run = []
    for word in [*words, None]:
        goes_on = word is not None and not word.stop and word.joined and run and word.sentence == run[-1].sentence
        if not goes_on:
            _add_run(text, run, weights, found, times)
            run = []
        if word is not None and not word.stop:
            run.append(word)
    for keys, entry in found.items():
        entry[0] *= 1 + math.log(times[keys]) if len(keys) > 1 else 1
    return found


def _add_run(text, run, weights, found, times):
    for first in range(len(run)):
        for last in range(first, min(first + LONGEST_PHRASE, len(run))):
            part = run[first:last + 1]
            keys = tuple(word.key for word in part)
            times[keys] += 1
            if keys in found:
                continue
            own = [weights[key] for key in keys]
            # The weightiest word counts in full, the others in part; a whole run is likelier a name of something than a piece
            # of one: «waiting room» before «whole waiting».
            weight = max(own) + OTHER_WORDS * (sum(own) - max(own))
            if len(part) == len(run):
                weight *= WHOLE_RUN
            if last < len(run) - 1:
                weight *= CUT_SHORT
            found[keys] = [weight, " ".join(text[part[0].start:part[-1].end].split())]


def _best(candidates, limit):
    """Return the ``limit`` weightiest phrases, none of which repeats the words of one before it."""
    chosen, taken = [], set()
    for keys, (weight, phrase) in sorted(candidates.items(), key=lambda item: (-item[1][0], item[1][1])):
        if len(chosen) >= limit:
            break
        if taken.intersection(keys):
            continue
        taken.update(keys)
        chosen.append((weight, phrase))
    most = chosen[0][0] if chosen else 1
    return [{"phrase": phrase, "weight": round(weight / most, 3)} for weight, phrase in chosen]
