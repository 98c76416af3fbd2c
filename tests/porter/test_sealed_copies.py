"""The format of sealed copies: what the app writes and reads (static/glue/sealed_copy.js, in Node.js), beside tools/open_copy.py, which shares no code with it."""

import base64
import io
import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.everywhere.recovery_code import groups, new_code
from tools.node import node_path
from tools.open_copy import BadCopy, WrongSecret, main, opened

ROOT = Path(__file__).resolve().parents[2]
KEY, NAME = bytes(range(32)), "0123456789abcdef" * 2
# NFKC makes another text of it, as of one that was typed on another keyboard.
PASSPHRASE, CODE = "ﬁve unrelated wörds", new_code(bytes(range(100, 126)))
CHUNK, TAG, MAGIC = 1_048_576, 16, b"Carryon sealed copy 1\n"
# A little more than three chunks.
PLAIN = random.Random(21).randbytes(3 * CHUNK + 12_345)


def base64_of(data):
    return base64.b64encode(data).decode()


def way(kind, wrapping, salt, name=NAME, memory=0, passes=0, key=KEY):
    """A wrap of the vault key, as static/glue/vault.js makes them."""
    about = json.dumps(["carryon vault 1", name, kind, list(salt), memory, passes], separators=(",", ":")).encode()
    made = {"kind": kind, "salt": base64_of(salt), "iv": base64_of(b"i" * 12), "wrap": base64_of(AESGCM(wrapping).encrypt(b"i" * 12, key, about))}
    return made | ({"memory": memory, "passes": passes} if memory else {})


def ways():
    salt, memory, passes = b"0123456789abcdef", 64, 2
    return [way("passphrase", Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory).derive("five unrelated wörds".encode()), salt, memory=memory, passes=passes),
            way("recovery", HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"carryon recovery").derive(CODE.encode()), salt),
            {"kind": "passkey", "salt": base64_of(b"s" * 32), "iv": base64_of(b"i" * 12), "wrap": base64_of(b"w" * 48)}]


