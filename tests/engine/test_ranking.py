"""Order for a question: words count by their evidence, and meaning decides where words say little."""

import numpy as np
import pytest

from app.engine.ranking import WordIndex, fuse, stem

TEXTS = ["The bramble jelly did not set.", "Bramble the dog ran off again.", "We talked about money and about the rent.", "",
         "A dog, a cat and a rent rise."]


@pytest.mark.parametrize("word, expected", [("dogs", "dog"), ("berries", "berry"), ("class", "class"),
                                            ("bus", "bus"), ("kit's", "kit"), ("is", "is"), ("s", "s")])
def test_a_stem_drops_what_inflection_adds(word, expected):
    assert stem(word) == expected


def test_the_text_that_holds_all_words_comes_first():
    scores, completeness = WordIndex(TEXTS).match("bramble jelly")
    assert scores.argmax() == completeness.argmax() == 0
    assert np.isclose(completeness[0], 1) and 0 < completeness[1] < 1


def test_a_rare_word_is_more_evidence_than_a_common_one():
    _, completeness = WordIndex(TEXTS).match("jelly rent")
    assert completeness[0] > completeness[2]


def test_a_word_that_no_text_holds_makes_every_match_less_complete():
    index = WordIndex(TEXTS)
    assert index.match("jelly submarine")[1][0] < index.match("jelly")[1][0]


def test_a_complete_match_outweighs_meaning_and_a_stray_word_does_not():
    cosines = np.array([0.1, 0.5], np.float32)
    assert fuse(cosines, np.array([1.0, 0.0])).argmax() == 0
    assert fuse(cosines, np.array([0.2, 0.0])).argmax() == 1


@pytest.mark.parametrize("question", ["", "???", "\ud800", "submarine", "a" * 100_000])
def test_a_question_without_known_words_matches_nothing(question):
    scores, completeness = WordIndex(TEXTS).match(question)
    assert not scores.any() and not completeness.any()


def test_a_notebook_without_notes_can_be_asked():
    scores, completeness = WordIndex([]).match("dog")
    assert scores.shape == completeness.shape == (0,)


def test_a_text_that_says_a_word_more_often_comes_first_but_a_long_one_does_not():
    index = WordIndex(["dog", "dog dog", "dog and a very long story about other things " * 3])
    scores, _ = index.match("dog")
    assert scores[1] > scores[0] > scores[2]
