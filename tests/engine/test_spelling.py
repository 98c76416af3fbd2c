"""Spelling: what it finds with the shipped model, and above all what it leaves alone."""

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest

from app.engine.spelling import EXTRA, LETTERS, MISSING, OTHER, SWAPPED, Lexicon, Near, Spelling, codes, slips
from app.everywhere.errors import ModelError
from models.training.spelling import estimate, evaluate
from tests.engine.shipped import Shipped

MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def spelling():
    return asyncio.run(Spelling.load(Shipped()))


def corrected(spelling, text, **payload):
    return {remark["word"]: remark["suggestions"][0] for remark in spelling.answer({"text": text} | payload)["misspelt"]}


@pytest.mark.parametrize("text, typed, meant", [
    ("I went to teh market yesterday.", "teh", "the"),
    ("We stayed at home becuase it was raining.", "becuase", "because"),
    ("I recieved a letter from my sister today.", "recieved", "received"),
    ("We bought alot of books on Saturday.", "alot", "a lot"),
    ("I dont know what to do.", "dont", "don't"),
    ("Today im going to the market with her.", "im", "I'm"),
    ("My freind came over for dinner.", "freind", "friend"),
    ("I have to call the dentist tommorow.", "tommorow", "tomorrow"),
    ("It was definately the best day of the week.", "definately", "definitely"),
])
def test_a_slip_in_a_plain_sentence_is_found_and_what_was_meant_comes_first(spelling, text, typed, meant):
    assert corrected(spelling, text) == {typed: meant}


def test_a_remark_says_where_the_word_stands_and_gives_three_suggestions_at_most(spelling):
    text = "Yes. I went to teh market."
    [remark] = spelling.answer({"text": text})["misspelt"]
    assert text[remark["start"]:remark["end"]] == remark["word"] == "teh"
    assert 1 <= len(remark["suggestions"]) <= 3


@pytest.mark.parametrize("text", [
    "Zofia and Wiktor came to Krak\u00f3w with us last weekend.",
    "We had pierogi and \u017curek with Agnieszka after the walk.",
    "The colour of the neighbours' theatre is grey, I realise.",
    "The color of the neighbors' theater is gray, I realize.",
    "Ich war gestern mit meiner Schwester im Kino und es war sehr sch\u00f6n.",
    "Hier soir nous avons mang\u00e9 chez ma s\u0153ur et les enfants ont bien dormi.",
    "Ayer fuimos al mercado y compramos manzanas para la abuela.",
    "Wczoraj by\u0142em na rynku i kupi\u0142em jab\u0142ka.",
    "Run `pip instal teh` and open https://example.com/teh/freind or mail teh@freind.org.",
    "```\ndef teh(freind):\n    retrun becuase\n```",
    "my_varible = recieve(freind2)",
    "I said uhm, hmm, haha, ugh and nope.",
    "She is a crocheting, geocaching bouldering enthusiast.",
    "NASA and the GDPR, the ADHD test, HTML and an iPhone.",
])
def test_names_dialects_languages_and_code_are_left_alone(spelling, text):
    assert corrected(spelling, text) == {}


def test_a_word_that_the_user_uses_is_right(spelling):
    text = "I met my freind at the market."
    assert corrected(spelling, text, known=["Freind"]) == {}
    assert corrected(spelling, text, known=["other"]) == {"freind": "friend"}


def test_a_word_that_stands_three_times_in_the_text_is_meant(spelling):
    assert corrected(spelling, "I like the grefs. My grefs are old. We talked about the grefs.") == {}


def test_a_text_said_to_be_in_another_language_is_not_read(spelling):
    assert corrected(spelling, "I went to teh market yesterday.", language="de") == {}
    assert corrected(spelling, "I went to teh market yesterday.", language="en") == {"teh": "the"}


def test_a_capital_at_the_start_of_a_sentence_is_kept(spelling):
    assert corrected(spelling, "We were late. Becuase of the rain we stayed at home.") in ({}, {"Becuase": "Because"})


@pytest.mark.parametrize("text", ["", " \n", "\x00\x00", "\U0001f600 \U0001f44d\U0001f3fd", "\ud800 teh \udfff", "'" * 50, "a" * 100_000,
                                  "`" * 10_000, "teh" * 30_000, "\u0130stanbul \u1e9e \ufb01ne"])
def test_any_text_is_accepted(spelling, text):
    assert isinstance(spelling.answer({"text": text})["misspelt"], list)


def test_a_long_text_of_unknown_words_is_not_looked_up_without_end(spelling):
    text = " ".join(f"I have a bx{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}ok." for i in range(2000))
    assert len(spelling.answer({"text": text})["misspelt"]) < 2000


def test_the_lexicon_misses_no_word_that_is_in_it():
    members = [f"word{i}" for i in range(500)]
    lexicon = Lexicon(bytes(Lexicon.of(members)))
    assert all(word in lexicon for word in members)
    assert sum(f"other{i}" in lexicon for i in range(500)) < 30


@pytest.mark.parametrize("typed, meant, path", [
    ("teh", "the", [(SWAPPED, "h", "e")]),
    ("hous", "house", [(MISSING, "s", "e")]),
    ("houxse", "house", [(EXTRA, "u", "x")]),
    ("hoise", "house", [(OTHER, "i", "u")]),
    ("house", "house", []),
])
def test_the_cheapest_slips_are_found(typed, meant, path):
    cost = np.full((4, LETTERS, LETTERS), 5.0).tolist()
    nats, found = slips(codes(typed), codes(meant), cost)
    assert nats == 5.0 * len(path)
    assert found == [(kind, codes(a)[0], codes(b)[0]) for kind, a, b in path]


def test_near_words_are_those_that_a_slow_search_finds():
    listed = ["the", "then", "hte", "other", "tehran", "eh", "a", "three", "there's", "teeth"]
    for typed in ("teh", "thee", "thre", "xyz"):
        for reach in (1, 2):
            places, distances = Near(listed).find(codes(typed), reach)
            slow = {word: evaluate.distance(typed, word) for word in listed}
            assert {listed[i]: d for i, d in zip(places, distances.tolist())} == {w: d for w, d in slow.items() if d <= reach}


def test_a_slip_that_people_make_becomes_cheaper_than_one_they_do_not():
    touch = estimate.neighbours()
    a, s, p = (codes(letter)[0] for letter in "asp")
    assert touch[a, s] and not touch[a, p]
    assert estimate.classes()[OTHER, a, s] != estimate.classes()[OTHER, s, p]


@pytest.mark.parametrize("change", [lambda data: b"", lambda data: b"no zip", lambda data: data[:-300], lambda data: data[:100]])
def test_a_damaged_file_is_refused(change):
    with pytest.raises(ModelError, match="spelling"):
        Spelling.read(change((MODELS / "spelling.en.npz").read_bytes()))


def test_a_file_of_another_format_is_refused():
    with np.load(MODELS / "spelling.en.npz") as file:
        arrays = {key: file[key] for key in file.files} | {"format": np.array([99], np.int32)}
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    with pytest.raises(ModelError, match="format 99"):
        Spelling.read(packed.getvalue())
