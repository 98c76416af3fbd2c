"""Words and phrases in scripts without spaces."""

import asyncio
import io
import json
from pathlib import Path

import numpy as np
import pytest

from app.engine import segment
from app.engine.segment import Segment, Segmenter
from app.everywhere.errors import ModelError
from tests.engine.shipped import Shipped

MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter.load((MODELS / "segment.npz").read_bytes())


def parts(segmenter, text, language=""):
    return [text[start:end] for start, end in segmenter.words(text, language)]


def test_it_breaks_where_budoux_breaks(segmenter):
    for case in json.loads((MODELS / "reference/segment.json").read_text(encoding="utf-8"))["cases"]:
        assert Segment(segmenter).answer(case["payload"]) == case["value"]


def test_a_long_text_is_cut_in_pieces_without_a_seam(segmenter, monkeypatch):
    text = "今日は天気がいいので、公園に行って友達と一緒に昼ご飯を食べました。" * 3
    whole = segmenter.cuts(text, "ja")
    monkeypatch.setattr(segment, "PIECE", 7)
    assert segmenter.cuts(text, "ja") == whole


def test_words_of_several_scripts_in_one_note(segmenter):
    assert parts(segmenter, "友達と went to 東京 with मेरे दोस्त, don't l'été 3", "ja") == \
        ["友達", "と", "went", "to", "東京", "with", "मेरे", "दोस्त", "don't", "l'été", "3"]


def test_kana_make_ideographs_japanese_and_their_absence_chinese(segmenter):
    assert segmenter.models("会議の資料") == ["ja"]
    assert segmenter.models("会议资料还没有准备好") == ["zh-hans"]
    assert segmenter.models("會議資料還沒有準備好") == ["zh-hant"]
    assert segmenter.models("อากาศดี") == ["th"]
    assert segmenter.models("good weather") == []


def test_one_quoted_japanese_word_does_not_make_a_chinese_note_japanese(segmenter):
    assert segmenter.models("今天看到一家店叫做「の」，觉得很有意思，下次想去看看") == ["zh-hans"]


def test_text_with_spaces_needs_no_breaks(segmenter):
    assert Segment(segmenter).answer({"text": "A walk in the park, then home."}) == {"breaks": []}


def test_breaks_are_counted_from_the_start_of_the_note(segmenter):
    line = "今日は天気がいい。"
    one = Segment(segmenter).answer({"text": line})["breaks"]
    two = Segment(segmenter).answer({"text": "Monday\n" + line})["breaks"]
    assert one and two == [place + len("Monday\n") for place in one]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "😀😀", "日", "\n\n", "日\ud800本の", "ー" * 50, "𠀀𠀁は"])
def test_any_text_is_accepted(segmenter, text):
    Segment(segmenter).answer({"text": text})
    segmenter.words(text)


def test_words_cover_every_letter_of_an_unspaced_run(segmenter):
    text = "วันนี้อากาศดีมาก"
    found = segmenter.words(text)
    assert "".join(text[start:end] for start, end in found) == text
    assert all(a[1] == b[0] for a, b in zip(found, found[1:]))


def test_a_damaged_file_says_so():
    whole = (MODELS / "segment.npz").read_bytes()
    for damaged in (b"", whole[:1000], b"PK" + bytes(100)):
        with pytest.raises(ModelError):
            Segmenter.load(damaged)
    with np.load(io.BytesIO(whole)) as file:
        arrays = dict(file)
    for key, value in {"format": np.array([9], np.int32), "counts": arrays["counts"][:-1], "weights": arrays["weights"][:-5],
                       "characters": arrays["characters"][::-1]}.items():
        file = io.BytesIO()
        np.savez(file, **(arrays | {key: value}))
        with pytest.raises(ModelError):
            Segmenter.load(file.getvalue())


def test_the_feature_loads_its_model_by_name():
    assert asyncio.run(Segment.load(Shipped())).answer({"text": "会議の資料"})["breaks"]
