"""Key phrases and summaries: what a note is about, in its own words."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from app.engine import summary as summary_module
from app.engine.key_phrases import KeyPhrases, content_words
from app.engine.segment import Segmenter
from app.engine.stop_words import StopWords
from app.engine.summary import Summary
from app.everywhere.errors import ModelError
from tests.engine.shipped import Shipped

MODELS = Path(__file__).resolve().parents[2] / "models"

NOTE = """The boiler has packed up again. I rang the landlord and he says a plumber will come on Thursday. It is cold. \
Nina moved her desk into the bathroom because it has no outside wall. I told the landlord that the boiler must be repaired soon."""


class NoDetector:
    """Stands for the detector where a test says the language itself."""

    def likeliest(self, text):
        return ""


@pytest.fixture(scope="module")
def tools():
    return Segmenter.load((MODELS / "segment.npz").read_bytes()), StopWords.load((MODELS / "stop_words.npz").read_bytes()), NoDetector()


def phrases(tools, text, language="en", limit=5):
    return [found["phrase"] for found in KeyPhrases(*tools).answer({"text": text, "language": language, "limit": limit})["phrases"]]


def test_what_comes_back_and_what_is_named_is_found(tools):
    found = phrases(tools, NOTE)
    assert {"boiler", "landlord"} <= set(found)
    assert not {"the", "has", "says", "it"} & set(found)


def test_words_that_belong_together_stay_together(tools):
    assert "waiting room" in phrases(tools, "We sat in the waiting room. Nothing in the waiting room was clean.")
    assert "Great North Swim" in phrases(tools, "She will do the Great North Swim with me.")


def test_no_phrase_crosses_a_mark_or_a_line(tools):
    assert all("," not in phrase and "\n" not in phrase for phrase in phrases(tools, "maps, ledgers\nbooks. boxes; shelves", limit=9))


def test_weights_fall_from_one(tools):
    weights = [found["weight"] for found in KeyPhrases(*tools).answer({"text": NOTE, "language": "en"})["phrases"]]
    assert weights[0] == 1 and weights == sorted(weights, reverse=True)


def test_no_word_is_in_two_phrases(tools):
    words = [word for phrase in phrases(tools, NOTE, limit=20) for word in phrase.lower().split()]
    assert len(words) == len(set(words))


def test_french_articles_are_cut_off(tools):
    assert "ascenseur" in phrases(tools, "L'ascenseur est en panne, j'attends le réparateur de l'ascenseur.", "fr")


def test_scripts_without_spaces_have_phrases_too(tools):
    assert any("公園" in phrase for phrase in phrases(tools, "今日は公園に行った。公園で友達と昼ご飯を食べた。", "ja"))
    assert any("公园" in phrase for phrase in phrases(tools, "今天我们去公园。公园里有很多花。", "zh"))


def test_stop_words_of_an_unknown_language_are_none(tools):
    assert tools[1].of("xx") == frozenset()
    assert phrases(tools, "zork blim zork fnord", "xx")


def test_words_know_their_sentence_and_what_stands_before(tools):
    words, spans = content_words("I saw Jude. She ran.", tools[0], tools[1].of("en"), "en")
    assert len(spans) == 2
    assert [(word.key, word.sentence, word.name, word.before) for word in words if word.key in ("jude", "ran")] == \
        [("jude", 0, True, "saw"), ("ran", 1, False, "she")]


def chosen(tools, text, count, language="en"):
    answer = Summary(*tools).answer({"text": text, "sentences": count, "language": language})
    return [text[found["start"]:found["end"]] for found in answer["sentences"]]


def test_a_summary_keeps_the_central_sentences_in_their_order(tools):
    kept = chosen(tools, NOTE, 2)
    assert len(kept) == 2 and "It is cold." not in kept
    assert [NOTE.index(sentence) for sentence in kept] == sorted(NOTE.index(sentence) for sentence in kept)


def test_a_summary_does_not_say_the_same_twice(tools):
    text = "The old boiler broke down today. The old boiler broke down today! The plumber wants to replace the pump and the pipes."
    assert len({sentence.rstrip(".!") for sentence in chosen(tools, text, 2)}) == 2


def test_a_short_note_is_its_own_summary(tools):
    assert chosen(tools, "Only this.", 3) == ["Only this."]
    assert chosen(tools, NOTE, 0) == []


def test_a_long_note_is_read_from_its_beginning(tools):
    text = NOTE + "\n" + "And so on it went for the rest of this long day. " * 100_000
    found = Summary(*tools).answer({"text": text, "language": "en"})["sentences"]
    assert all(sentence["end"] <= summary_module.LOOK_CHARACTERS for sentence in found)
    assert phrases(tools, text)


@pytest.mark.parametrize("text", ["", " ", "...", "\0", "\ud800 \ud800.", "😀. 😀!", "1 2 3", "- \n- ", "```\nx\n```", "a" * 9000,
                                  "日\ud800本"])
def test_any_text_is_accepted(tools, text):
    KeyPhrases(*tools).answer({"text": text})
    Summary(*tools).answer({"text": text, "sentences": 1})


def test_damaged_lists_say_so():
    for data in (b"", (MODELS / "stop_words.npz").read_bytes()[:200]):
        with pytest.raises(ModelError):
            StopWords.load(data)


def test_the_lists_come_out_of_their_file_as_they_went_in(tmp_path):
    np.savez(tmp_path / "lists.npz", **StopWords.pack({"en": ["the", "a"], "de": []}))
    lists = StopWords.load((tmp_path / "lists.npz").read_bytes())
    assert lists.of("en") == {"the", "a"}
    assert not lists.of("de")


def test_the_features_load_their_models_by_name_and_share_them():
    shipped = Shipped()
    assert asyncio.run(KeyPhrases.load(shipped)).answer({"text": NOTE})["phrases"]
    assert asyncio.run(Summary.load(shipped)).answer({"text": NOTE})["sentences"]
    assert sorted(shipped.asked) == ["language", "segment", "stop_words"]
