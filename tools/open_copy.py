"""Open a sealed copy of a Carryon notebook without Carryon: on any computer that has Python 3.9 or newer, and this one file.

    python3 -m pip install "cryptography>=44"
    python3 open_copy.py carryon-2026-11-22.sealed

asks for the passphrase or the recovery code and writes carryon-2026-11-22.zip beside it: notes as Markdown, pictures and files, and exact records. The
zip is not encrypted. Nothing is written unless the whole copy is genuine; with --damaged, what is damaged or missing is left empty, and
Carryon's import takes what is whole of such a zip.

The format is described in docs/adr/0021-sealed-copies.md. This is a second implementation of it and shares no code with the app's, so that
the tests, which let each read what the other writes, notice if either departs from it.

Offers ``opened(file, secret)``, ``BadCopy`` and ``WrongSecret``.
"""

import argparse
import base64
import binascii
import getpass
import hashlib
import json
import os
import sys
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"Carryon sealed copy 1\n"
CHUNK, TAG = 1_048_576, 16
MOST_HEADER = 16_384
# What a header may ask of Argon2id: KiB, passes, and the one times the other.
MOST_MEMORY, MOST_PASSES, MOST_WORK = 1_048_576, 64, 10_485_760


class BadCopy(Exception):
    """No sealed copy, or one that was changed, cut off or damaged."""


class WrongSecret(Exception):
    pass


def opened(file, secret, damaged=False):
    """Yield the zip in a copy, chunk by chunk. ``file`` is binary and can be sought; ``secret`` what was typed; ``damaged``: zeros where a chunk is not genuine.

    Every chunk that comes is genuine; that the copy is whole is known at the end. BadCopy, WrongSecret.
    """
    file.seek(0)
    start = file.read(len(MAGIC) + 4)
    if start[:len(MAGIC)] != MAGIC:
        raise BadCopy("This is no sealed copy of Carryon, or one of a newer version.")
    length = int.from_bytes(start[len(MAGIC):], "big")
    text = file.read(length) if length <= MOST_HEADER else b""
    if len(start) < len(MAGIC) + 4 or len(text) != length or not text:
        raise BadCopy("The copy is damaged at its beginning.")
    try:
        header = json.loads(text)
        ways = {way["kind"]: way for way in header["ways"]}
        salt, name, chunk_bytes = _bytes(header["salt"]), header["key"], header["chunk"]
        if chunk_bytes != CHUNK or len(salt) != 32:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadCopy("The copy is damaged at its beginning.") from error
    key = AESGCM(_hkdf(_vault_key(name, ways, secret), salt, b"carryon sealed copy 1"))
    about = hashlib.sha256(start + text).digest()
    begins = file.tell()
    size = file.seek(0, os.SEEK_END) - begins
    chunks = -(-size // (CHUNK + TAG))
    if chunks < 1:
        raise BadCopy("The copy ends before its first note.")
    file.seek(begins)
    for number in range(chunks):
        sealed, last = file.read(CHUNK + TAG), number == chunks - 1
        try:
            if len(sealed) <= TAG:
                raise InvalidTag
            yield key.decrypt(number.to_bytes(11, "big") + bytes([last]), sealed, about)
        except InvalidTag:
            if not damaged:
                raise BadCopy(f"The copy was changed or damaged {number} MB from its beginning, or its end is missing.") from None
            yield _unfinished(key, number, sealed, about) if last else bytes(CHUNK)


def _unfinished(key, number, sealed, about):
    """The last chunk that there is, where it was not the last one once."""
    try:
        return key.decrypt(number.to_bytes(11, "big") + b"\0", sealed, about)
    except InvalidTag:
        return b""


def _vault_key(name, ways, secret):
    """The 32 bytes that everything is encrypted under, out of the wrap that the secret opens."""
    code = _code(secret)
    kind = "recovery" if code and "recovery" in ways else "passphrase"
    try:
        way = ways[kind]
        salt, memory, passes = _bytes(way["salt"]), way.get("memory", 0), way.get("passes", 0)
        iv, wrap = _bytes(way["iv"]), _bytes(way["wrap"])
        if kind == "passphrase":
            if not (8 <= memory <= MOST_MEMORY and 1 <= passes <= MOST_PASSES and memory * passes <= MOST_WORK):
                raise BadCopy("The copy asks for more work than Carryon does: it was changed.")
            secret = unicodedata.normalize("NFKC", secret).encode()
            wrapping = Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory).derive(secret)
        else:
            wrapping = _hkdf(code.encode(), salt, b"carryon recovery")
        about = json.dumps(["carryon vault 1", name, kind, list(salt), memory, passes], separators=(",", ":"), ensure_ascii=False).encode()
        return AESGCM(wrapping).decrypt(iv, wrap, about)
    except InvalidTag:
        raise WrongSecret("This does not open it.") from None
    except (KeyError, ValueError, TypeError) as error:
        raise BadCopy("The copy is damaged at its beginning.") from error


def _code(typed):
    """A recovery code as it is used: 28 symbols of Crockford's base 32, whose last two are a checksum (modulo 1021). "" where it is none."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "".join({"O": "0", "I": "1", "L": "1"}.get(symbol, symbol) for symbol in typed.upper() if symbol not in " -\u2013\t\n")
    if len(code) != 28 or not set(code) <= set(alphabet):
        return ""
    rest = 0
    for symbol in code[:26]:
        rest = (rest * 32 + alphabet.index(symbol)) % 1021
    return code if code[26:] == alphabet[rest // 32] + alphabet[rest % 32] else ""


def _hkdf(secret, salt, info):
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


def _bytes(text):
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error


def main():
    options = argparse.ArgumentParser(description="Open a sealed copy of a Carryon notebook: write the zip that is in it.")
    options.add_argument("copy", help="the file, carryon-….sealed")
    options.add_argument("zip", nargs="?", help="where the zip goes (beside the copy, if not said)")
    options.add_argument("--damaged", action="store_true", help="take what is whole of a damaged copy")
    asked = options.parse_args()
    target = asked.zip or os.path.splitext(asked.copy)[0] + ".zip"
    if os.path.exists(target):
        sys.exit(f"{target} is there already; it is not overwritten.")
    part = target + ".part"
    try:
        with open(asked.copy, "rb") as file:
            secret = getpass.getpass("Passphrase or recovery code: ")
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as made:
                for chunk in opened(file, secret, asked.damaged):
                    made.write(chunk)
        os.replace(part, target)
    except (BadCopy, WrongSecret, OSError) as error:
        sys.exit(str(error))
    finally:
        if os.path.exists(part):
            os.remove(part)
    print(f"{target} is written. It is not encrypted.")


if __name__ == "__main__":
    main()
