"""Completion: what is suggested where, and where nothing is."""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

from app.engine.completion import Completer
from app.engine.kneser_ney import KneserNey
from app.engine.own_words import OwnWords
from app.engine.recurrent import Recurrent
from models.training.completion import evaluate, vocabulary

_spec = importlib.util.spec_from_file_location("tiny_model", Path(__file__).with_name("tiny_model.py"))
tiny_model = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny_model)

MODELS = Path(__file__).resolve().parents[2] / "models"
NOTHING = {"text": "", "words": []}


@pytest.fixture
def tiny():
    return Completer(tiny_model.model(), OwnWords())


@pytest.fixture(scope="module")
def shipped_model():
    return KneserNey.load((MODELS / "completion.en.npz").read_bytes())


@pytest.fixture
def shipped(shipped_model):
    return Completer(shipped_model, OwnWords())


def test_the_rest_of_a_word_is_suggested_and_nothing_that_is_typed_already(tiny):
    assert tiny.complete("I am looking for")["words"] == ["ward"]


def test_the_next_word_is_suggested_after_a_space_and_brings_one_where_there_is_none(tiny):
    assert tiny.complete("I want ", count=1)["words"] == ["to"]
    assert tiny.complete("I want", count=1)["words"] == [" to"]


def test_a_finished_word_is_followed_by_the_likeliest_next_words(tiny):
    assert tiny.complete("On Monday")["words"][0] == " I"


def test_there_are_as_many_words_as_asked_for(tiny):
    assert [len(tiny.complete("I ", count=count)["words"]) for count in (1, 2, 5)] == [1, 2, 5]


def test_the_start_of_a_sentence_gets_a_capital_and_its_middle_none(tiny):
    assert all(word[0].isupper() for word in tiny.complete("")["words"])
    assert all(word[0].isupper() for word in tiny.complete("The end.\n")["words"])
    assert tiny.complete("I want to ", count=2)["words"] == ["go", "sleep"]


def test_names_keep_their_capital_and_a_prefix_in_capitals_goes_on_so(tiny):
    assert tiny.complete("I met ", count=1)["words"] == ["Noor"]
    assert tiny.complete("ON MON")["words"] == ["DAY"]


def test_nothing_is_suggested_inside_a_word_and_no_text_before_other_text(tiny):
    assert tiny.complete("I want to go ho", "me") == NOTHING
    assert tiny.complete("I am looking forw", " to it")["text"] == ""
    assert tiny.complete("I am looking forw", " to it")["words"] == ["ard"]
    assert tiny.complete("I am looking forw", "  ") == tiny.complete("I am looking forw")


@pytest.mark.parametrize("before", [
    "`cod", "```\nfor x", "me@exam", "https://exam", "4", "12,", "今日は", "x" * 10_000, "🎉", "qqqqzz", "#ta", "x)"])
def test_where_there_is_nothing_to_say_nothing_is_said(shipped, before):
    assert shipped.complete(before) == NOTHING


@pytest.mark.parametrize("before", ["שלום עולם ", "مرحبا بك ", "\ufeff", "\x00", "\u0301", "a\u0301", "'" * 500, "-" * 500,
                                    "\ud800", "e\u200dx", "İ", "ß", "ﬁ", "I\u2019", "don'", "\n" * 999])
def test_no_text_makes_it_fail(shipped, before):
    for after in ("", "x", "\n", "\ud800"):
        answer = shipped.complete(before, after)
        assert isinstance(answer["text"], str) and len(answer["words"]) <= 3


def test_a_name_is_suggested_after_it_was_written_twice_and_as_it_was_written(tiny):
    tiny.own.learn("one", "Lunch with Zuleika.")
    assert tiny.complete("I met Zul") == NOTHING
    tiny.own.learn("two", "We miss Zuleika.")
    assert tiny.complete("I met Zul") == {"text": "eika", "words": ["eika"]}
    tiny.own.unlearn("two")
    assert tiny.complete("I met Zul") == NOTHING


def test_a_name_is_suggested_again_in_the_note_where_it_was_first_written(tiny):
    assert tiny.complete("Tea with Zuleika. I met Zul")["words"] == ["eika"]
    assert tiny.complete("Tea with zuleika. I met zul") == NOTHING
    tiny.own.forget("zuleika")
    assert tiny.complete("Tea with Zuleika. I met Zul") == NOTHING


