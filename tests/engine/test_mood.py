"""Mood: what it reads, what its network computes, and what the shipped model says and leaves unsaid."""

import io
from pathlib import Path

import numpy as np
import pytest

from app.engine import mood
from app.engine.mood import EMOTIONS, VALENCES, VOTES, WIDTHS, Mood, Reader, pack, pieces, sentiment, tokens
from app.everywhere.errors import ModelError

MODEL = Path(__file__).resolve().parents[2] / "models" / "mood.en.npz"


@pytest.fixture(scope="module")
def shipped():
    return Mood.read(MODEL.read_bytes())


def tiny(change=lambda arrays: None, size=4, filters=3):
    """The bytes of a small model with random weights."""
    chance = np.random.default_rng(1)
    words = ["i", "am", "happy", "sad", "not", "the", "day"]
    arrays = pack(words, [0, 0, 2.7, -2.1, 0, 0, 0], chance.integers(-7, 8, (len(words) + 1, size)), np.full(size, 0.1),
                  [chance.normal(size=(width * size, filters)) for width in WIDTHS], [chance.normal(size=filters) for _ in WIDTHS],
                  chance.normal(size=(6 * filters + mood.SENTIMENTS, 10)), chance.normal(size=10),
                  dict(zip(VOTES, (1.0, 1.0, 0.3, 0.4, 0.3, 0.4, 0.25, 0.5))), np.ones(7))
    change(arrays)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("text, found", [
    ("I'm SOOO happy!!!", ["i'm", "[caps]", "soo", "happy", "!!"]),
    ("Can\u2019t sleep \u2026 12:30 :(", ["can't", "sleep", "\u2026", "[number]", ":("]),
    ("\u2764\ufe0f \U0001f44d\U0001f3fd <3", ["\u2764", "\U0001f44d", "<3"]),
    ("", []), ("\x00 ()", []),
])
def test_a_text_is_read_as_words_marks_and_emoji(text, found):
    assert tokens(text) == found


def test_an_unknown_word_is_read_as_the_word_without_its_ending():
    reader = Reader(["happy", "love", "cry"], [0, 0, 0])
    assert reader.ids(["happy", "loved", "crying", "loves", "zzz"]) == [1, 2, 3, 2, 0]


def test_a_negation_turns_the_next_words_round_but_not_beyond_a_mark():
    happy = sentiment([2.0], [0])[0]
    assert happy > 0
    assert sentiment([0, 2.0], [1, 0])[0] < 0
    assert sentiment([0, 0, 2.0], [1, -1, 0])[0] == pytest.approx(happy)
    assert sentiment([0, 0, 0, 0, 2.0], [1, 0, 0, 0, 0])[0] == pytest.approx(happy)


def test_the_network_computes_what_the_textbook_says():
    made = Mood.read(tiny())
    piece = ["i", "am", "not", "happy"]
    ids = made.reader.ids(piece)
    vectors = made._vectors[ids]
    found = []
    for width, weights, bias in zip(WIDTHS, made._filters, made._biases):
        sums = []
        for place in range(-width + 1, len(ids)):
            window = [vectors[i] if 0 <= i < len(ids) else np.zeros(4) for i in range(place, place + width)]
            sums.append(np.maximum(np.concatenate(window) @ weights.T + bias, 0))
        found += [np.max(sums, 0), np.sum(sums, 0) * mood.MEAN_SCALE / 2]
    expected = np.concatenate(found + [made.reader.sentiment(piece, ids)]) @ made._out + made._out_bias
    np.testing.assert_allclose(made.scores(piece, ids), expected, rtol=1e-4)


def test_numpy_and_torch_compute_the_same():
    torch = pytest.importorskip("torch", reason="the reference implementation is torch, which only training installs")
    from models.training.mood import evaluate, quantise, train

    torch.manual_seed(1)
    words, valences = ["i", "am", "happy", "sad", "not"], [0, 0, 2.7, -2.1, 0]
    network = train.Network(len(words), 4, 3)
    network.rounded = True
    votes = dict(zip(VOTES, (1.2, 0.9, 0.2, 0.3, 0.3, 0.4, 0.25, 0.5)))
    file = io.BytesIO()
    np.savez(file, **quantise.quantise(network, words, valences, votes, np.ones(7)))
    made = Mood.read(file.getvalue())
    text = "I am not happy. " * 12 + "I am sad!"
    assert len(pieces(text)) > 1
    value = made.answer({"text": text})
    expected = evaluate.answer(network, made.reader, votes, np.ones(7), text)
    assert list(value["probabilities"].values()) == pytest.approx(list(expected["probabilities"].values()), abs=0.01)
    assert list(value["valences"].values()) == pytest.approx(list(expected["valences"].values()), abs=0.01)


