from app.everywhere.errors import BadNote
from app.everywhere.limits import NOTE_TEXT_BYTES, TAGS_PER_NOTE
from app.everywhere.note import (
    checked, clean_tag, count_words, direction, excerpt, headline, last_lines, list_order, new_note, refusing, with_tag, without_tag)

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
NOW = "2026-11-21T06:35:44.123Z"


def note(title="", text="", **fields):
    return new_note(ID, NOW, title, text) | fields


def refusal(call):
    """The sentence with which `call` is refused."""
    try:
        call()
    except BadNote as error:
        return str(error)
    raise AssertionError("it was not refused")


def test_a_new_note_can_be_kept():
    assert checked(note()) == note()


def test_a_note_without_a_field_or_with_a_wrong_one_is_refused_by_name():
    without = note()
    del without["tags"]
    assert "«tags»" in refusal(lambda: checked(without))
    assert "«text»" in refusal(lambda: checked(note(text=None)))
    assert "«revision»" in refusal(lambda: checked(note(revision="1")))
    assert "id" in refusal(lambda: checked(note(id="../../etc")))


def test_a_note_of_five_megabytes_is_kept_and_one_beyond_the_limit_is_told_how_to_go_on():
    assert checked(note(text="x" * 5_000_000))
    assert "split it" in refusal(lambda: checked(note(text="é" * (NOTE_TEXT_BYTES // 2 + 1))))


def test_a_title_of_emoji_and_right_to_left_text_is_kept_as_it_is():
    title = "🌙📓 يوم طويل שלום"
    assert checked(note(title=title))["title"] == title
    assert headline(note(title=title)) == title


def test_the_list_shows_the_title_or_else_the_first_line_that_says_something():
    assert headline(note("Packing", "socks")) == "Packing"
    assert headline(note("", "\n\n# Sunday\nrain")) == "Sunday"
    assert headline(note("", "- [ ] **buy** *figs*")) == "buy figs"
    assert headline(note("  ", " \n ")) == "Untitled"
    assert headline(note("", "---\n> quoted")) == "quoted"


def test_the_excerpt_does_not_repeat_the_headline():
    assert excerpt(note("", "# Sunday\nrain all day")) == "rain all day"
    assert excerpt(note("Sunday", "rain all day")) == "rain all day"
    assert excerpt(note("Sunday", "x" * 500)).endswith("…")


def test_tags_are_cleaned_and_never_twice_whatever_their_case():
    assert with_tag([], "  #travel ") == ["travel"]
    assert with_tag(["travel"], "Travel") == ["travel"]
    assert with_tag(["a"], "b,  c") == ["a", "b c"]
    assert without_tag(["a", "b"], "a") == ["b"]
    assert "letter" in refusal(lambda: clean_tag(" # "))
    assert "characters" in refusal(lambda: clean_tag("x" * 61))
    many = [str(number) for number in range(TAGS_PER_NOTE)]
    assert "at most" in refusal(lambda: with_tag(many, "one more"))


def test_words_are_counted_as_a_reader_would():
    assert count_words("") == 0
    assert count_words("I - we, that is — slept well.") == 6
    assert count_words("– 3 figs\n* bread ✓") == 4
    assert count_words("été à l’école … «oui»") == 4


def test_words_are_parted_by_every_kind_of_space_on_every_interpreter():
    assert count_words("deux\u00a0mots\u202f!") == 2
    assert count_words("\u4e00\u3000\u4e8c\u2003three\u2028four") == 4


def test_the_first_letter_decides_the_direction():
    assert direction("") == direction("abc שלום") == direction("été") == direction("日本") == "ltr"
    assert direction("שלום abc") == direction("  🌙 📓 - «يوم» طويل") == "rtl"


def test_pinned_notes_come_first_and_then_the_newest():
    old = note(updated="2026-01-01T00:00:00.000Z")
    new = note(updated="2026-02-01T00:00:00.000Z")
    pinned = note(updated="2025-01-01T00:00:00.000Z", pinned=True)
    assert sorted([old, pinned, new], key=list_order, reverse=True) == [pinned, new, old]


def test_a_mood_is_one_of_those_that_there_are():
    note = new_note("01ARZ3NDEKTSV4RRFFQ69G5FAV", "2026-01-01T00:00:00.000Z")
    checked(note | {"mood": "none"})
    try:
        checked(note | {"mood": "<b>"})
    except BadNote as error:
        assert "joy" in str(error)
    else:
        assert False, "it was taken"


def test_a_refused_tag_leaves_the_note_and_is_refused_once():
    note = new_note("01ARZ3NDEKTSV4RRFFQ69G5FAV", "2026-01-01T00:00:00.000Z") | {"tags": ["garden", "home"]}
    assert refusing(note, "garden") == {"refused": ["garden"], "tags": ["home"]}
    assert refusing(note | {"refused": ["garden"]}, "garden")["refused"] == ["garden"]
    del note["refused"]  # as older versions kept it
    assert refusing(checked(note), "home")["refused"] == ["home"]


def test_the_last_lines_begin_with_a_whole_sentence():
    assert last_lines("Short.") == "Short."
    assert last_lines("One of many. Two. Three.", 12) == "Three."
    assert last_lines("x" * 300, 12) == "x" * 12
