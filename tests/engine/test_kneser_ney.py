"""The n-gram model: its estimate, its file, its answers."""

from collections import Counter, defaultdict
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from app.engine import words
from app.engine.kneser_ney import P_STEP, KneserNey
from app.everywhere.errors import ModelError
from models.training.completion import count, estimate, prepare_text, vocabulary, weigh
from models.training.completion.estimate import discounts
from models.training.manifest import write_arrays

_spec = importlib.util.spec_from_file_location("tiny_model", Path(__file__).with_name("tiny_model.py"))
tiny_model = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tiny_model)


@pytest.fixture(scope="module")
def model():
    return tiny_model.model()


def context(model, text):
    return [model.marks["start"]] + model.encode(words.tokens(text))


CONTEXTS = ["", "I", "I want", "I want to", "I want to go", "the market was", "never seen before", "Noor Noor"]


@pytest.mark.parametrize("text", CONTEXTS)
def test_probabilities_sum_to_one_but_for_quantisation(model, text):
    assert model.probabilities(context(model, text), 0, model.size).sum() == pytest.approx(1, abs=0.06)


def test_probabilities_sum_to_one_exactly_before_quantisation():
    levels, _ = tiny_model.levels()
    for below, level in zip(levels, levels[1:]):
        for key in np.unique(count.prefix(level.keys)):
            inside = count.prefix(level.keys) == key
            node = np.searchsorted(below.keys, key)
            order = levels.index(level) + 1
            shorter = np.searchsorted(below.keys, count.suffix(level.keys[inside], order))
            rest = below.backoff[node] * (1 - below.p[shorter].sum())
            assert level.p[inside].sum() + rest == pytest.approx(1, abs=1e-5)


def slow_kneser_ney(sentences, symbols, start):
    """Interpolated modified Kneser-Ney by the textbook, with dicts: the reference."""
    grams = [Counter() for _ in range(4)]
    for sentence in sentences:
        for end in range(1, len(sentence)):
            for order in range(1, 5):
                if end - order + 1 >= 0:
                    grams[order - 1][tuple(sentence[end - order + 1:end + 1])] += 1
    counts = [Counter() for _ in range(4)]
    counts[3] = grams[3]
    for order in (1, 2, 3):
        for gram in grams[order]:
            counts[order - 1][gram[1:]] += 1
        for gram, uses in grams[order - 1].items():
            if gram not in counts[order - 1]:
                counts[order - 1][gram] = uses
    lost = [discounts(np.array(list(c.values()))) for c in counts]
    after = [defaultdict(dict) for _ in range(4)]
    for order, table in enumerate(counts):
        for gram, uses in table.items():
            after[order][gram[:-1]][gram[-1]] = uses

    def p(word, ctx):
        lower = p(word, ctx[1:]) if ctx else 1 / (symbols - 1)
        followers = after[len(ctx)].get(tuple(ctx))
        if not followers:
            return lower
        total = sum(followers.values())
        discount = {w: min(lost[len(ctx)][min(c, 3) - 1], c) for w, c in followers.items()}
        own = followers[word] - discount[word] if word in followers else 0
        return own / total + sum(discount.values()) / total * lower

    return p


@pytest.mark.parametrize("text", CONTEXTS)
def test_probabilities_equal_a_slow_reference_but_for_quantisation(model, text):
    sentences = [[model.marks["start"]] + model.encode(sentence) + [model.marks["end"]]
                 for line in tiny_model.TEXT for sentence in words.sentences(line)]
    reference = slow_kneser_ney(sentences, model.size, model.marks["start"])
    ctx = context(model, text)[-3:]
    expected = np.array([reference(word, ctx) for word in range(len(model.words))])
    found = model.probabilities(ctx, 0, len(model.words))
    # Half a step for the stored probability; three back-off weights of 1.5 % on the way.
    np.testing.assert_allclose(found, expected, rtol=P_STEP / 2 + 3 * 0.016)


