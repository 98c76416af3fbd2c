"""Sentence vectors: what lies near, what any text does to them, and what a damaged file says."""

import asyncio
import io
from pathlib import Path

import numpy as np
import pytest

from app.engine.transformer import LONGEST, Transformer
from app.engine.vectors import LONGEST_TEXT, Pieces, Vectors, dequantise, quantise, words_of
from app.everywhere.errors import ModelError
from tests.engine.shipped import Shipped

MODELS = Path(__file__).resolve().parents[2] / "models"
ODD_TEXTS = ["", " ", "\n\n", "!!!", "\0\0", "😀🏽‍🚀", "\ud800", "你好，世界", "a" * 100_000, "áéíóú", "'", "x'" * 5000, "##", "1 2"]


def packed(arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def tiny_arrays(network=None, reader=None, d=32):
    generator = np.random.default_rng(3)
    if network is None:
        network = [np.zeros((d, 2)), np.zeros((2, d)), np.zeros((2 * d + 1, 3)), np.zeros((4, d))]
    pieces = sorted(["cat", "dog", "##s", "c", "##a", "##t", "new", "york", "new york", "?"])
    return Vectors.pack(pieces, generator.normal(size=(len(pieces), d)).astype(np.float32), network, reader)


def tiny_reader(d=192):
    generator = np.random.default_rng(4)

    def matrix(rows, columns):
        return generator.normal(size=(rows + 1, columns)).astype(np.float32) * 0.1

    norm = np.stack([np.ones(d), np.zeros(d)]).astype(np.float32)
    return {"turned": matrix(d, d), "ends": matrix(1, d), "position": matrix(LONGEST - 1, d), "out": matrix(d, d),
            "0.query_key_value": matrix(d, 3 * d), "0.joined": matrix(d, d), "0.norm1": norm,
            "0.wider": matrix(d, 48), "0.narrower": matrix(48, d), "0.norm2": norm}


@pytest.fixture
def tiny():
    return Vectors.read_file(packed(tiny_arrays()))


@pytest.fixture(scope="module")
def shipped():
    return Vectors.read_file((MODELS / "vectors.en.npz").read_bytes())


def test_words_are_read_without_capitals_accents_and_marks():
    assert words_of("Café, DON’T go!") == ["cafe", "don't", "go", "!"]


def test_a_word_that_nobody_knows_is_spelled_with_the_longest_pieces(tiny):
    pieces = tiny._pieces
    assert [pieces.pieces[row] for row in pieces.rows("cats")] == ["cat", "##s"]


def test_letters_that_no_piece_has_are_left_out():
    pieces = Pieces(["a", "##b"])
    assert [pieces.pieces[row] for row in pieces.rows("azb")] == ["a", "##b"]


def test_a_pair_of_words_adds_a_row_of_its_own(tiny):
    pieces = tiny._pieces
    assert [pieces.pieces[row] for row in pieces.rows("New York cat")] == ["new", "york", "cat", "new york"]


def test_four_bits_keep_a_number_to_a_seventh_of_the_largest_in_its_block():
    table = np.random.default_rng(1).normal(size=(7, 64)).astype(np.float32)
    found = dequantise(*quantise(table))
    largest = np.abs(table).reshape(7, 2, 32).max(2).repeat(32, axis=1)
    assert (np.abs(found - table) <= largest / 7 * 0.53).all()


def test_vectors_have_length_one_or_are_zero_where_no_word_is_known(tiny):
    lengths = np.linalg.norm(tiny.encode(["cat", "dog cats", "", "zzz 漢"]), axis=1)
    assert np.allclose(lengths, [1, 1, 0, 0], atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(tiny):
    texts = ["cat", "", "dog dog new york", "cats?"] * 3
    together = tiny.encode(texts)
    assert all(np.allclose(together[place], tiny.encode([text])[0], atol=1e-6) for place, text in enumerate(texts))


def test_no_texts_give_no_vectors(tiny):
    assert tiny.encode([]).shape == (0, 32)
    assert tiny.answer({"text": "cat", "texts": []}) == {"similarities": []}


def test_the_network_corrects_the_sum():
    network = [np.zeros((32, 2)), np.zeros((2, 32)), np.zeros((65, 2)), np.zeros((3, 32))]
    network[2][-1], network[3][0, 5] = 1, 9
    plain, corrected = Vectors.read_file(packed(tiny_arrays())), Vectors.read_file(packed(tiny_arrays(network)))
    assert corrected.encode(["cat"])[0, 5] > plain.encode(["cat"])[0, 5]


def test_the_gate_lets_a_row_count_by_the_text_it_stands_in():
    plain = Vectors.read_file(packed(tiny_arrays()))
    cat, both = plain.encode(["cat", "cat dog"])
    # Whatever the text, the gate looks for what «cat» is and «dog» is not.
    network = [np.outer(both, [5, 0]), np.outer([1, 0], cat), np.zeros((65, 2)), np.zeros((3, 32))]
    gated = Vectors.read_file(packed(tiny_arrays(network)))
    assert gated.encode(["cat dog"])[0] @ cat > both @ cat + 0.05


def test_a_reader_tells_the_order_of_words_and_a_sum_does_not():
    vectors = Vectors.read_file(packed(tiny_arrays(reader=tiny_reader(), d=192)))
    assert np.allclose(*vectors.encode(["cat dog", "dog cat"]), atol=1e-6)
    assert not np.allclose(*vectors.read(["cat dog", "dog cat"]), atol=1e-3)


def test_a_text_longer_than_the_reader_reads_still_gets_a_vector():
    vectors = Vectors.read_file(packed(tiny_arrays(reader=tiny_reader(), d=192)))
    assert np.allclose(np.linalg.norm(vectors.read(["cat dog " * 50, ""]), axis=1), [1, 0])


def test_a_file_without_a_reader_reads_as_it_encodes(tiny):
    assert np.allclose(tiny.read(["cat", ""]), tiny.encode(["cat", ""]))


def test_the_transformer_reads_each_word_with_the_others():
    reader = Transformer(tiny_reader())
    x = np.random.default_rng(5).normal(size=(3, 192)).astype(np.float32)
    alone = [reader.read(x[place:place + 1]) for place in range(3)]
    assert not np.allclose(reader.read(x), np.mean(alone, axis=0), atol=1e-3)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda text: ascii(text)[:12])
def test_any_text_is_accepted(shipped, text):
    assert np.isfinite(shipped.encode([text, "a cat"])).all()
    assert np.isfinite(shipped.read([text])).all()
    assert len(shipped.answer({"text": text, "texts": [text, "b"]})["similarities"]) == 2


def test_of_a_very_long_text_the_beginning_is_read(shipped):
    text = "it rained all day. " * 300_000
    assert np.allclose(shipped.encode([text]), shipped.encode([text[:LONGEST_TEXT]]))


@pytest.mark.parametrize("damage", [b"", b"PK", b"{}"])
def test_bytes_that_are_no_archive_are_refused_by_name(damage):
    with pytest.raises(ModelError, match="sentence vectors"):
        Vectors.read_file(damage)


def test_a_file_cut_short_is_refused():
    whole = packed(tiny_arrays())
    with pytest.raises(ModelError):
        Vectors.read_file(whole[:len(whole) // 2])


@pytest.mark.parametrize("change", [
    lambda arrays: arrays.pop("scales"),
    lambda arrays: arrays.update(format=np.array([99, 10, 32])),
    lambda arrays: arrays.update(pieces=arrays["pieces"][:-9]),
    lambda arrays: arrays.update(nibbles=arrays["nibbles"][:, :-1]),
])
def test_a_file_whose_parts_do_not_fit_is_refused(change):
    arrays = tiny_arrays()
    change(arrays)
    with pytest.raises(ModelError):
        Vectors.read_file(packed(arrays))


def test_all_who_load_the_vectors_share_them():
    models = Shipped({"vectors.en": packed(tiny_arrays())})

    async def twice():
        return await Vectors.load(models), await Vectors.load(models)

    one, two = asyncio.run(twice())
    assert one is two


def test_what_means_the_like_lies_nearer_than_what_does_not(shipped):
    near = shipped.answer({"text": "I could not sleep last night", "texts": [
        "I lay awake until three in the morning", "The train was late again", "We planted tomatoes in the garden"]})["similarities"]
    assert near[0] == max(near)
