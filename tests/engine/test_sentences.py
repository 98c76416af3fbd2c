"""Where sentences end."""

import pytest

from app.engine.sentences import LONGEST_SENTENCE, sentences


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize("text, expected", [
    ("Met Dr. Gray at 3.30 p.m. today. Nice!", ["Met Dr. Gray at 3.30 p.m. today.", "Nice!"]),
    ("Ich war am 3. Mai in z. B. Köln. Es war toll.", ["Ich war am 3. Mai in z. B. Köln.", "Es war toll."]),
    ("I was 12. We left.", ["I was 12.", "We left."]),
    ("J. R. Smith wrote. So did I. Then we slept.", ["J. R. Smith wrote.", "So did I.", "Then we slept."]),
    ("He is No. 5. No. I won't.", ["He is No. 5.", "No.", "I won't."]),
    ("Bread, milk etc. We went home.", ["Bread, milk etc.", "We went home."]),
    ("i went home. then i slept... well, maybe not", ["i went home.", "then i slept... well, maybe not"]),
    ('"Really?" she asked. "Yes!" He left.', ['"Really?" she asked.', '"Yes!"', "He left."]),
    ("I left.Then it rained.", ["I left.", "Then it rained."]),
    ("See www.example.org/a.b and v1.2.3. Done", ["See www.example.org/a.b and v1.2.3.", "Done"]),
    ("¿Qué tal? ¡Bien! Nos vemos.", ["¿Qué tal?", "¡Bien!", "Nos vemos."]),
    ("「はい。」と言った。今日は暑い！明日は？", ["「はい。」と言った。", "今日は暑い！", "明日は？"]),
    ("他说：“你好。”然后走了。我们吃饭。", ["他说：“你好。”", "然后走了。", "我们吃饭。"]),
    ("मैं घर गया। वह आई॥", ["मैं घर गया।", "वह आई॥"]),
    ("ما اسمك؟ أنا بخير.", ["ما اسمك؟", "أنا بخير."]),
])
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert cut(text) == expected


def test_lists_and_headings_are_sentences_without_their_marks():
    assert cut("# Plan\n- buy milk\n- [ ] call mum. She waits.\n1. First this\n2) then that\n> said he") == \
        ["Plan", "buy milk", "call mum.", "She waits.", "First this", "then that", "said he"]


def test_a_line_that_goes_on_in_small_letters_is_joined():
    text = "This line was wrapped by some editor at about sixty characters\nand goes on here. Next.\nbought bread\nslept"
    assert cut(text) == [text[:text.index(" Next")], "Next.", "bought bread", "slept"]


def test_code_and_rules_are_no_sentences():
    assert cut("Before.\n```\na = b. c\n```\nAfter.\n---\n***") == ["Before.", "After."]


def test_a_text_without_marks_is_cut_at_a_space():
    assert max(map(len, cut("word " * 2000))) <= LONGEST_SENTENCE
    assert "".join(cut("x" * 5000)) == "x" * 5000


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "\0", "\ud800. \ud800", "😀. 😀!", "```", "- ", "1.", "\"\"\"", ".\n" * 50])
def test_any_text_is_accepted(text):
    sentences(text)


def test_offsets_are_in_order_and_inside():
    text = "One. Two\n\n- three\n```x```\nFour! " * 5
    found = sentences(text)
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(first[1] <= second[0] for first, second in zip(found, found[1:]))
