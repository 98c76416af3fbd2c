"""Properties as Obsidian, Joplin, Notion's importers, Hugo and Jekyll write them; and what is beyond this reader stays as it is."""

import pytest

from app.porter import front_matter
from app.porter.front_matter import Unread, read, split


def values(block):
    return {one.key: one.value for one in read(block.split("\n"))}


@pytest.mark.parametrize("block, expected", [
    # Obsidian: lists are indented by two, values are quoted when they must be, empty properties have none.
    ("tags:\n  - garden\n  - work/roof\naliases:\n  - The roof", {"tags": ["garden", "work/roof"], "aliases": ["The roof"]}),
    ("tags: []\ncssclasses:\nrating: 4.5\ndone: false", {"tags": [], "cssclasses": "", "rating": "4.5", "done": "false"}),
    ("related: \"[[Other note]]\"", {"related": "[[Other note]]"}),
    ("due: 2024-02-01T14:30:00\nday: 2024-02-01", {"due": "2024-02-01T14:30:00", "day": "2024-02-01"}),
    ("date created: Monday, May 6th 2024, 9:11:12 pm", {"date created": "Monday, May 6th 2024, 9:11:12 pm"}),
    # Older vaults and other apps: in brackets, with commas, at the margin.
    ("tags: [one, \"two, three\", 'it''s']", {"tags": ["one", "two, three", "it's"]}),
    ("tags: [one,\n  two,\n  three\n]\nafter: yes", {"tags": ["one", "two", "three"], "after": "yes"}),
    ("tags: one, two", {"tags": "one, two"}),
    ("tags:\n- one\n- two words\nafter: 1", {"tags": ["one", "two words"], "after": "1"}),
    ("tags:\n  - '#one'\n  - \"a: b\"\n  - # nothing\n  - last # a comment", {"tags": ["#one", "a: b", "", "last"]}),
    # Joplin's Markdown with front matter.
    ("title: \"Roof: north\"\nupdated: 2021-05-09 19:05:16Z\nlatitude: 52.51860000\ncompleted?: no",
     {"title": "Roof: north", "updated": "2021-05-09 19:05:16Z", "latitude": "52.51860000", "completed?": "no"}),
    # Quotes, escapes and values over several lines.
    (r'title: "tab\tand \"quotes\" and \u00e9"', {"title": 'tab\tand "quotes" and é'}),
    ("title: 'it''s fine' # really", {"title": "it's fine"}),
    ("title: first\n  second\n\n  third", {"title": "first second\nthird"}),
    ("title: \"first\n  second\"\nafter: 1", {"title": "first second", "after": "1"}),
    ("url: https://example.org/#part", {"url": "https://example.org/#part"}),
    ("'a key': 1\n\"another\": 2\nüber uns: 3", {"a key": "1", "another": "2", "über uns": "3"}),
    # Block scalars, kept or folded, with and without the last line end.
    ("text: |\n  one\n    two\n\n  three", {"text": "one\n  two\n\nthree\n"}),
    ("text: |-\n  one\n  two", {"text": "one\ntwo"}),
    ("text: >\n  one\n  two\n\n  three\nafter: x", {"text": "one two\nthree\n", "after": "x"}),
    ("text: |2-\n    one\n   two", {"text": "  one\n two"}),
    ("text: >-\n  one\n    deeper\n  two\n  three", {"text": "one\n  deeper\ntwo three"}),
    ("title: \"one\\\n  two\\\n  \\ three\"", {"title": "onetwo three"}),
    ("tags:\n- >-\n  one\n  two\n- 'three\n\n  four'", {"tags": ["one two", "three\nfour"]}),
    # Types are not obeyed: they would turn tags and titles into something else.
    ("title: 2024\nno: no\nempty: ~", {"title": "2024", "no": "no", "empty": "~"}),
    ("# a comment\n\ntitle: x", {"title": "x"}),
])
def test_what_apps_write_is_read(block, expected):
    assert values(block) == expected


@pytest.mark.parametrize("block", [
    "a: {b: c}", "a: &x [1]", "a: *x", "a: !!python/object:os.system x", "a:\n  b: c\n  d: e", "a:\n  - b: c", "a:\n  - - b", "a: b: c",
    "a: [[b], c]", "a: \"x\" y",
])
def test_what_it_does_not_understand_is_no_value(block):
    assert values(block) == {"a": None}


@pytest.mark.parametrize("block", ["a: 'tis the season", "a: [b", "just words", "- a\n- b", "a\nb: c", "[x]: y", "a: 1\n???"])
def test_what_is_no_properties_at_all_is_not_read(block):
    with pytest.raises(Unread):
        read(block.split("\n"))


def test_it_is_cut_off_at_its_closing_line():
    assert split("---\na: 1\n---\n\nText\n---\nmore") == (["a: 1"], "Text\n---\nmore")
    assert split("---\na: 1\n...\nText") == (["a: 1"], "Text")
    assert split("--- \n--- \nText") == ([], "Text")


@pytest.mark.parametrize("text", ["Text\n---\na: 1\n---\n", "---\nno end", "----\na: 1\n----\n", "", "---"])
def test_a_line_alone_is_no_front_matter(text):
    assert split(text) == (None, text)


def test_what_is_left_is_as_it_was_written():
    properties = read("tags: [a]\n# mine\nplace:   'Berlin'  # home\nlist:\n  - x\n\n  - y".split("\n"))
    assert front_matter.remaining(properties[1:]) == "place:   'Berlin'  # home\nlist:\n  - x\n\n  - y"


@pytest.mark.parametrize("block", [
    "a: [" * 10_000, "a: [\n" * 10_000, "a: \"\nb: '\n" * 5_000, "a: \"\n" + "x\n" * 20_000, "a: \"" + "\\" * 20_001,
    "a:\n" + "  - x\n" * 8_000, "- " * 20_000, "a: " + "'" * 20_001,
])
def test_hostile_properties_do_not_make_it_try_again_and_again(block, no_hang):
    assert len(block) > 20_000
    try:
        assert len(read(block.split("\n"))) <= len(block)
    except Unread:
        pass
