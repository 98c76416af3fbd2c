"""What lies in the files of a Chromium profile: every byte, also where LevelDB packed it.

Offers `found_on_disk(profile, words) -> {word: [files]}`. A word is looked for as one byte a character and as UTF-16, which is how Chromium
stores strings; in the files as they are, in the blocks of LevelDB's tables after snappy is undone (LevelDB's table format), and in its
logs without the heads that divide their records (LevelDB's log format).
"""

from pathlib import Path

# LevelDB: the last bytes of a table, its magic number, and the size of a log's blocks with the head of each record in it.
FOOTER_BYTES, MAGIC = 48, 0xDB4775248B80FB57
LOG_BLOCK_BYTES, LOG_HEAD_BYTES = 32_768, 7
SNAPPY = 1


def found_on_disk(profile: Path, words) -> dict:
    needles = {}  # how a form begins -> {form: word}: hundreds of words that begin alike are found in one reading
    for word in words:
        for encoding in ("utf-8", "utf-16-le"):
            needles.setdefault(word[:2].encode(encoding), {})[word.encode(encoding)] = word
    found = {}
    for path in sorted(profile.rglob("*")):
        if path.is_file() and not path.is_symlink():
            for content in contents(path):
                for begin, forms in needles.items():
                    for word in found_in(content, begin, forms):
                        found.setdefault(word, set()).add(str(path.relative_to(profile)))
    return {word: sorted(files) for word, files in found.items()}


def found_in(content: bytes, begin: bytes, forms: dict):
    lengths = {len(form) for form in forms}
    at = content.find(begin)
    while at >= 0:
        for length in lengths:
            word = forms.get(content[at:at + length])
            if word:
                yield word
        at = content.find(begin, at + 1)


def contents(path: Path):
    raw = path.read_bytes()
    yield raw
    if path.suffix in (".ldb", ".sst"):
        yield from table_blocks(raw)
    elif path.suffix == ".log":
        yield log_records(raw)


def table_blocks(raw: bytes):
    """The blocks of a table, unpacked."""
    footer = raw[-FOOTER_BYTES:]
    assert int.from_bytes(footer[-8:], "little") == MAGIC, "no LevelDB table"
    at = 0
    for _ in range(2):  # the handle of the metaindex, which is passed over
        _, at = varint(footer, at)
    offset, at = varint(footer, at)
    size, _ = varint(footer, at)
    index = block(raw, offset, size)
    yield index
    end = len(index) - 4 - 4 * int.from_bytes(index[-4:], "little")
    at = 0
    while at < end:
        _, at = varint(index, at)
        rest, at = varint(index, at)
        length, at = varint(index, at)
        at += rest
        offset, after = varint(index, at)
        size, _ = varint(index, after)
        at += length
        yield block(raw, offset, size)


def block(raw: bytes, offset: int, size: int) -> bytes:
    content = raw[offset:offset + size]
    return unpacked(content) if raw[offset + size] == SNAPPY else content


def log_records(raw: bytes) -> bytes:
    """The bodies of all records, one after the other."""
    bodies = []
    for start in range(0, len(raw), LOG_BLOCK_BYTES):
        part, at = raw[start:start + LOG_BLOCK_BYTES], 0
        while at + LOG_HEAD_BYTES <= len(part):
            length = int.from_bytes(part[at + 4:at + 6], "little")
            bodies.append(part[at + LOG_HEAD_BYTES:at + LOG_HEAD_BYTES + length])
            at += LOG_HEAD_BYTES + length
    return b"".join(bodies)


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def unpacked(data: bytes) -> bytes:
    """Snappy undone (its format description: literals, and copies of what is already there)."""
    size, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        kind = tag & 3
        if kind == 0:
            length = tag >> 2
            if length >= 60:
                extra = length - 59
                length = int.from_bytes(data[at:at + extra], "little")
                at += extra
            out += data[at:at + length + 1]
            at += length + 1
            continue
        if kind == 1:
            length, back = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at]
            at += 1
        else:
            extra = 2 if kind == 2 else 4
            length, back = (tag >> 2) + 1, int.from_bytes(data[at:at + extra], "little")
            at += extra
        for _ in range(length):
            out.append(out[-back])
    assert len(out) == size, "this snappy block is damaged"
    return bytes(out)
