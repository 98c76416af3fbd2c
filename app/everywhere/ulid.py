"""Identifiers that sort by the time they were made: ULID, https://github.com/ulid/spec.

`new_ulid(now_ms, entropy)` takes the clock and the randomness from its caller, so that it
is the same on every interpreter and a test can hold both still.
"""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID_LENGTH = 26


def _encode(number, characters):
    out = ""
    for _ in range(characters):
        out = _CROCKFORD[number & 31] + out
        number >>= 5
    return out


def new_ulid(now_ms, entropy):
    """26 characters: 48 bits of milliseconds since 1970, then 80 bits of `entropy` (10 bytes)."""
    assert len(entropy) == 10, "a ULID takes 10 bytes of entropy"
    return _encode(int(now_ms), 10) + _encode(int.from_bytes(bytes(entropy), "big"), 16)


def is_ulid(value):
    if not isinstance(value, str) or len(value) != ULID_LENGTH or value[0] > "7":
        return False
    for character in value:
        if character not in _CROCKFORD:
            return False
    return True


def ulid_ms(id):
    """The milliseconds since 1970 at which a ULID was made."""
    ms = 0
    for character in id[:10]:
        ms = ms * 32 + _CROCKFORD.index(character)
    return ms
