"""Exports of other apps all the way into the notebook; and damaged or hostile ones, which leave it whole."""

import pytest

from app.everywhere.note import checked
from app.porter import layout, undoing
from app.porter.formats import detect
from tests.porter import exports, malformed
from tests.porter.archives import PNG, tree_of, zip_of
from tests.porter.desk import Store, Trip, bring, export, records, run

ALL_EXPORTS = {name: getattr(exports, name) for name in ("OBSIDIAN", "JOPLIN", "DAY_ONE", "KEEP", "NOTION", "STANDARD_NOTES", "APPLE_NOTES", "PLAIN")}


def is_whole(store):
    """Every note can be kept, each reference leads to an attachment, and each attachment has its bytes."""
    for note in store.stores["notes"].values():
        assert checked(note)["revision"] >= 1 and "attachment:#" not in note["text"].replace("attachment:\\#", "")
        assert all(id in store.stores["attachments"] for id in layout.referred(note["text"]))
    for id, record in store.stores["attachments"].items():
        data = store.stores["blobs"][id]["data"]
        assert record["sha256"] == layout.sha256(data) and record["bytes"] == len(data) and layout.MOMENT.fullmatch(record["created"])
    assert {id[:26] for id in store.stores["blobs"]} == set(store.stores["attachments"])


@pytest.mark.parametrize("name", ALL_EXPORTS)
def test_an_export_of_another_app_comes_in_once_goes_out_and_comes_back(name):
    data, store = zip_of(ALL_EXPORTS[name]), Store()
    first, _ = bring(store, data)
    is_whole(store)
    assert first.counts["notes"] == len(store.stores["notes"]) > 0 and not first.problem
    second, account = bring(store, data)
    assert second.counts["notes"] == second.counts["attachments"] == 0 and account.counts["here"] == first.counts["notes"]
    again = Store()
    bring(again, export(store)[1])
    assert records(again) == records(store)
    run(undoing.undo(store, Trip()))
    assert not any(records(store).values())


def test_pictures_come_in_with_their_bytes():
    store = Store()
    bring(store, zip_of(exports.OBSIDIAN))
    assert PNG in [blob["data"] for blob in store.stores["blobs"].values()]


@pytest.mark.parametrize("case", list(malformed.handmade()), ids=lambda case: case.name)
def test_a_malformed_archive_leaves_the_notebook_whole_and_what_is_good_comes_in(case, no_hang):
    store = Store()
    if not case.opens:
        return
    tree = tree_of(case.data, case.file_name)
    if detect(tree) is None:
        return
    bring(store, b"", tree=tree)
    is_whole(store)
    if case.good:
        assert malformed.GOOD_TEXT.strip() in [note["text"].strip() for note in store.stores["notes"].values()]
