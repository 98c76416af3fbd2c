"""The tokeniser: what counts as a word, and what stands before a caret."""

import pytest

from app.engine import words


def spoken(text):
    return [word for kind, word in words.tokens(text) if kind == "word"]


def test_words_keep_their_casing_and_inner_apostrophes():
    assert spoken("Don\u2019t tell Noor, it's 'fine'") == ["Don't", "tell", "Noor", "it's", "fine"]


@pytest.mark.parametrize("text", ["me@example.org", "https://example.org/a/b", "www.example.org", "+31 6 1234", "12:30", "$5"])
def test_addresses_and_numbers_are_no_words(text):
    assert spoken(text) == []


def test_scripts_without_spaces_are_no_words():
    assert spoken("今日は良い天気 สวัสดี") == []


def test_other_alphabets_are_words():
    assert spoken("привет мир, שלום") == ["привет", "мир", "שלום"]


def test_a_full_stop_a_line_end_and_a_list_mark_end_a_sentence():
    text = "# Plan\n- [ ] buy milk\nGo home. Sleep"
    assert [[word for _, word in s] for s in words.sentences(text)] == [["Plan"], ["buy", "milk"], ["Go", "home"], ["Sleep"]]


def test_a_full_stop_inside_a_number_does_not_end_a_sentence():
    assert len(words.sentences("it cost 3.50 today")) == 1


def test_the_caret_sees_the_word_begun_and_the_sentence_before_it():
    caret = words.caret("Done. I want to sl")
    assert (caret.prefix, [word for _, word in caret.context], caret.starts) == ("sl", ["I", "want", "to"], False)


@pytest.mark.parametrize("before", ["", "End. ", "- ", "# ", "line\n", "**"])
def test_a_sentence_starts_after_nothing_a_stop_a_line_and_a_mark(before):
    assert words.caret(before).starts


@pytest.mark.parametrize("before", ["`co", "```\nfoo ba", "a@ex", "#tag", "snake_ca", "3rd", "a/b", "z" * 10_000])
def test_nothing_is_welcome_inside_code_addresses_and_endless_words(before):
    assert not words.caret(before).welcome


@pytest.mark.parametrize("before", ["**bo", "(ma", "\u201cwe", "well-kn", "_it", "😀 he"])
def test_marks_may_open_a_word(before):
    assert words.caret(before).welcome


def test_a_long_text_before_the_caret_costs_no_more_than_its_end():
    assert words.caret("word " * 100_000 + "to").prefix == "to"


def test_an_elided_word_is_a_word_of_its_own():
    assert spoken("L\u2019école d'été, qu'il n'y a pas") == ["L'", "école", "d'", "été", "qu'", "il", "n'", "y", "a", "pas"]


@pytest.mark.parametrize("text", ["aujourd'hui", "quelqu'un", "o'clock", "c'mon", "don't", "I'd", "d'you", "y'all"])
def test_other_words_keep_their_apostrophe(text):
    assert spoken(text) == [text]


def test_after_an_elided_word_a_word_is_typed_without_a_space():
    caret = words.caret("Je vais à l'éc")
    assert (caret.prefix, caret.context[-1]) == ("éc", ("word", "l'"))
    caret = words.caret("Je vais à l\u2019")
    assert (caret.prefix, caret.spaced, caret.context[-1]) == ("", True, ("word", "l'"))
    assert (words.gap("l'"), words.gap("à")) == ("", " ")


@pytest.mark.parametrize("before", ["Hola. ¿", "«", "„", "¡"])
def test_opening_marks_of_other_languages_open_a_sentence(before):
    caret = words.caret(before)
    assert caret.starts and caret.spaced and caret.welcome
