"""Bytes as text, and JSON, from files that strangers wrote.

    decoded(data) -> (text, what was changed or "")      BadArchive if it is no text at all
    cleaned(text) -> (text, what was changed or "")      without what no note can hold
    json_of(data, listed) -> (value, why it is not all or "")
    json_in(text) -> value                               JSON within a text; ValueError if it is none

Line ends become «\\n», as a text field has them; that is not reported.
"""

import json
import re

from app.everywhere.errors import BadArchive
from app.everywhere.limits import IMPORT_JSON_NESTING

# Control characters but tab and line feed, and halves of characters beyond 16 bits: neither can be typed, and halves can't be stored.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONG_NUMBER = 20
# Bytes that texts in no old encoding hold; a file with many is none.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")


def decoded(data):
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _unix(data.decode("utf-16", "replace")), ""
    try:
        text = data.decode("utf-8")
        if "\0" not in text:
            return _unix(text), ""
    except UnicodeDecodeError:
        pass
    sample = data[:4096]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(zeros) > 4 and zeros.count(0) > len(zeros) * 0.7:
            return _unix(data.decode(encoding, "replace")), "It does not say how its letters are written; it was read as UTF-16."
    if len(sample.translate(None, _CONTROLS)) < len(sample) * 0.95:
        raise BadArchive("It is not a text.")
    # Latin-1 as Windows has it; five of its 256 values mean nothing, and are Latin-1's own.
    return _unix(data.decode("latin-1").translate(_WINDOWS)), "It is not UTF-8; it was read as Windows-1252 (Latin-1). Please look at accents and quotation marks."


_WINDOWS = {byte: bytes((byte,)).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in range(0x80, 0xA0)}


def _unix(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


_DECODER = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < _LONG_NUMBER else 0)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.S)


def cleaned(text):
    text = _unix(text)
    if not _NO_TEXT.search(text):
        return text, ""
    # JSON may spell one character as two halves; put together they are whole again.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _NO_TEXT.sub("", text), "Characters that no text can hold were taken out."


def json_of(data, listed=""):
    """The value of a JSON text. Where it is cut off or damaged, and `listed` names the list that matters in it: {listed: [what is whole]}
    and a sentence that says so.

    Numbers of more than twenty digits are none that an app writes, and become 0.
    """
    text = decoded(data)[0].strip()
    try:
        return json_in(text), ""
    except ValueError as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a place that is nested too deep"
    start = re.search(rf'"{listed}"\s*:\s*\[', text) if listed else None
    if not start:
        raise BadArchive(f"It is not whole JSON: it is damaged at {where}.")
    whole, at, end = [], start.end(), _shallow_until(text, start.end())
    text = text[:end]
    separator = re.compile(r"[\s,]*")
    while True:
        at = separator.match(text, at).end()
        try:
            value, at = _DECODER.raw_decode(text, at)
        except ValueError:
            return {listed: whole}, f"It is damaged at {where}; what comes before was read ({len(whole)})."
        whole.append(value)


def json_in(text):
    if _shallow_until(text, 0) < len(text):
        raise ValueError("nested too deep")
    return _DECODER.decode(text)


def _shallow_until(text, at):
    """Where JSON that begins at `at` gets deeper than is safe; its length if it does not.

    Told before it is decoded: the decoder calls itself at each step, and in the browser too many end the interpreter, without an exception.
    """
    if text.count("[", at) + text.count("{", at) <= IMPORT_JSON_NESTING:
        return len(text)
    depth = 0
    for token in _TOKEN.finditer(text, at):
        mark = token[0]
        if mark in ("[", "{"):
            depth += 1
            if depth > IMPORT_JSON_NESTING:
                return token.start()
        elif mark in ("]", "}"):
            depth -= 1
    return len(text)


# What a field of a JSON object holds, if it is of the kind it should be: hostile and old files have others.

def text_in(item, key):
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""


def list_in(item, key):
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, list) else []


def dict_in(item, key):
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, dict) else {}
