"""Archives that are damaged or meant to do harm: a clear report, the rest imported, nothing escapes."""

import pytest

from app.everywhere.errors import BadArchive
from tests.porter import malformed
from tests.porter.archives import Import, tree_of, zip_of

CASES = list(malformed.handmade())


def test_there_are_a_hundred_of_them_and_no_two_alike():
    assert len(CASES) >= 100 and len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_malformed_archive_gives_what_is_good_in_it_and_a_clear_report(case, no_hang):
    if not case.opens:
        with pytest.raises(BadArchive) as raised:
            tree_of(case.data, case.file_name)
        assert str(raised.value).endswith(".")
        return
    one = Import(tree_of(case.data, case.file_name))
    said = one.report.skips + one.report.changes
    assert all(sentence and sentence[0].isupper() and sentence.endswith((".", ")")) and path.isprintable() for path, sentence in said)
    assert case.says in " ".join(sentence for _, sentence in said), said
    for name in one.tree.names:
        assert not name.startswith("/") and ".." not in name.split("/") and "\\" not in name and ":" not in name[:2] and name.isprintable()
    if case.good:
        assert one.notes[malformed.GOOD]["text"].strip() == malformed.GOOD_TEXT.strip()


@pytest.mark.parametrize("name, file_name, data, whole", list(malformed.mutated()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_damaged_export_gives_notes_that_are_whole_or_says_what_is_missing(name, file_name, data, whole, no_hang):
    before = Import(tree_of(whole, file_name))
    try:
        after = Import(tree_of(data, file_name))
    except BadArchive as error:
        assert str(error).endswith(".")
        return
    if file_name == "x.zip" and after.format is before.format:
        # A zip has checksums: what comes out is what was put in, but for links to what is missing now.
        for one in after.found:
            assert any(one["note"]["text"][:6] == other["note"]["text"][:6] for other in before.found)
    if after.format and len(after.found) < len(before.found):
        assert after.report.skips


@pytest.mark.parametrize("name, files", list(malformed.wrong_values()), ids=lambda value: value if isinstance(value, str) else "")
def test_values_of_the_wrong_kind_spoil_only_the_note_they_are_in(name, files, no_hang):
    one = Import(tree_of(zip_of(files)))
    for path, sentence in one.report.skips + one.report.changes:
        assert path.isprintable() and sentence


def test_what_looks_like_markup_stays_the_text_it_is():
    one = Import(tree_of(zip_of(malformed._notes_with("<script>alert(1)</script>"))))
    assert one.notes["<script>alert(1)</script>"]["text"] == "<script>alert(1)</script>"
    assert one.notes["<script>alert(1)</script>"]["tags"] == ["<script>alert(1)</script>"]


def test_text_that_looks_like_our_own_references_refers_to_nothing():
    one = Import(tree_of(zip_of({"a.md": "![x](attachment:#0)"})))
    assert one.notes["a"]["text"] == "![x](attachment:\\#0)" and "backslash" in one.what("a.md")


def test_an_archive_of_many_bombs_is_stopped_as_a_whole(monkeypatch):
    from app.porter import zip_archive

    monkeypatch.setattr(zip_archive, "IMPORT_TOTAL_FROM_BYTES", 200_000)
    one = Import(tree_of(zip_of({f"{number}.md": "x" * 50_000 for number in range(50)})))
    assert len(one.found) < 50 and "as a whole" in one.why("49.md")