@pytest.fixture(scope="module")
def node():
    with subprocess.Popen([str(node_path(ROOT)), "--no-warnings", str(Path(__file__).with_name("sealing.mjs")), str(ROOT)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        def ask(question):
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())
        yield ask


class Desk:
    def __init__(self, node, folder):
        self._node, self._folder = node, folder

    def seal(self, plain=PLAIN, part=4_000_000):
        (self._folder / "plain").write_bytes(plain)
        answer = self._node({"do": "seal", "key": base64_of(KEY), "vault": {"key": NAME, "ways": ways()}, "plain": str(self._folder / "plain"), "part": part,
                             "out": str(self._folder / "copy")})
        assert isinstance(answer, dict) and "error" in answer or answer <= CHUNK + TAG
        return answer if isinstance(answer, dict) else (self._folder / "copy").read_bytes()

    def app(self, copy, kind=None, secret="", read=(), tries=True):
        """What the app makes of a copy: with the key in hand, or with a secret. Without ``tries`` it reads at once, in JavaScript."""
        (self._folder / "copy").write_bytes(copy)
        return self._node({"do": "open", "key": None if kind else base64_of(KEY), "kind": kind, "secret": secret, "copy": str(self._folder / "copy"), "read": read,
                           "try": tries})


@pytest.fixture(scope="module")
def desk(node, tmp_path_factory):
    return Desk(node, tmp_path_factory.mktemp("copies"))


@pytest.fixture(scope="module")
def copy(desk):
    return desk.seal()


def program(copy, secret=CODE, **options):
    """What tools/open_copy.py makes of it."""
    return b"".join(opened(io.BytesIO(copy), secret, **options))


def begins(copy):
    return len(MAGIC) + 4 + int.from_bytes(copy[len(MAGIC):len(MAGIC) + 4], "big")


def borders(copy):
    """Where chunks begin, and the end."""
    return [*range(begins(copy), len(copy), CHUNK + TAG), len(copy)]


def with_header(copy, change):
    header = json.loads(copy[len(MAGIC) + 4:begins(copy)])
    text = json.dumps(change(header)).encode()
    return MAGIC + len(text).to_bytes(4, "big") + text + copy[begins(copy):]


def is_refused(desk, copy, *, secret=CODE):
    """Neither the app nor the program takes it, and both say so in a sentence."""
    answer = desk.app(copy)
    assert answer and answer.get("error") == "BadCopy" and answer["message"].startswith("This sealed copy ") and answer["message"].endswith("."), answer
    with pytest.raises((BadCopy, WrongSecret)):
        program(copy, secret)
    return answer["message"]


def test_what_is_sealed_in_parts_of_any_length_is_read_back_by_the_app_and_by_a_program_of_its_own(desk):
    for length, part in ((1, 9), (CHUNK, 999_999), (CHUNK + 1, 4_000_000), (2 * CHUNK, 700_000)):
        plain = PLAIN[:length]
        made = desk.seal(plain, part)
        assert program(made) == plain
        for tries in (True, False):
            answer = desk.app(made, read=[(0, length)], tries=tries)
            assert answer["size"] == length and base64.b64decode(answer["read"][0]) == plain
        assert len(made) == begins(made) + length + TAG * -(-length // CHUNK)


def test_any_run_of_bytes_can_be_read_and_only_its_own(desk, copy):
    runs = [(0, 4), (CHUNK - 2, CHUNK + 2), (len(PLAIN) - 22, len(PLAIN)), (5, 3 * CHUNK + 5), (7, 7)]
    for tries in (True, False):
        assert [base64.b64decode(read) for read in desk.app(copy, read=runs, tries=tries)["read"]] == [PLAIN[start:end] for start, end in runs]


def test_what_was_changed_after_it_was_tried_is_not_given_out_either(desk, copy):
    at = borders(copy)[1] + 77
    damaged = copy[:at] + b"XXXX" + copy[at + 4:]
    assert desk.app(damaged, read=[(0, 100)], tries=False)["size"] == len(PLAIN)
    assert "1 MB from its beginning" in desk.app(damaged, read=[(CHUNK - 1, CHUNK + 1)], tries=False)["message"]


def test_passphrase_and_recovery_code_open_it_however_they_are_typed_and_nothing_else_does(desk, copy):
    typed = "-".join(groups(CODE)).lower().replace("0", "o")
    assert program(copy, typed) == program(copy, PASSPHRASE) == program(copy, "five unrelated wörds") == PLAIN
    assert desk.app(copy, "passphrase", PASSPHRASE)["size"] == desk.app(copy, "recovery", CODE)["size"] == len(PLAIN)
    for kind, secret in (("passphrase", "five unrelated words"), ("recovery", new_code(bytes(26))), ("passkey", "x")):
        assert desk.app(copy, kind, secret)["error"] == "Wrong"
        with pytest.raises(WrongSecret):
            program(copy, secret)


def test_no_two_copies_have_a_byte_of_their_chunks_in_common_and_nothing_is_told_in_clear(desk, copy):
    again = desk.seal()
    assert not {copy[at:at + 16] for at in range(begins(copy), len(copy), 4096)} & {again[at:at + 16] for at in range(begins(again), len(again), 4096)}
    header = json.loads(copy[len(MAGIC) + 4:begins(copy)])
    assert set(header) == {"about", "key", "salt", "ways", "chunk"} and [one["kind"] for one in header["ways"]] == ["passphrase", "recovery"]
    assert PLAIN[:64] not in copy and KEY not in copy


def test_a_copy_that_was_cut_off_anywhere_is_refused(desk, copy):
    at = borders(copy)
    cuts = {*at[:-1], *(border + 1 for border in at[:-1]), *(border + TAG for border in at[:-1]), at[1] + 5000, len(copy) - 1, len(copy) - TAG}
    for cut in sorted(cuts):
        assert "not whole" in is_refused(desk, copy[:cut])
    for cut in (len(MAGIC), len(MAGIC) + 3, len(MAGIC) + 4, begins(copy) - 1):
        assert "at its beginning" in is_refused(desk, copy[:cut])


def test_chunks_that_changed_places_were_repeated_left_out_or_come_from_another_copy_are_refused(desk, copy):
    at, other = borders(copy), desk.seal()
    chunk = [copy[start:end] for start, end in zip(at, at[1:], strict=False)]
    head = copy[:at[0]]
    strange = other[begins(other):begins(other) + CHUNK + TAG]
    for order in ([1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [1, 2, 3], [0, 1, 3, 2], [3]):
        is_refused(desk, head + b"".join(chunk[number] for number in order))
    is_refused(desk, head + chunk[0] + strange + chunk[2] + chunk[3])
    is_refused(desk, other[:begins(other)] + b"".join(chunk))


def test_one_bit_that_is_another_anywhere_is_noticed(desk, copy):
    lot, at = random.Random(7), borders(copy)
    places = {0, len(MAGIC) - 1, *(lot.randrange(begins(copy)) for _ in range(30)), *at[:-1], *(border + CHUNK // 2 for border in at[:-2]), len(copy) - 1}
    for place in sorted(places):
        changed = copy[:place] + bytes([copy[place] ^ 1 << lot.randrange(8)]) + copy[place + 1:]
        answer = desk.app(changed)
        assert answer is None and place < len(MAGIC) or answer["error"] == "BadCopy", (place, answer)
        with pytest.raises((BadCopy, WrongSecret)):
            program(changed)


def test_more_bytes_at_the_end_are_refused(desk, copy):
    for more in (b"\0", b"PK", bytes(CHUNK), copy):
        is_refused(desk, copy + more)


def test_where_a_copy_is_damaged_is_said_and_the_program_takes_the_rest_of_it(desk, copy):
    at = borders(copy)[2] + 77
    damaged = copy[:at] + b"XXXX" + copy[at + 4:]
    assert "2 MB from its beginning" in is_refused(desk, damaged)
    assert program(damaged, damaged=True) == PLAIN[:2 * CHUNK] + bytes(CHUNK) + PLAIN[3 * CHUNK:]
    assert program(copy[:borders(copy)[2]], damaged=True) == PLAIN[:2 * CHUNK]
    assert program(copy[:borders(copy)[2] + 9], damaged=True) == PLAIN[:2 * CHUNK]


def test_a_header_that_asks_for_absurd_work_is_refused_before_any_is_done(desk, copy):
    for memory, passes in ((2_000_000, 1), (64, 65), (64, 10 ** 9), (1_048_576, 64), (4, 1), (0, 1), (64, 0), (64, -1), ("64", 1), (64.5, 1), (None, None), (1e308, 1)):
        asks = with_header(copy, lambda header: header | {"ways": [header["ways"][0] | {"memory": memory, "passes": passes}]})
        answer = desk.app(asks, "passphrase", PASSPHRASE)
        assert answer["error"] == "BadCopy" and answer["argon2"] == 0, (memory, passes, answer)
        with pytest.raises((BadCopy, WrongSecret)):
            program(asks, PASSPHRASE)


def test_a_header_that_is_not_as_it_should_be_is_refused(desk, copy):
    changes = (
        lambda header: header | {"chunk": 1}, lambda header: header | {"chunk": 2 * CHUNK}, lambda header: header | {"salt": "AAAA"}, lambda header: header | {"salt": "!"},
        lambda header: header | {"key": "x"}, lambda header: header | {"key": [NAME]}, lambda header: header | {"ways": []}, lambda header: header | {"ways": header["ways"] * 2},
        lambda header: header | {"ways": "ab"}, lambda header: header | {"ways": [None]}, lambda header: header | {"ways": [header["ways"][1] | {"kind": "passkey"}]},
        lambda header: header | {"ways": [header["ways"][1] | {"wrap": ""}]}, lambda header: [], lambda header: None, lambda header: {}, lambda header: header | {"about": "another"})
    for change in changes:
        is_refused(desk, with_header(copy, change))
    for length in (0, 16_385, 2 ** 32 - 1):
        is_refused(desk, MAGIC + length.to_bytes(4, "big") + b"{}" + copy)
    is_refused(desk, MAGIC + (16_000).to_bytes(4, "big") + b"[" * 16_000 + copy)


def test_a_wrap_of_another_notebook_opens_nothing(desk, copy):
    """Whoever makes a header of his own for these chunks cannot: the wrap names its notebook, and each chunk its header."""
    salt = b"0123456789abcdef"
    theirs = way("recovery", HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"carryon recovery").derive(CODE.encode()), salt, name="f" * 32)
    renamed = with_header(copy, lambda header: header | {"ways": [theirs]})
    assert desk.app(renamed, "recovery", CODE)["error"] == "Wrong"
    with pytest.raises(WrongSecret):
        program(renamed)


def test_a_newer_version_says_so_and_what_is_none_of_ours_is_left_to_others(desk, copy):
    assert "newer Carryon" in is_refused(desk, copy.replace(b"copy 1", b"copy 2", 1))
    for other in (b"", b"PK\x03\x04", b"Carryon sealed cop", b"# Carryon sealed copy 1\n"):
        assert desk.app(other) is None
        with pytest.raises(BadCopy):
            program(other)


def test_nothing_is_never_sealed(desk):
    assert desk.seal(b"")["error"] == "BadCopy"


def test_the_program_writes_a_zip_beside_the_copy_and_none_where_the_secret_is_wrong(copy, tmp_path, monkeypatch, capsys):
    path = tmp_path / "carryon-2026-11-22.sealed"
    path.write_bytes(copy)
    monkeypatch.setattr("sys.argv", ["open_copy.py", str(path)])
    monkeypatch.setattr("getpass.getpass", lambda prompt: "wrong")
    with pytest.raises(SystemExit, match="This does not open it."):
        main()
    assert os.listdir(tmp_path) == [path.name]
    monkeypatch.setattr("getpass.getpass", lambda prompt: CODE)
    main()
    assert (tmp_path / "carryon-2026-11-22.zip").read_bytes() == PLAIN and "not encrypted" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="not overwritten"):
        main()