def test_a_long_text_is_read_in_pieces_and_a_very_long_one_in_stretches():
    found = pieces("I went home. " * 100)
    assert all(len(piece) <= mood.PIECE_TOKENS for piece in found)
    assert sum(len(piece) for piece in found) == 400
    assert len(pieces("I went home. " * 100_000)) <= mood.PIECES
    assert len(pieces("word " * 100_000)) <= mood.PIECES


@pytest.mark.parametrize("text, said, valence", [
    ("I am so happy, this was the best day of my life!", "joy", "positive"),
    ("I miss her so much. I cried all evening.", "sadness", "negative"),
    ("I am furious, he lied to me again and I hate it.", "anger", "negative"),
    ("I am terrified of the operation tomorrow.", "fear", "negative"),
    ("Wow, I did not expect that at all!", "surprise", None),
])
def test_plain_feelings_are_named(shipped, text, said, valence):
    answer = shipped.answer({"text": text})
    assert answer["mood"] == said
    assert valence is None or answer["valence"] == valence


def test_probabilities_are_of_all_labels_and_sum_to_one(shipped):
    answer = shipped.answer({"text": "We had dinner and talked."})
    assert tuple(answer["probabilities"]) == EMOTIONS and tuple(answer["valences"]) == VALENCES
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert sum(answer["valences"].values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("text", ["Ich bin heute sehr gl\u00fccklich und freue mich auf das Wochenende.",
                                  "Je suis tr\u00e8s content aujourd'hui parce que ma s\u0153ur est venue.",
                                  "Dzisiaj jestem bardzo szcz\u0119\u015bliwy.",
                                  "\u4eca\u65e5\u306f\u697d\u3057\u304b\u3063\u305f\u3067\u3059\u3002", "12345", "", " \n"])
def test_other_languages_and_no_words_get_no_answer(shipped, text):
    assert shipped.answer({"text": text}) == {"mood": "", "valence": "", "probabilities": {}, "valences": {}}


def test_a_text_said_to_be_in_another_language_gets_no_answer(shipped):
    assert shipped.answer({"text": "I am so happy!", "language": "de"})["mood"] == ""
    assert shipped.answer({"text": "I am so happy!", "language": "en"})["mood"] == "joy"


@pytest.mark.parametrize("text", ["\x00\x00", "\ud800 happy \udfff", "\U0001f600" * 3000, "a" * 100_000, "!" * 100_000, "[" * 10_000,
                                  "happy\n" * 50_000, "\u0130 \u1e9e"])
def test_any_text_is_accepted(shipped, text):
    assert set(shipped.answer({"text": text})) == {"mood", "valence", "probabilities", "valences"}


@pytest.mark.parametrize("change", [lambda data: b"", lambda data: b"no zip", lambda data: data[:-200], lambda data: data[:100]])
def test_a_damaged_file_is_refused(change):
    with pytest.raises(ModelError, match="mood"):
        Mood.read(change(MODEL.read_bytes()))


@pytest.mark.parametrize("change, problem", [
    (lambda arrays: arrays.update(format=np.array([99, 7, 4], np.int32)), "format 99"),
    (lambda arrays: arrays.update(bias2=np.zeros(5, np.float32)), "fit"),
    (lambda arrays: arrays.update(out=arrays["out"][1:]), "fit"),
    (lambda arrays: arrays.update(lean=np.ones(3, np.float32)), "fit"),
    (lambda arrays: arrays.pop("scale"), "cannot be read"),
    (lambda arrays: arrays.update(vectors=arrays["vectors"][:, 1:]), "fit"),
])
def test_a_file_whose_parts_do_not_fit_is_refused(change, problem):
    with pytest.raises(ModelError, match=problem):
        Mood.read(tiny(change))
