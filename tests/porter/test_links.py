"""Links are found where Markdown has them, tags where Obsidian does; code is left alone, and nothing takes more than linear time."""

import pytest

from app.porter.links import rewritten, tags_in


def replaced(text):
    return rewritten(text, lambda picture, label, target: f"<{'picture' if picture else 'link'}:{label}:{target}>",
                     lambda embedded, inside: f"<{'embed' if embedded else 'wiki'}:{inside}>")


@pytest.mark.parametrize("text, expected", [
    ("see [a](b.md) and ![c](d.png)", "see <link:a:b.md> and <picture:c:d.png>"),
    ("[a [b] c](<d e.md> \"title\")", "<link:a [b] c:d e.md>"),
    ("[a](b_(c).png 'x')", "<link:a:b_(c).png>"),
    ("[[A|b]] ![[c.png|300]]", "<wiki:A|b> <embed:c.png|300>"),
    ('<img src=":/x" alt="a &amp; b" width="3">', "<picture:a & b::/x>"),
    ("`[a](b)` ``[a`](b)`` [c](d)", "`[a](b)` ``[a`](b)`` <link:c:d>"),
    ("```\n[a](b)\n```\n[c](d)", "```\n[a](b)\n```\n<link:c:d>"),
    ("~~~~\n[a](b)\n~~~\n[a](b)\n~~~~\n[c](d)", "~~~~\n[a](b)\n~~~\n[a](b)\n~~~~\n<link:c:d>"),
    ("a ` b [c](d)", "a ` b <link:c:d>"),
    ("[a] (b) [c]() \\[x] [d][e]", "[a] (b) [c]() \\[x] [d][e]"),
])
def test_links_are_replaced_outside_code(text, expected):
    assert replaced(text) == expected


def test_a_definition_gets_the_address_of_an_attachment_only():
    assert rewritten("[a]: b.png\n[c]: http://d\n", lambda picture, label, target: "![a](attachment:#0)" if target == "b.png" else None) == \
        "[a]: attachment:#0\n[c]: http://d\n"


@pytest.mark.parametrize("text, expected", [
    ("#one and #two/three, #with-dash_1. #été #日本 #猫🐈", ["one", "two/three", "with-dash_1", "été", "日本", "猫🐈"]),
    ("# heading\n## heading", []),
    ("#2024 #1a a#b &#39; \\#no http://x/#part (#paren)", ["1a"]),
    ("`#code`\n```\n#code\n```\n#yes", ["yes"]),
    ("#a #a #b", ["a", "b"]),
])
def test_tags_are_what_obsidian_takes_for_tags(text, expected):
    assert tags_in(text) == expected


@pytest.mark.parametrize("piece", [
    "[", "[a", "![](", "[](", "[[", "[a](b", "[a](b(c", "`", "` ``", "<img ", "[x]: ", "[[]", "](", "[a](b \"", "#", "[[a]", "[ []"])
def test_hostile_links_do_not_make_it_try_again_and_again(piece, no_hang):
    text = piece * 150_000
    assert rewritten(text, lambda *_: None, lambda *_: None) == text
    assert len(tags_in(text)) < 2
