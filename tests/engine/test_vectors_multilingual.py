"""Vectors across languages: what any text is hashed to, and what a damaged file says."""

import io

import numpy as np
import pytest

from app.engine.vectors_multilingual import MultilingualVectors, buckets
from app.everywhere.errors import ModelError

ODD_TEXTS = ["", " ", "\n\n", "!!!", "\0\0", "😀🏽‍🚀", "\ud800", "你好，世界", "a" * 100_000, "áéíóú", "สวัสดีครับ", "नमस्ते दुनिया", "שלום"]


def packed(arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


@pytest.fixture(scope="module")
def tiny():
    table = np.random.default_rng(6).normal(size=(500, 32)).astype(np.float32)
    return MultilingualVectors.read(packed(MultilingualVectors.pack(table)))


def test_a_text_has_the_same_rows_alone_and_among_others():
    rows, lengths = buckets(ODD_TEXTS, 977)
    alone = [buckets([text], 977)[0] for text in ODD_TEXTS]
    assert lengths.tolist() == [len(found) for found in alone]
    assert np.array_equal(rows, np.concatenate(alone))


def test_the_running_sum_finds_what_hashing_each_run_by_itself_finds():
    def rows_one_by_one(text, count):
        base, mix, low = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, (1 << 64) - 1
        words, found = text.split(), set()
        for word in words:
            spaced = f" {word} "
            runs = {(spaced[first:first + length], length) for length in (3, 4, 5) for first in range(len(spaced) - length + 1)}
            for run, salt in runs | {(spaced, 99)}:
                mixed = (sum(ord(letter) * pow(base, place, 1 << 64) for place, letter in enumerate(run)) + salt) * mix & low
                found.add(((mixed ^ mixed >> 32) * mix & low) >> 33)
        return {row % count for row in found}

    text = "der garten ist sehr klein"
    assert set(buckets(["hallo", text], 60_000)[0][buckets(["hallo"], 60_000)[1][0]:].tolist()) == rows_one_by_one(text, 60_000)


def test_capitals_marks_and_width_make_no_difference():
    assert np.array_equal(buckets(["Hello, WORLD"], 977)[0], buckets(["hello world!"], 977)[0])
    assert np.array_equal(buckets(["ＡＢＣ"], 977)[0], buckets(["abc"], 977)[0])


def test_words_with_a_common_beginning_share_rows():
    one, two = (set(buckets([text], 100_000)[0].tolist()) for text in ("Garten", "Gartenhaus"))
    assert one & two and one != two


def test_a_script_without_spaces_is_cut_into_its_letters():
    one, two = (set(buckets([text], 100_000)[0].tolist()) for text in ("我喜欢猫", "猫很好"))
    assert one & two


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda text: ascii(text)[:12])
def test_any_text_is_accepted(tiny, text):
    vectors = tiny.encode([text, "a cat"])
    assert np.isfinite(vectors).all()
    assert np.isclose(np.linalg.norm(vectors[1]), 1)


def test_a_text_without_letters_is_near_to_nothing(tiny):
    assert tiny.answer({"text": "!!!", "texts": ["cat", ""]}) == {"similarities": [0.0, 0.0]}


def test_no_texts_give_no_vectors(tiny):
    assert tiny.encode([]).shape == (0, 32)


@pytest.mark.parametrize("damage", [b"", b"PK", packed({"format": np.array([9, 1, 32])}), packed({"format": np.array([1, 1])})])
def test_a_damaged_file_is_refused_by_name(damage):
    with pytest.raises(ModelError, match="multilingual"):
        MultilingualVectors.read(damage)