def test_a_range_of_words_gets_the_same_probabilities_as_all_words(model):
    ctx = context(model, "I want")
    low, high = model.span("t")
    assert model.words[low:high] == ["tea", "the", "to"]
    np.testing.assert_array_equal(model.probabilities(ctx, low, high), model.probabilities(ctx, 0, model.size)[low:high])


def test_pruning_keeps_what_predicts_and_still_sums_to_one():
    pruned = KneserNey.load(tiny_model.packed(tiny_model.arrays(keep=30)))
    p = pruned.probabilities(context(pruned, "I want"), 0, pruned.size)
    assert pruned.words[int(p[:len(pruned.words)].argmax())] == "to"
    assert p.sum() == pytest.approx(1, abs=0.06)


def test_the_same_text_gives_the_same_bytes(tmp_path):
    first = write_arrays(tiny_model.arrays(), tmp_path / "a.npz")
    assert first == write_arrays(tiny_model.arrays(), tmp_path / "b.npz")


def test_words_are_written_as_usual(model):
    assert [model.surface(model.index.get(word)) for word in ("i", "monday", "home")] == ["I", "Monday", "home"]


@pytest.mark.parametrize("data", [b"", b"no zip at all", tiny_model.packed()[:-400], tiny_model.packed()[:1000]])
def test_a_file_that_is_cut_short_is_refused_by_name(data):
    with pytest.raises(ModelError, match="tiny.npz"):
        KneserNey.load(data, "tiny.npz")


def test_a_file_with_a_flipped_bit_is_refused():
    data = bytearray(tiny_model.packed())
    data[len(data) // 3] ^= 0x10
    with pytest.raises(ModelError):
        KneserNey.load(bytes(data))


@pytest.mark.parametrize("change, problem", [
    ({"format": np.array([99, 4, 3], np.int32)}, "format 99"),
    ({"p3": np.zeros(1, np.uint8)}, "n-grams of 3 words"),
    ({"p1": np.zeros(2, np.uint8)}, "differ in number"),
    ({"words": np.frombuffer(b"b\na", np.uint8)}, "sorted"),
    ({"backoff1": np.zeros(0, np.uint8)}, "back-off"),
    ({"rank2": None}, "rank2"),
])
def test_a_file_whose_parts_do_not_fit_is_refused_with_the_reason(change, problem):
    content = {name: array for name, array in (tiny_model.arrays() | change).items() if array is not None}
    with pytest.raises(ModelError, match=problem):
        KneserNey.load(tiny_model.packed(content))


def test_what_opens_answers_is_not_what_opens_sentences():
    text = [("one", "I want tea."), ("two", "Yeah we want tea."), ("one", "Yeah we do. Tea it is.")]
    chosen = vocabulary.Vocabulary(sorted("i want tea yeah we do it is".split()), {})
    ids, weights, start = weigh.weigh([prepare_text.Document("tatoeba", "1", ("one", "two"), text)], chosen, {"tatoeba": 1}, 1)
    counts = count.count(ids, weights, start)
    opened = {chosen.words[word] for word in count.last(counts[1].keys[count.prefix(counts[1].keys) == start])}
    assert opened == {"i", "tea"}
    yeah = counts[0].keys == chosen.words.index("yeah")
    assert counts[0].count[yeah] == 2, "the word itself is counted"


def test_common_words_that_the_text_lacks_can_be_completed_and_no_others():
    known = {"weekend": 9, "allotment": 5, "beetroot": 10, "motorway": 1}
    chosen = vocabulary.choose(["The weekend was long."], known, 100, spelt={"allotment", "beetroot", "unknown"})
    assert set(chosen.unseen) == {"allotment", "beetroot"} and "weekend" in chosen.words and "motorway" not in chosen.words
    level = estimate.Level(None, np.full(len(chosen.words), 0.1), None, None)
    vocabulary.spread(level, chosen)
    p = dict(zip(chosen.words, level.p))
    assert p["beetroot"] == pytest.approx(2 * p["allotment"]) and p["beetroot"] + p["allotment"] == pytest.approx(0.2)
