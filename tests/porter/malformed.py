"""A hundred and more archives that nobody should send: each a name, a file name, its bytes, and whether the good note in it must come through.

    handmade()      every way of being wrong that has a name
    mutated()       the exports of `exports.py`, cut off and scratched at places drawn from a fixed seed
    wrong_values()  the same with values of the wrong kind, at places drawn from a fixed seed

The good note is called GOOD and says so.
"""

import copy
import gzip
import io
import json
import random
import struct
import tarfile
import zipfile
import zlib

from app.everywhere.limits import IMPORT_RATIO_FROM_BYTES
from tests.porter import exports
from tests.porter.archives import tar_of, zip_of

GOOD, GOOD_TEXT = "Good", "All is well.\n"
SEED = 20261121


class Case:
    def __init__(self, name, data, file_name="export.zip", good=True, opens=True, says=""):
        self.name, self.data, self.file_name, self.good, self.opens, self.says = name, data, file_name, good, opens, says


class Entry:
    """A file of a zip with whatever its headers are made to claim."""

    def __init__(self, name, data=b"x", method=0, flags=0, mode=0, packed=None, size=None, crc=None, extra=b"", at=None, raw=None):
        self.name = name if isinstance(name, bytes) else name.encode()
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.raw = raw if raw is not None else stream.compress(data) + stream.flush() if method == 8 else data
        self.method, self.flags, self.mode, self.extra, self.at = method, flags, mode, extra, at
        self.packed = len(self.raw) if packed is None else packed
        self.size = len(data) if size is None else size
        self.crc = zlib.crc32(data) if crc is None else crc


def raw_zip(*entries, count=None, length=None, offset=None, end=True, comment=b"", prefix=b""):
    out, places = prefix, []
    for entry in entries:
        places.append(len(out) - len(prefix) if entry.at is None else entry.at)
        if entry.at is None:
            out += struct.pack("<4s5H3L2H", b"PK\3\4", 20, entry.flags, entry.method, 0x2065, 0x5843, entry.crc & 0xFFFFFFFF,
                               entry.packed & 0xFFFFFFFF, entry.size & 0xFFFFFFFF, len(entry.name), 0) + entry.name + entry.raw
    begins, directory = len(out) - len(prefix), b""
    for entry, place in zip(entries, places):
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 3 << 8 | 20, 20, entry.flags, entry.method, 0x2065, 0x5843, entry.crc & 0xFFFFFFFF,
                                 entry.packed & 0xFFFFFFFF, entry.size & 0xFFFFFFFF, len(entry.name), len(entry.extra), 0, 0, 0,
                                 entry.mode << 16, place) + entry.name + entry.extra
    if not end:
        return out + directory
    return out + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries) if count is None else count, len(entries) if count is None else count,
                                         len(directory) if length is None else length, begins if offset is None else offset, len(comment)) + comment


def _good(**more):
    return Entry(GOOD + ".md", GOOD_TEXT.encode(), **more)


def _with(*entries, **more):
    return raw_zip(_good(), *entries, **more)


def _tar(*infos, good=True):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for info, data in [(tarfile.TarInfo(GOOD + ".md"), GOOD_TEXT.encode()), *infos] if good else infos:
            info.size = len(data) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _info(name, type_=tarfile.REGTYPE, linkname=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type_, linkname
    return info


BAD_NAMES = {
    "a path that leads out": "../../etc/passwd.md", "one that leads out later": "a/../../b.md", "one with backslashes": "..\\..\\b.md",
    "an absolute path": "/etc/passwd.md", "a path of a drive": "C:\\Windows\\b.md", "a path of a drive, relative": "c:b.md",
    "a network path": "\\\\server\\b.md",
    "NUL in a name": "a\0b.md", "a line end in a name": "a\nb.md", "an escape in a name": "a\x1b[31mb.md", "a name of dots": "./.",
    "a very long name": "a" * 5000 + ".md",
}

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "<svg onload=alert(1)>",
    "\u202egnp.exe", "{{constructor.constructor('x')()}}", "${7*7}", "`", "]]>", "'; DROP TABLE notes; --", "\ufeff\u200b", "[[" * 500, "attachment:#0", "---\n",
]


