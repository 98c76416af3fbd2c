from app.everywhere.ulid import is_ulid, new_ulid, ulid_ms


def test_the_example_of_the_specification_comes_out():
    # The time part of the spec's example, 01ARZ3NDEK, is 1469922850259.
    assert new_ulid(1469922850259, bytes(10)) == "01ARZ3NDEK" + "0" * 16


def test_ids_sort_by_their_moment_whatever_the_entropy():
    assert new_ulid(1000, b"\xff" * 10) < new_ulid(1001, bytes(10))


def test_the_entropy_fills_the_last_sixteen_characters():
    assert new_ulid(0, b"\xff" * 10) == "0" * 10 + "Z" * 16
    assert new_ulid(0, bytes(9) + b"\x1f")[-1] == "Z"


def test_what_is_no_ulid_is_told_apart():
    assert is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    for other in ("", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU", None, 7):
        assert not is_ulid(other)


def test_the_moment_is_read_back_from_an_id():
    assert ulid_ms(new_ulid(1795242975825, b"\xff" * 10)) == 1795242975825
