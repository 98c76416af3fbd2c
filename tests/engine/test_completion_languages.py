"""Completion in other languages: the choice of the language, its model on demand, and what the shipped models finish."""

import asyncio
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from app.engine.completion import Completer
from app.engine.completion_languages import CODES, Choice, Languages
from app.engine.kneser_ney import KneserNey
from app.engine.own_words import OwnWords
from app.everywhere.errors import ModelError
from models.training.completion import count
from models.training.completion_languages import choose_words, evaluate, prepare_text, train
from tests.engine.shipped import Shipped

_spec = importlib.util.spec_from_file_location("tiny_model", Path(__file__).with_name("tiny_model.py"))
tiny_model = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny_model)

MODELS = Path(__file__).resolve().parents[2] / "models"
SHIPPED = CODES[1:]

GERMAN = "Ich war heute lange im Garten. "
ENGLISH = "I was in the garden for a long time today. "


def detect(text):
    """A detector that knows three words of either language."""
    german = sum(word in text.lower().split() for word in ("ich", "war", "heute", "und"))
    english = sum(word in text.lower().split() for word in ("i", "was", "the", "and"))
    if german == english:
        return "", 0.3
    return ("de", 0.95) if german > english else ("en", 0.95)


def typed(choice, text):
    """Return the language after every letter of ``text``."""
    return [choice.of(text[:place]) for place in range(len(text) + 1)]


def test_the_choice_follows_a_note_in_another_language_within_a_few_words():
    languages = typed(Choice(detect), GERMAN)
    assert languages[0] == "en" and languages[-1] == "de"
    assert GERMAN[:languages.index("de")].count(" ") <= 4


def test_one_word_in_another_language_changes_nothing():
    assert set(typed(Choice(detect), ENGLISH + "She said und ")) == {"en"}


def test_what_the_detector_does_not_know_changes_nothing():
    choice = Choice(detect)
    typed(choice, GERMAN)
    assert set(typed(choice, "Noor Noor Noor Noor Noor ")) == {"de"}


def test_a_note_that_is_opened_is_seen_at_once():
    assert Choice(detect).of(GERMAN * 3) == "de"


def test_a_language_without_a_model_changes_nothing():
    assert Choice(lambda text: ("nl", 0.99)).of("ik was vandaag de hele dag in de tuin en heb veel gelezen ") == "en"


def test_the_setting_decides_over_the_text():
    assert Choice(detect).of(GERMAN * 3, "fr") == "fr"


def test_the_detector_is_asked_once_a_word():
    asked = []
    choice = Choice(lambda text: (asked.append(text), ("", 0))[1])
    typed(choice, GERMAN)
    assert len(asked) == GERMAN.count(" ") - 2  # from the third word on


@pytest.mark.parametrize("text", ["", " ", "\x00" * 500, "😀 " * 300, "\ud800 \udfff a b c ", "word " * 200_000])
def test_any_text_is_accepted(text):
    assert Choice(detect).of(text) == "en"


class Few(Shipped):
    """Only these models are to be had."""

    async def data(self, name):
        if name not in self._changed:
            self.asked.append(name)
            raise ModelError(f"{name} could not be loaded.")
        return await super().data(name)


def languages_with(files):
    models = Few(files)
    first = Completer(tiny_model.model(), OwnWords())
    return Languages(models, first, detect), first, models.asked


def test_a_model_is_loaded_when_its_language_is_written_and_the_other_answers_meanwhile():
    async def write():
        languages, first, asked = languages_with({"completion.de": tiny_model.packed()})
        assert languages.completer(ENGLISH) is first and asked == []
        assert languages.completer(GERMAN * 3) is first
        await languages.loaded()
        german = languages.completer(GERMAN * 3)
        assert german is not first and asked == ["completion.de"]
        assert languages.completer(ENGLISH * 3) is first and languages.completer(GERMAN * 3) is german
        await languages.loaded()
        assert asked == ["completion.de"]
    asyncio.run(write())


def test_a_language_that_was_asked_for_by_name_is_waited_for():
    async def write():
        languages, first, asked = languages_with({"completion.de": tiny_model.packed()})
        for code in ("de", "de", "xx", "en"):
            await languages.load(code)
        assert asked == ["completion.de"]
        assert languages.completer("", "de") is not first and languages.completer("", "en") is first
    asyncio.run(write())


def test_own_words_serve_whichever_language_is_active():
    async def write():
        languages, first, _ = languages_with({"completion.de": tiny_model.packed(tiny_model.arrays(keep=30))})
        first.own.learn("note", "Zugspitze. Zugspitze. Zugspitze.")
        for text in (ENGLISH, GERMAN * 3, ENGLISH * 3, GERMAN * 3):
            completer = languages.completer(text)
            await languages.loaded()
            completer = languages.completer(text)
            assert completer.complete("Zugs")["words"] == ["pitze"]
    asyncio.run(write())


def test_a_model_that_cannot_be_had_is_asked_for_once_and_the_first_language_goes_on():
    async def write():
        languages, first, asked = languages_with({"completion.fr": b"damaged"})
        for setting in ("de", "de", "fr", "fr"):
            languages.completer(GERMAN, setting)
            await languages.loaded()
        assert languages.completer(GERMAN, "de") is first
        assert asked == ["completion.de", "completion.fr"]
        assert sorted(languages.problems) == ["de", "fr"] and "completion.fr.npz" in languages.problems["fr"]
    asyncio.run(write())


# -- how they are trained and measured ----------------------------------------------------