def _notes_with(text):
    return {
        f"{GOOD}.md": GOOD_TEXT, "Hostile.md": f"---\ntitle: {json.dumps(text)}\ntags: [{json.dumps(text)}]\n---\n{text}",
        "other.html": f"<title>{text}</title><p>{text}", "x.txt": text,
    }


def _bomb():
    return Entry("bomb.md", b"\0" * (IMPORT_RATIO_FROM_BYTES * 3), method=8, size=100)


def handmade():
    for what, name in BAD_NAMES.items():
        yield Case(f"zip, {what}", _with(Entry(name)))
        if "\0" not in name and len(name) < 5000:
            yield Case(f"tar, {what}", _tar((_info(name), b"x")), "x.tar")
    yield Case("tar, a very long name", _tar((_info("a" * 5000 + ".md"), b"x")), "x.tar")
    yield Case("zip, a symbolic link", _with(Entry("link.md", b"/etc/passwd", mode=0o120777)), says="link")
    yield Case("zip, a device", _with(Entry("tty.md", mode=0o020666)), says="device")
    yield Case("zip, a pipe", _with(Entry("pipe.md", mode=0o010666)), says="device")
    for type_, says in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "link"), (tarfile.CHRTYPE, "device"), (tarfile.BLKTYPE, "device"),
                        (tarfile.FIFOTYPE, "pipe"), (b"S", "holes"), (b"Z", "kind")):
        yield Case(f"tar, an entry of type {type_!r}", _tar((_info("x.md", type_, "/etc/passwd"), b"")), "x.tar", says=says)
    yield Case("zip, one name twice", _with(_good(), Entry(GOOD + ".md", b"second")), says="same name")
    yield Case("zip, one name composed and decomposed", _with(Entry("e\u0301.md"), Entry("\u00e9.md")), says="same name")
    yield Case("tar, one name twice", _tar((_info(GOOD + ".md"), b"second")), "x.tar", says="same name")
    yield Case("zip, a bomb", _with(_bomb()), says="bomb")
    yield Case("zip, a bomb that claims to be small", _with(Entry("b.md", b"\0" * 5_000_000, method=8, size=10, crc=0)), says="bomb")
    again = [Entry(f"{number}.md", at=44, packed=3000, method=8) for number in range(100)]
    yield Case("zip, one entry listed a hundred times", raw_zip(_good(), _bomb(), *again), says="lies over")
    yield Case("zip, entries that lie over each other", raw_zip(_good(), Entry("a.md", b"a" * 100), Entry("b.md", at=60)), says="lies over")
    yield Case("zip, a gigabyte claimed", _with(Entry("big.md", b"small", size=1 << 30, packed=1 << 30)), says="cut off")
    yield Case("zip, a gigabyte claimed and deflated", _with(Entry("big.md", b"small", method=8, size=1 << 30)))
    yield Case("zip, a note too long for one", _with(Entry("long.md", random.Random(1).randbytes(4_500_000).hex().encode(), method=8)), says="longer than 8 MB")
    yield Case("zip, a file too long for a note", _with(Entry("long.md", random.Random(1).randbytes(9_000_000).hex().encode(), method=8)), says="larger than 16 MB")
    yield Case("zip, encrypted", _with(Entry("secret.md", flags=1)), says="encrypted")
    yield Case("zip, strongly encrypted", _with(Entry("secret.md", flags=0x41)), says="encrypted")
    for method in (1, 6, 9, 12, 14, 93, 99):
        yield Case(f"zip, packed by method {method}", _with(Entry("odd.md", method=method)), says="method")
    yield Case("zip, a wrong checksum", _with(Entry("bad.md", crc=1)), says="checksum")
    yield Case("zip, deflated nonsense", _with(Entry("bad.md", method=8, raw=b"\xff" * 50)), says="damaged")
    yield Case("zip, a deflated file cut off", _with(Entry("bad.md", b"abc" * 100, method=8, raw=b"\x4b")), says="damaged")
    yield Case("zip, an offset beyond its end", _with(Entry("bad.md", at=1 << 30)), says="damaged")
    yield Case("zip, an offset into another's text", _with(Entry("bad.md", at=50, packed=0)))
    yield Case("zip without its list of files", _with(Entry("other.md"), end=False), says="list of files")
    yield Case("zip cut off in its last file", raw_zip(_good(), Entry("last.md", b"x" * 500), end=False)[:400], says="list of files")
    yield Case("zip cut off in its list of files", (lambda data: data[:-60])(_with(Entry("other.md"))), says="list of files")
    yield Case("zip, sizes after the data, cut off", raw_zip(_good(method=8, flags=8, packed=None), end=False), says="list of files")
    yield Case("zip, more files claimed than there are", _with(count=60_000))
    yield Case("zip, fewer files claimed than there are", _with(Entry("more.md"), count=1))
    yield Case("zip, a list of files of 4 GB claimed", _with(length=0xFFFFFFF0), says="list of files")
    yield Case("zip, a list of files elsewhere", _with(offset=0xFFFFFFF0))
    yield Case("zip, a comment that looks like an end", _with(comment=b"PK\5\6" + b"\0" * 18))
    yield Case("zip, a program before it", _with(prefix=b"MZ" * 1000, end=True)[2000:])
    yield Case("zip, damaged extra fields", _with(Entry("e.md", extra=b"\1\0\xff\xff\1")))
    yield Case("zip, zip64 sizes that are not there", _with(Entry("e.md", packed=0xFFFFFFFF, size=0xFFFFFFFF, extra=b"\1\0\4\0abcd")), says="cut off")
    yield Case("zip, a huge zip64 size", _with(Entry("e.md", packed=0xFFFFFFFF, size=0xFFFFFFFF, extra=b"\1\0\x10\0" + b"\xff" * 16)), says="cut off")
    yield Case("zip, a name in cp437", _with(Entry(b"caf\x82.md")), says="old encoding")
    yield Case("zip, a name that says UTF-8 and is not", _with(Entry(b"caf\x82.md", flags=0x800)))
    yield Case("zip in a zip", _with(Entry("inner.zip", zip_of({"inner.md": "x"}))), says="No note refers")
    yield Case("zip, one part of several", _with()[:-18] + struct.pack("<4H2LH", 3, 3, 1, 1, 0, 0, 0), opens=False)
    yield Case("zip, a part of Notion's that is none", _with(Entry("ExportBlock-12345678-1234-4123-8123-1234567890ab-Part-1.zip", b"no zip")), says="damaged")
    inner = zip_of({f"{GOOD}.md": GOOD_TEXT})
    yield Case("zip, Notion's parts within parts", zip_of({"ExportBlock-12345678-1234-4123-8123-1234567890ab-Part-1.zip": zip_of({
        f"{GOOD}.md": GOOD_TEXT, "ExportBlock-12345678-1234-4123-8123-1234567890ab-Part-2.zip": inner})}), says="No note refers")
    yield Case("tar cut off in its last file", _tar((_info("last.md"), b"x" * 5000))[:3000], "x.tar", says="cut off")
    yield Case("tar cut off in a header", _tar((_info("last.md"), b"x"))[:1200], "x.tar", says="cut off")
    yield Case("tar, a wrong checksum", (lambda data: data[:1024] + b"Z" + data[1025:])(_tar((_info("last.md"), b"x"))), "x.tar", says="cut off")
    yield Case("tar, a gigabyte claimed", _gigabyte(), "x.tar", says="cut off")
    yield Case("tar, a pax header of a gigabyte", _gigabyte(b"x"), "x.tar")
    yield Case("tar, a size in base 256", _gigabyte(number=b"\xff" * 12), "x.tar")
    yield Case("tar, a size that is no number", _gigabyte(number=b"99999999999\0"), "x.tar", says="cut off")
    yield Case("tar, a name in Latin-1", _tar((_latin(), b"x")), "x.tar")
    yield Case("tar.gz cut off", gzip.compress(_tar((_info("last.md"), random.Random(1).randbytes(50_000))))[:20_000], "x.tar.gz", says="cut off")
    yield Case("tar.gz, a wrong checksum", gzip.compress(_tar())[:-8] + b"\0" * 8, "x.tar.gz", says="damaged")
    yield Case("gzip, a bomb", gzip.compress(_tar() + b"\0" * 120_000_000), "x.tar.gz", opens=False)
    yield Case("gzip of something else", gzip.compress(b"x" * 2000), "x.tar.gz", opens=False)
    yield Case("an empty file", b"", opens=False)
    yield Case("a zip that is none", b"\0" * 1000, opens=False)
    yield Case("a 7z archive", b"7z\xbc\xaf\x27\x1c" + b"\0" * 100, "x.7z", opens=False)
    yield Case("a RAR archive", b"Rar!\x1a\x07\x01\0", "x.rar", opens=False)
    yield Case("an empty zip", zip_of({}), good=False)
    yield Case("a note of bytes", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": random.Random(2).randbytes(5000)}), says="not a text")
    yield Case("a note in Latin-1", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": "für “alle”".encode("cp1252")}), says="Windows-1252")
    yield Case("a note in UTF-16", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": "für alle".encode("utf-16")}))
    yield Case("a note in UTF-16 that does not say so", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": "for everybody".encode("utf-16-le")}), says="UTF-16")
    yield Case("a note with control characters", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": "a\x1b[31mb\x07"}), says="no text can hold")
    yield Case("an empty note without a name", zip_of({f"{GOOD}.md": GOOD_TEXT, ".md": ""}))
    yield Case("a title of a thousand characters", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": f"---\ntitle: {'t' * 1000}\n---\nx"}), says="longer than 500")
    yield Case("a hundred tags", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": " ".join(f"#t{number}x" for number in range(100))}), says="more than 50 tags")
    yield Case("a tag of a hundred characters", zip_of({f"{GOOD}.md": GOOD_TEXT, "b.md": "#" + "t" * 100}), says="longer than 60")
    yield Case("notes that link to each other in a circle", zip_of({f"{GOOD}.md": GOOD_TEXT, "a.md": "![[b]] [x](b.md)", "b.md": "![[a]] ![[b]]"}))
    yield Case("HTML nested ten thousand deep", zip_of({f"{GOOD}.md": GOOD_TEXT, "a.html": "<blockquote><ul><li><b>" * 10_000 + "x"}))
    yield Case("HTML of links in links", zip_of({f"{GOOD}.md": GOOD_TEXT, "a.html": "<a href='https://x.org'>x" * 50_000 + "</a>" * 50_000}, zipfile.ZIP_STORED))
    yield Case("HTML of scripts in drawings", zip_of({f"{GOOD}.md": GOOD_TEXT, "a.html": "<svg><math>" * 50_000 + "</math></b>" * 50_000 + "x"}, zipfile.ZIP_STORED),
               says="svg")
    yield Case("HTML that never ends", zip_of({f"{GOOD}.md": GOOD_TEXT, "a.html": "<a href=\"" + "x" * 100_000, "b.html": "<!--" * 1000, "c.html": "<![x" * 1000}))
    for number, text in enumerate(HOSTILE):
        yield Case(f"hostile text {number}", zip_of(_notes_with(text)))
    yield from _hostile_json()


def _latin():
    info = tarfile.TarInfo("caf\udce9.md")
    return info


def _gigabyte(kind=b"0", number=b"10000000000\0"):
    data = bytearray(_tar((_info("big.md"), b"small")))
    data[1024 + 124:1024 + 136] = number
    data[1024 + 156:1024 + 157] = kind
    data[1024 + 148:1024 + 156] = b" " * 8
    data[1024 + 148:1024 + 156] = b"%06o\0 " % sum(data[1024:1536])
    return bytes(data)


JSON_DAMAGE = {
    "nested too deep": "[" * 100_000 + "]" * 100_000, "an object nested too deep": '{"a":' * 100_000 + "1" + "}" * 100_000, "cut off": '{"entries": [', "a number": "1",
    "nothing": "", "null": "null", "not a number": "NaN", "a huge number": "1" * 10_000, "an infinite one": "1e999", "a string": '"x"', "not JSON": "{'a': 1}",
}


def _keep_note(**more):
    return json.dumps({"color": "DEFAULT", "isTrashed": False, "isPinned": False, "isArchived": False, "textContent": GOOD_TEXT, "title": GOOD,
                       "userEditedTimestampUsec": 1690864183842000, "createdTimestampUsec": 1690514467150000} | more)


def _hostile_json():
    for what, text in JSON_DAMAGE.items():
        yield Case(f"Keep, JSON that is {what}", zip_of({"Takeout/Keep/g.json": _keep_note(), "Takeout/Keep/b.json": text}), says="It is not")
        entry = json.dumps({"text": f"# {GOOD}\n{GOOD_TEXT}", "creationDate": "2020-01-01T00:00:00Z"})
        bad = text if what not in ("nothing", "not JSON") else "{"
        yield Case(f"Day One, an entry that is {what}", zip_of({"Journal.json": f'{{"metadata": {{}}, "entries": [{entry}, {bad}]}}'}))
        item = json.dumps(exports.standard_notes_item("g", "Note", {"title": GOOD, "text": GOOD_TEXT, "appData": {}}))
        yield Case(f"Standard Notes, an item that is {what}", zip_of({"backup.txt": f'{{"version": "004", "items": [{item}, {bad}]}}'}))
    half = _keep_note(title="a\ud800", textContent="b\udfff\0c", labels=[{"name": "\ud800"}])
    yield Case("Keep, half a character", zip_of({"Takeout/Keep/g.json": _keep_note(), "Takeout/Keep/b.json": half}), says="no text can hold")
    for moment in (10 ** 30, -10 ** 30, "x", True, 1e300, [], None, -62135596800000001, 253402300800000000):
        yield Case(f"Keep, a moment {moment!r}", zip_of({"Takeout/Keep/g.json": _keep_note(),
                                                          "Takeout/Keep/b.json": _keep_note(title="b", userEditedTimestampUsec=moment, createdTimestampUsec=moment)}))
    for path in ("../../x.png", "/etc/passwd", "b.json", "C:\\x.png", "x\0.png", 7):
        yield Case(f"Keep, an attachment at {path!r}", zip_of({"Takeout/Keep/g.json": _keep_note(), "Takeout/Keep/b.json": _keep_note(
            title="b", attachments=[{"filePath": path, "mimetype": "<script>"}])}), says="not in the export")
    rich = {"contents": [{"attributes": {"line": {"header": 10 ** 9, "indentLevel": 10 ** 9, "listStyle": "bulleted"}}, "text": "x\n"}, 3, None, {"text": 4},
                         {"embeddedObjects": [{"type": [], "identifier": {}}, None]}]}
    good = {"text": f"# {GOOD}\n{GOOD_TEXT}", "creationDate": "2020-01-01T00:00:00Z"}
    for text in (rich, json.dumps(rich), "{", "[" * 100_000, 7, {"contents": {}}):
        yield Case(f"Day One, rich text {str(text)[:20]}", zip_of({"Journal.json": json.dumps({"metadata": {}, "entries": [good, {"richText": text, "uuid": "x"}]})}))
    deep = {"type": "text", "text": "deep", "format": 10 ** 9}
    for _ in range(400):
        deep = {"type": "quote", "children": [deep]}
    odd = [None, 7, {"type": 7}, {"type": "list", "children": [7]}, {"type": "heading", "tag": 7}, {"type": "table", "children": [{}]},
           {"type": "table", "children": [7]}]
    for root in ({"children": [deep]}, {"children": 7}, [], {"children": odd}):
        yield Case(f"Standard Notes, a Super note {str(root)[:20]}", zip_of({"backup.txt": json.dumps({"version": "004", "items": [
            exports.standard_notes_item("g", "Note", {"title": GOOD, "text": GOOD_TEXT, "appData": {}}),
            exports.standard_notes_item("b", "Note", {"title": "b", "noteType": "super", "text": json.dumps({"root": root})})]})}))
    for text in ("", "\n", "type_: 1", "x\n\ntype_: 99999", "x\n\nid: 1\ntype_: one", "a: b\n\n" * 5000, "x\n\n\n\nid: ../../x\nparent_id: \ntype_: 1",
                 "[x](:/" + "2" * 32 + ")\n\nid: " + "2" * 32 + "\nlatitude: nan\ncreated_time: 9999-99-99T00:00:00.000Z\ndeleted_time: " + "9" * 40 + "\ntype_: 1"):
        yield Case(f"Joplin, an item {text[:20]!r}", tar_of({"1" * 32 + ".md": exports.joplin_note(GOOD, GOOD_TEXT), "2" * 32 + ".md": text}), "x.jex")
    for table in ("a,b\n\"", "\0,\0\n", "a" * 200_000, "\n\n\n", ",,,\n,,,\n"):
        yield Case(f"Notion, a table {table[:10]!r}", zip_of({f"{GOOD} {'1' * 32}.md": f"# {GOOD}\n\n{GOOD_TEXT}", f"t {'2' * 32}.csv": table}))


def whole_exports():
    return {"obsidian": exports.OBSIDIAN, "joplin": exports.JOPLIN, "day_one": exports.DAY_ONE, "keep": exports.KEEP, "notion": exports.NOTION,
            "standard_notes": exports.STANDARD_NOTES, "apple_notes": exports.APPLE_NOTES, "plain": exports.PLAIN}


def mutated():
    """(name, file name, bytes, the bytes before): cut off, scratched, with a piece taken out or another put in."""
    dice = random.Random(SEED)
    for name, files in whole_exports().items():
        for kind, whole in (("x.zip", zip_of(files)), ("x.zip", zip_of(files, zipfile.ZIP_STORED)), ("x.tar", tar_of(files))):
            for way in ("cut off", "scratched", "a piece less", "a piece more"):
                data = bytearray(whole)
                at = dice.randrange(len(data))
                if way == "cut off":
                    del data[at:]
                elif way == "scratched":
                    for _ in range(20):
                        data[dice.randrange(len(data))] = dice.randrange(256)
                elif way == "a piece less":
                    del data[at:at + dice.randrange(1, 300)]
                else:
                    data[at:at] = dice.randbytes(dice.randrange(1, 300))
                yield f"{name}, {kind}, {way} at {at}", kind, bytes(data), whole


WRONG = (None, True, 0, -1, 1e308, float("nan"), "", "x" * 3000, [], {}, [[]], [None], {"a": 1}, "\ud800", "<script>alert(1)</script>", "../../x", 10 ** 18)


def wrong_values():
    """(name, files): exports whose JSON has, at a few places, something else than it should."""
    dice = random.Random(SEED)
    for name, files in (("keep", exports.KEEP), ("day_one", exports.DAY_ONE), ("standard_notes", exports.STANDARD_NOTES)):
        for number in range(60):
            changed = {}
            for path, content in files.items():
                try:
                    value = json.loads(content)
                except (ValueError, UnicodeDecodeError):
                    changed[path] = content
                    continue
                for _ in range(3):
                    value = _spoiled(copy.deepcopy(value), dice)
                changed[path] = json.dumps(value)
            yield f"{name} {number}", changed


def _spoiled(value, dice):
    """`value` with one place in it, at any depth, replaced."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        value[key] = _spoiled(value[key], dice)
    elif isinstance(value, list) and value and dice.random() < 0.85:
        at = dice.randrange(len(value))
        value[at] = _spoiled(value[at], dice)
    else:
        return dice.choice(WRONG)
    return value


