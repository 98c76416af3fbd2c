"""The recurrent model: its file, its states, and what it adds to the n-gram model."""

import importlib.util
import io
from pathlib import Path

import numpy as np
import pytest

from app.engine import recurrent, words
from app.engine.completion import Completer
from app.engine.kneser_ney import ORDER
from app.engine.own_words import OwnWords
from app.engine.recurrent import OPENINGS, OUTPUT_MARKS, Recurrent
from app.everywhere.errors import ModelError

_spec = importlib.util.spec_from_file_location("tiny_model", Path(__file__).with_name("tiny_model.py"))
tiny_model = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny_model)

WIDTH, HIDDEN = 32, 8


@pytest.fixture(scope="module")
def base():
    return tiny_model.model()


def arrays(base, seed=0):
    """A network of random weights that knows every other word."""
    chance = np.random.default_rng(seed)
    known = np.arange(0, len(base.words), 2)

    def some(*shape):
        return chance.normal(0, 0.6, shape).astype(np.float32)

    gru = some(3 * HIDDEN, WIDTH), some(3 * HIDDEN, HIDDEN), some(3 * HIDDEN), some(3 * HIDDEN)
    size = len(known) + len(OUTPUT_MARKS)
    return Recurrent.pack(known, base.words, [0.5] * ORDER, some(size + len(OPENINGS), WIDTH), some(size), gru, some(WIDTH, HIDDEN))


def packed(content):
    file = io.BytesIO()
    np.savez_compressed(file, **content)
    return file.getvalue()


@pytest.fixture
def network(base):
    return Recurrent.load(packed(arrays(base)), base)


def test_what_may_follow_sums_to_one(network):
    for text in ("", "I want to ", "I want to go home. I want ", "qqq 12, @ 今日は\ud800"):
        p = network.probabilities(words.tokens(text))
        assert p.shape == (len(network.known) + 1,)
        assert p.sum() == pytest.approx(1, abs=1e-5)


def test_typing_word_by_word_gives_the_same_as_reading_all_at_once(base):
    text = "On Monday I went to the market. The market was closed. I want to sleep"
    data = packed(arrays(base))
    typed, at_once = Recurrent.load(data, base), Recurrent.load(data, base)
    tokens = words.tokens(text)
    for end in range(len(tokens) + 1):
        last = typed.probabilities(tokens[:end])
    assert np.allclose(last, at_once.probabilities(tokens), atol=1e-6)


def test_what_stands_before_the_sentence_counts(network):
    alone = network.probabilities(words.tokens("I want"))
    after = network.probabilities(words.tokens("The market was closed. I want"))
    assert not np.allclose(alone, after, atol=1e-4)


def test_when_the_window_moves_on_the_kept_state_serves(network, monkeypatch):
    tokens = [("word", word) for word in list(tiny_model.TEXT[0].replace(".", "").split()) * 4 + ["market", "Noor"]]
    tokens = [token for place, token in enumerate(tokens) if (place * 7) % 5]  # no two runs alike
    network.probabilities(tokens[:-1])
    steps = []
    original = network._step
    monkeypatch.setattr(network, "_step", lambda *given: steps.append(1) or original(*given))
    network.probabilities(tokens[15:])
    assert len(steps) == 1


def test_no_more_states_are_kept_than_said(network):
    network.probabilities(words.tokens("home go the market was closed " * 40))
    assert len(network._states) <= recurrent.KEPT_STATES


def test_words_it_does_not_know_keep_their_order_and_all_sums_to_one(base, network):
    alone, both = Completer(base, OwnWords()), Completer(base, OwnWords(), network)
    context, recent = words.tokens("I want"), words.tokens("I want")
    p, q = alone._distribution(context, recent), both._distribution(context, recent)
    assert q.sum() == pytest.approx(float(p.sum()), abs=0.05)
    other = np.setdiff1d(np.arange(len(base.words)), network.known)
    assert np.allclose(p[other] / p[other].sum(), q[other] / q[other].sum(), atol=1e-5)


def test_it_can_be_added_while_the_completer_is_in_use(base, network):
    completer = Completer(base, OwnWords())
    before = completer._distribution(words.tokens("I want"), words.tokens("I want"))
    completer.neural = network
    after = completer._distribution(words.tokens("I want"), words.tokens("I want"))
    assert not np.allclose(before, after)


def test_vectors_are_rounded_by_half_a_step_at_most():
    given = np.random.default_rng(1).normal(0, 1, (5, 64)).astype(np.float32)
    restored = recurrent.restore_vectors(*recurrent.quantise_vectors(given))
    step = np.abs(given.reshape(5, -1, recurrent.BLOCK)).max(2) / 7
    assert (np.abs(given - restored).reshape(5, -1, recurrent.BLOCK).max(2) <= 0.51 * step).all()


@pytest.mark.parametrize("spoil", ["cut", "other format", "missing", "short", "other base"])
def test_a_damaged_file_or_that_of_another_model_says_so(base, spoil):
    content = arrays(base)
    if spoil == "other format":
        content["format"][0] = 99
    if spoil == "missing":
        del content["bias"]
    if spoil == "short":
        content["bias"] = content["bias"][:-1]
    if spoil == "other base":
        content["base"] = content["base"] + 1
    data = packed(content)
    with pytest.raises(ModelError):
        Recurrent.load(data[:len(data) // 2] if spoil == "cut" else data, base)