def test_words_are_counted_as_the_peer_counts_them():
    assert evaluate.pieces("L'école d\u2019été, 12 %") == [
        (0, "L'", 2), (2, "école", 6), (8, "d'", 2), (10, "été", 4), (15, "12", 3)]


def test_the_lowest_order_can_be_replaced_and_all_orders_still_sum_to_one():
    levels, vocabulary = tiny_model.levels()
    before = levels[0].p.copy()
    listed = {word: 10 if word == "tea" else 1 for word in vocabulary.words}
    chosen = choose_words.Vocabulary(vocabulary.words, vocabulary.surfaces, listed)
    levels = train.replace_lowest(levels, train.mixed(before, chosen, 0.5))
    assert levels[0].p.sum() == pytest.approx(1)
    assert levels[0].p[vocabulary.words.index("tea")] > before[vocabulary.words.index("tea")]
    for order, (lower, level) in enumerate(zip(levels, levels[1:]), 2):
        for context in np.unique(count.prefix(level.keys)):
            inside = count.prefix(level.keys) == context
            shorter = np.searchsorted(lower.keys, count.suffix(level.keys[inside], order))
            rest = lower.backoff[np.searchsorted(lower.keys, context)] * (1 - lower.p[shorter].sum())
            assert level.p[inside].sum() + rest == pytest.approx(1, abs=1e-5)


def test_a_banned_word_is_banned_in_its_forms_and_in_its_language_only():
    assert choose_words.banned("de").fullmatch("scheißegal")
    assert choose_words.banned("fr").fullmatch("con") and not choose_words.banned("es").fullmatch("con")


def test_the_halves_of_the_development_text_do_not_meet():
    sentences = [f"Satz {number}." for number in range(400)]
    development, test = prepare_text.halve(sentences)
    assert not set(development) & set(test) and len(development) + len(test) == 400


# -- what ships ---------------------------------------------------------------------------


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request):
    path = MODELS / f"completion.{request.param}.npz"
    return request.param, path.stat().st_size, Completer(KneserNey.load(path.read_bytes()), OwnWords())


def test_a_shipped_model_is_small_and_in_the_manifest(shipped):
    language, size, _ = shipped
    rows = {row["name"]: row for row in json.loads((MODELS / "manifest.json").read_text(encoding="utf-8"))["models"]}
    assert rows[f"completion.{language}"]["bytes"] == size <= 500_000


FINISHED = {
    "de": [("Heute habe ich mit meiner Schw", "Schwester"), ("Ich war müde und bin ins Be", "Bett"), ("Das Wet", "Wetter"),
           ("Gestern haben wi", "wir"), ("Ich freue mi", "mich"), ("„Ich ha", "habe")],
    "fr": [("Je suis fati", "fatigué"), ("Hier, j'ai appelé ma mè", "mère"), ("À l'éc", "école"), ("Aujourd'h", "Aujourd'hui"),
           ("Il faut qu", "que"), ("Je n’ai pa", "pas")],
    "es": [("Hoy me he levan", "levantado"), ("Mi herma", "hermana"), ("¿Por qu", "qué"), ("Mañana tengo que trab", "trabajar"),
           ("No puedo dor", "dormir"), ("Me gus", "gusta")],
}


def test_everyday_words_are_finished(shipped):
    language, _, completer = shipped
    for before, word in FINISHED[language]:
        prefix = before.split(" ")[-1].lstrip("¿„")
        prefix = prefix[prefix.find("'") + 1:] if word != "Aujourd'hui" else prefix
        offers = [prefix + offer for offer in completer.complete(before)["words"]]
        assert word in offers, (before, offers)


def test_nothing_stands_between_an_elided_word_and_the_next(shipped):
    language, _, completer = shipped
    if language == "fr":
        assert completer.complete("J'ai ouvert la lettre. Ce n")["text"].startswith("'est")


def test_german_nouns_are_written_with_a_capital(shipped):
    language, _, completer = shipped
    if language != "de":
        return
    words = ["Abend", "Apfel", "Arbeit", "Freundin", "Garten", "Geburtstag", "Schwester", "Wochenende"]
    assert [completer.model.surface(completer.model.index[word.lower()]) for word in words] == words
    for word in ("müde", "gehen", "schön", "heute", "mit"):
        assert completer.model.surface(completer.model.index[word]) == word


def test_no_model_holds_what_it_must_never_suggest(shipped):
    language, _, completer = shipped
    never = choose_words.banned(language)
    assert not [word for word in completer.model.words if never.fullmatch(word)]


@pytest.mark.parametrize("text", ["", "\x00", "😀", "\ud800", "l'", "L\u2019\u2019\u2019", "¿¡¿¡", "ß" * 5000, "word " * 100_000])
def test_a_shipped_model_accepts_any_text(shipped, text):
    _, _, completer = shipped
    found = completer.complete(text)
    assert set(found) == {"text", "words"}


@pytest.mark.parametrize("language", SHIPPED)
def test_no_five_words_of_a_phrase_that_is_learned_stand_in_a_diary_entry_that_is_tested(language):
    def runs(text, length=5):
        said = [word.lower() for _, word, _ in evaluate.pieces(text)]
        return {tuple(said[place:place + length]) for place in range(len(said) - length + 1)}

    learned = set().union(*(runs(phrase) for phrase in prepare_text.phrases(language)))
    tested = set().union(*(runs(entry) for entry in evaluate.diary(language)))
    assert not learned & tested


def test_a_line_with_choices_gives_every_alternative_once():
    assert prepare_text.expand("I am {tired|happy|sad} {now|today}.") == ["I am tired now.", "I am happy today.", "I am sad now."]
    assert prepare_text.expand("I am tired.") == ["I am tired."]
