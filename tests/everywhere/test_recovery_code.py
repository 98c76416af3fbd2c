from app.everywhere.recovery_code import ALPHABET, ENTROPY_BYTES, groups, new_code, read_code

CODE = new_code(bytes([(7 * n + 3) % 256 for n in range(ENTROPY_BYTES)]))


def test_a_code_is_seven_groups_of_four_without_look_alikes():
    assert [len(group) for group in groups(CODE)] == [4] * 7
    assert not set("ILOU") & set(ALPHABET)


def test_a_code_is_read_however_it_is_typed():
    assert read_code("-".join(groups(CODE))) == CODE
    assert read_code(" ".join(groups(CODE.lower())) + "\n") == CODE
    assert read_code(CODE.replace("0", "O").replace("1", "l")) == CODE


def test_one_wrong_character_is_noticed_wherever_it_stands():
    for place in range(len(CODE)):
        for other in ALPHABET:
            if other != CODE[place]:
                assert read_code(CODE[:place] + other + CODE[place + 1:]) == ""


def test_two_swapped_neighbours_are_noticed():
    for place in range(len(CODE) - 1):
        swapped = CODE[:place] + CODE[place + 1] + CODE[place] + CODE[place + 2:]
        assert swapped == CODE or read_code(swapped) == ""


def test_what_is_no_code_is_none():
    for text in ("", "correct horse battery staple", CODE[:-1], CODE + "0", CODE[:-1] + "U"):
        assert read_code(text) == ""


def test_other_bytes_make_another_code():
    assert new_code(bytes([0] * ENTROPY_BYTES)) != new_code(bytes([0] * (ENTROPY_BYTES - 1) + [1]))
