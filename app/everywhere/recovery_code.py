"""The recovery code of a locked vault: 130 random bits that a person can write down and type again.

28 symbols in groups of four, of an alphabet without look-alikes (Crockford's base 32: no I, L, O, U). The last two are a checksum:
the 26 before them as a number, modulo 1021, a prime, so that any one wrong symbol and any two that were swapped are noticed.

    H4KW-9TQ2-…     typed with or without hyphens, in any case; O is read as 0, I and L as 1

Offers `new_code(entropy)`, `read_code(text)`, `groups(code)` and `ENTROPY_BYTES`.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = {"O": "0", "I": "1", "L": "1"}
_SECRET, _CHECK, _GROUP = 26, 2, 4
_MODULUS = 1021
# Random bytes that a code is made of; five bits of each count.
ENTROPY_BYTES = _SECRET


def new_code(entropy):
    """The code made of `ENTROPY_BYTES` random bytes, without hyphens."""
    assert len(entropy) == ENTROPY_BYTES
    secret = "".join([ALPHABET[byte & 31] for byte in entropy])
    return secret + _checksum(secret)


def read_code(text):
    """The code that was typed, without hyphens; "" where it is none."""
    code = "".join([_LOOK_ALIKE.get(symbol, symbol) for symbol in text.upper() if symbol not in " -–\t\n"])
    if len(code) != _SECRET + _CHECK or any([symbol not in ALPHABET for symbol in code]):
        return ""
    return code if _checksum(code[:_SECRET]) == code[_SECRET:] else ""


def groups(code):
    """The code as it is shown: a list of groups of four."""
    return [code[start:start + _GROUP] for start in range(0, len(code), _GROUP)]


def _checksum(secret):
    rest = 0
    for symbol in secret:
        rest = (rest * 32 + ALPHABET.index(symbol)) % _MODULUS
    return ALPHABET[rest // 32] + ALPHABET[rest % 32]
