"""The list of notes stays in its order whatever comes, goes and changes."""

import random

from app.page.heads import Heads


def head(number, updated, **more):
    return {"id": f"{number:04}", "updated": f"{updated:04}", "tags": [], "pinned": False, "deleted": "", "revision": 1} | more


def ids(heads, **asked):
    return [one["id"] for one in heads.listing(**asked)]


def test_the_newest_is_first_pinned_ones_on_top_and_the_trash_apart():
    heads = Heads()
    heads.extend([head(4, 40, deleted="x"), head(3, 30), head(2, 20, pinned=True), head(1, 10)])
    assert ids(heads) == ["0002", "0003", "0001"] and ids(heads, trash=True) == ["0004"]
    assert (heads.count(), heads.count(trash=True), len(heads)) == (3, 1, 4)
    assert ids(heads, count=1) == ["0002"] and ids(heads, count=2) == ["0002", "0003"]


def test_a_changed_note_comes_to_its_new_place():
    heads = Heads()
    heads.extend([head(2, 20), head(1, 10)])
    heads.put(head(1, 30))
    assert ids(heads) == ["0001", "0002"]
    heads.put(head(2, 40, deleted="x"))
    assert ids(heads) == ["0001"] and ids(heads, trash=True) == ["0002"]
    heads.remove("0001")
    heads.remove("0001")
    assert ids(heads) == []


def test_tags_are_those_in_use_of_the_newest_first():
    heads = Heads()
    heads.extend([head(2, 20, tags=["b", "a"]), head(1, 10, tags=["a", "c"])])
    assert heads.tags() == ["b", "a", "c"]
    heads.put(head(1, 30, tags=["c"]))
    assert heads.tags() == ["c", "b", "a"]
    heads.put(head(2, 40, tags=["b", "a"], deleted="x"))
    assert heads.tags() == ["c"]


def test_any_order_of_changes_gives_the_order_of_sorting():
    lot, heads, there = random.Random(3), Heads(), {}
    for _ in range(2000):
        number = lot.randrange(60)
        if lot.random() < 0.15:
            heads.remove(f"{number:04}")
            there.pop(f"{number:04}", None)
        else:
            one = head(number, lot.randrange(50), pinned=lot.random() < 0.2, deleted="x" if lot.random() < 0.2 else "", tags=lot.sample("abc", 2))
            heads.put(one)
            there[one["id"]] = one
    for trash in (False, True):
        wanted = sorted((one for one in there.values() if bool(one["deleted"]) == trash),
                        key=lambda one: (one["pinned"] and not trash, one["updated"], one["id"]), reverse=True)
        assert heads.listing(trash) == wanted
