from app.everywhere.attachments import clean_name, clean_type, in_bytes, named_in, reference
from app.everywhere.limits import ATTACHMENT_NAME_CHARACTERS
from app.everywhere.note import count_words, excerpt, headline, readable

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_a_name_is_no_path():
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("C:\\Users\\ann\\cat.png") == "cat.png"
    assert clean_name("..") == clean_name("/") == clean_name("") == clean_name("\x00\n") == "file"


def test_a_name_does_not_turn_its_own_direction_nor_hide_anything():
    assert clean_name("photo\u202egpj.exe") == "photo gpj.exe"
    assert clean_name("a\u200bb\n c\td\x85e") == "a b c d e"
    assert clean_name("תמונה 1.png") == "תמונה 1.png"


def test_a_name_of_ten_thousand_characters_keeps_its_beginning_and_its_ending():
    name = clean_name("x" * 10_000 + ".tar.gz")
    assert len(name) == ATTACHMENT_NAME_CHARACTERS and name.startswith("xxx") and name.endswith("….gz")
    assert len(clean_name("y" * 10_000)) == ATTACHMENT_NAME_CHARACTERS


def test_a_type_is_kept_as_claimed_unless_it_is_none_or_claims_to_be_a_picture():
    assert clean_type("Text/HTML") == "text/html"
    assert clean_type("image/svg+xml") == "image/svg+xml"
    assert clean_type("") == clean_type("text/") == clean_type("a/b; charset=\n") == clean_type("image/png") == "application/octet-stream"


def test_a_name_is_escaped_in_markdown_and_read_back_as_it_is():
    assert reference(ID, "IMG_2034.jpg", True) == "![IMG_2034.jpg](attachment:" + ID + ")"
    for name in ("a [b] (c).png", "](http://evil.example)", "back\\slash\\", "_a_ *b* `c` <b> &amp; ~~d~~ |e|", "\\[", "!"):
        for shown in (True, False):
            assert readable("see " + reference(ID, name, shown) + ".") == "see " + name + "."


def test_of_a_link_to_an_attachment_only_the_name_is_read():
    text = "Before " + reference(ID, "cat.png", True) + " and\n" + reference(ID, "dog.pdf", False) + " after."
    assert readable(text) == "Before cat.png and\ndog.pdf after."
    assert readable(text, names=False) == "Before  and\n after."
    assert count_words(text) == 3


def test_what_only_looks_like_an_attachment_stays():
    for text in ("[a](attachment:)", "[a](attachment:" + ID.lower() + ")", "[a](attachment:" + ID, "a](attachment:" + ID + ")", "[a](https://example.org)",
                 "[a\nb](attachment:" + ID + ")", "\\[a](attachment:" + ID + ")", "]" * 1000 + "(attachment:" + ID + ")"):
        assert readable(text) == text


def test_the_list_shows_the_name_of_a_picture_and_no_id():
    note = {"title": "", "text": reference(ID, "cat_1.png", True) + "\n" + reference(ID, "a [b].pdf", False) + " from the train"}
    assert headline(note) == "cat_1.png"
    assert excerpt(note) == "a [b].pdf from the train"


def test_a_head_that_was_cut_within_a_link_shows_no_part_of_it():
    link = reference(ID, "cat.png", True)
    for cut in range(len("![cat.png]("), len(link)):
        assert headline({"title": "", "text": link[:cut]}) == "cat.png"


def test_ids_are_found_wherever_a_record_names_them():
    other = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
    record = {"id": "a", "text": "![x](attachment:" + ID + ") and <attachment:" + other + ">", "tags": ["attachment:"], "parts": [{"was": "(attachment:" + ID + ")"}], "n": 3}
    assert named_in(record) == {ID, other}
    assert named_in("attachment:" + ID[:-1]) == named_in(None) == set()


def test_sizes_are_said_as_people_say_them():
    said = [in_bytes(count) for count in (0, 1, 999, 1000, 830_000, 999_499, 999_500, 25_000_000, 26_214_400, 5_000_000_000)]
    assert said == ["0 bytes", "1 byte", "999 bytes", "1 kB", "830 kB", "999 kB", "1.0 MB", "25.0 MB", "26.2 MB", "5.0 GB"]