def test_a_forgotten_word_is_not_suggested_even_where_the_model_knows_it(tiny):
    tiny.own.forget("forward")
    assert tiny.complete("I am looking forw") == NOTHING
    tiny.own.remember("forward")
    assert tiny.complete("I am looking forw")["words"] == ["ard"]


def test_own_phrases_come_first_once_they_are_habits(shipped):
    for number in range(12):
        shipped.own.learn(str(number), "Tea with Zuleika.")
    assert shipped.complete("Tea with ", count=1)["words"] == ["Zuleika"]


@pytest.mark.parametrize("before, text", [
    ("I am looking forw", "ard to"), ("Happy birth", "day"), ("see you tom", "orrow"), ("On mon", "day"),
    ("I went to the groc", "ery store"), ("This morn", "ing")])
def test_the_shipped_model_finishes_what_anybody_would(shipped, before, text):
    assert shipped.complete(before)["text"] == text


def test_the_shipped_model_is_the_one_in_the_manifest():
    row = next(row for row in json.loads((MODELS / "manifest.json").read_text())["models"] if row["name"] == "completion.en")
    data = (MODELS / row["file"]).read_bytes()
    assert (row["bytes"], row["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert row["transferred"] <= 2_000_000 and (MODELS / row["card"]).exists()


def test_the_shipped_recurrent_model_fits_the_shipped_n_gram_model_and_improves_on_it(shipped, shipped_model):
    row = next(row for row in json.loads((MODELS / "manifest.json").read_text())["models"] if row["name"] == "completion.en.neural")
    data = (MODELS / row["file"]).read_bytes()
    assert row["sha256"] == hashlib.sha256(data).hexdigest()
    assert row["transferred"] <= 1_400_000 and (MODELS / row["card"]).exists()
    both = Completer(shipped_model, OwnWords(), Recurrent.load(data, shipped_model))
    texts = evaluate.diary(MODELS.parent / "bench" / "data")[0][::8]
    assert evaluate.keystrokes(texts, both).saved > evaluate.keystrokes(texts, shipped).saved
    assert both.complete("I am looking forw")["text"].startswith("ard")


@pytest.mark.parametrize("reply", ["Yeah", "Oh", "Haha", "Yes"])
def test_a_note_is_not_opened_like_an_answer(shipped, reply):
    assert reply not in shipped.complete("")["words"]


def test_the_shipped_model_holds_no_word_that_must_not_be_suggested(shipped_model):
    banned = vocabulary.never_suggest()
    assert len(banned) > 200 and not banned.intersection(shipped_model.words)


def test_the_shipped_model_saves_the_keystrokes_that_its_card_promises(shipped):
    tested, _ = evaluate.read_bench_data(MODELS.parent / "bench" / "data")
    assert evaluate.keystrokes([sentence for _, sentence in tested[:60]], shipped).saved > 55


class OneWord:
    """A completer that always offers the same words (and a next word), to see how keystrokes are counted."""

    def __init__(self, *offered):
        self.offered, self.own = offered, OwnWords()

    def complete(self, before, after="", count=3):
        begun = before[before.rfind(" ") + 1:]
        return {"text": "", "words": [word[len(begun):] for word in self.offered if word.startswith(begun)][:count] + [" e"]}


@pytest.mark.parametrize("sentence, offered, plain, used", [
    ("the", ["the"], 4, 1),           # in the list at once: one key
    ("mondays", ["are", "is", "at", "mondays"], 8, 2),  # after one letter: the letter and one key
    ("xyz", ["the"], 4, 4),           # never: its letters and a space
    ("the", [], 4, 4),                # «th» and the next word «e» do not make «the»
    ("the cat.", ["the"], 8, 5),
    ("i'm", [], 4, 4),
])
def test_keystrokes_are_counted_as_presages_simulator_counts_them(sentence, offered, plain, used):
    tally = evaluate.keystrokes([sentence], OneWord(*offered))
    assert (tally.plain - 1, tally.used - 2) == (plain, used)
    assert tally.plain - 1 == evaluate.plain_keystrokes(sentence)
