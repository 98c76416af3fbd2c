"""The steps that the language model is made by, on a handful of sentences."""

import numpy as np

from app.engine.language import letters, ngrams
from models.training.language import choose_ngrams, evaluate, quantise, sample, split
from models.training.language.count_stop_words import stop_words


def test_a_sentence_and_its_translations_are_on_one_side():
    assert split.side("Where is the bus?") == split.side("where is the BUS")
    assert {split.side(f"sentence {i}") for i in range(200)} == {"train", "development", "test"}


def test_what_is_much_like_a_tested_sentence_is_not_trained_on():
    tested = next(f"number {i}" for i in range(999) if split.side(f"number {i}") == "test")
    trained = [f"word {i}" for i in range(999) if split.side(f"word {i}") == "train"][:2]
    pairs = [("wo ist denn der Bus", tested), ("wo ist der Bus", trained[0]), ("ich bin müde", trained[1])]
    assert split.split(pairs) == {"train": ["ich bin müde"], "development": [], "test": ["wo ist denn der Bus"]}


def test_telling_ngrams_are_chosen_before_those_that_all_share():
    drawn = [("de", letters("nicht")[0]), ("nl", letters("niet")[0])] * 10
    keys = set(choose_ngrams.choose(drawn, 8).tolist())
    shared = set(ngrams(letters("nicht")[0]).tolist()) & set(ngrams(letters("niet")[0]).tolist())
    assert len(keys) == 8 and not keys & shared


def test_a_stretch_is_some_words_in_a_row():
    whole = letters("eins zwei drei vier fünf")[0]
    chance = np.random.default_rng(1)
    for _ in range(20):
        part = "".join(map(chr, sample.stretch(whole, 2, False, chance)))
        assert part[0] == part[-1] == " " and part.count(" ") == 3 and part in "".join(map(chr, whole))
    assert len(sample.stretch(letters("今日は自転車で仕事に行った")[0], 2, True, chance)) <= 6
    assert sample.stretch(whole, 9, False, chance) is whole


def test_stop_words_are_frequent_in_two_kinds_of_text_and_no_names():
    sentences = ["Tom hat Zeit und Geld", "Tom kommt und geht"] * 60 + ["etwas anderes"] * 80
    assert stop_words(sentences, ["Ein und Aus", "Licht und Ton"] * 5, str.split)[:1] == ["und"]
    assert "tom" not in stop_words(sentences, [], str.split)
    assert "tom" not in stop_words(["Da ist Tom und wartet"] * 100, [], str.split)


def test_rounding_keeps_numbers_small_and_near():
    vectors = np.random.default_rng(1).normal(size=(20, 4)).astype(np.float32)
    numbers, scales = quantise.quantise(vectors)
    assert np.abs(numbers).max() <= 7
    assert np.abs(numbers * scales[:, None] - vectors).max() <= scales.max() / 2 + 1e-6


def test_calibration_finds_the_temperature_that_was_hidden():
    chance = np.random.default_rng(1)
    logits = chance.normal(size=(4000, 3)) * 2
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (p.cumsum(1) > chance.random((4000, 1))).argmax(1)
    assert abs(quantise.calibrate(logits * 2, labels) - 2) < 0.25


def test_figures_count_guesses_answers_and_rights():
    pairs = [("de", "a"), ("de", "b"), ("fr", "c"), ("fr", "d")]
    answers = {"a": ("de", "de"), "b": ("", "de"), "c": ("de", "de"), "d": ("", "")}
    assert evaluate.measure(pairs, answers.get) == (4, 0.5, 0.5, 0.5)


def test_the_tested_notes_cover_thirty_languages_with_three_to_twelve_words():
    notes = [pair for pair in evaluate.notes() if pair[0]]
    assert {code for code, _ in notes} == set(evaluate.THIRTY)
    assert all(found in evaluate.short(notes) for found in notes)
