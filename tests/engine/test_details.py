"""Personal details: what has a shape is found with its check digit, and what only looks like it is left alone."""

import io
import json
import random
import re
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from app.engine import details_ids, details_tagger
from app.engine.details import Details
from app.everywhere.errors import ModelError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def details():
    return Details.read((ROOT / "models" / "details.npz").read_bytes())


def found(details, text):
    return [(part["kind"], part["text"]) for part in details.answer({"text": text})["details"]]


@pytest.mark.parametrize("text, kind, part", [
    ("write to jo.b+notes@mail.example.co.uk, please", "email", "jo.b+notes@mail.example.co.uk"),
    ("<jo@example.org>", "email", "jo@example.org"),
    ("jo [at] example [dot] org", "email", "jo [at] example [dot] org"),
    ("visa 4111 1111 1111 1111 exp 02/28", "card", "4111 1111 1111 1111"),
    ("the amex: 3782 822463 10005", "card", "3782 822463 10005"),
    ("to DE89 3704 0044 0532 0130 00 by Friday", "iban", "DE89 3704 0044 0532 0130 00"),
    ("gb82west12345698765432", "iban", "gb82west12345698765432"),
    ("router 192.168.1.254:8080", "ip", "192.168.1.254"),
    ("ping 2001:db8::8a2e:370:7334", "ip", "2001:db8::8a2e:370:7334"),
    ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "key", "ghp_0123456789abcdefghijABCDEFGHIJ012345"),
    ("API_KEY=4c1f0e8a-77b2-4d53-9c06-ea21f5b8d390", "key", "4c1f0e8a-77b2-4d53-9c06-ea21f5b8d390"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N", "key",
     "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"),
    ("https://jo:s3cret-pw@example.org/x", "key", "jo:s3cret-pw"),
    ("she was born on 12 March 1985 in a taxi", "birth_date", "12 March 1985"),
    ("DOB 1985-03-12", "birth_date", "1985-03-12"),
    ("geb. 3. Mai 1990", "birth_date", "3. Mai 1990"),
    ("née le 14.07.1966", "birth_date", "14.07.1966"),
    ("nació el 2 de enero de 1971", "birth_date", "2 de enero de 1971"),
    ("SSN 531-12-8175", "national_id", "531-12-8175"),
    ("mein Handy: 0170 1234567", "phone", "0170 1234567"),
    ("+49 (0)30 123456 (home)", "phone", "+49 (0)30 123456"),
    ("(212) 555-0173", "phone", "(212) 555-0173"),
    ("06 39 98 12 34", "phone", "06 39 98 12 34"),
    ("su móvil es 612 345 908", "phone", "612 345 908"),
])
def test_what_has_a_shape_is_found(details, text, kind, part):
    assert (kind, part) in found(details, text)


@pytest.mark.parametrize("text", [
    "", " ", "order 302-7741190-88", "Order no. 4111111111111112", "ISBN 978-0-306-40615-7", "0-306-40615-2", "we lost 3:2, and 21-15",
    "version 3.11.7, then 192.0-beta", "Windows 10.0.19045.3803", "build 1.2.3.4", "53.7142, -2.0971", "12.03.2026", "2026-11-21 12:30:45",
    "£1,204.55 and 1.298,20 €", "Pi is 3.14159265358979", "tracking JD0002 9481 7730 0516", "1999-2003", "std::vector a::b", "12:30:45",
    "the birthday party is on 12 March 2026", "5 May 2026, dentist", "lotto 03 12 45 22 10 31", "service number was 5112804", "10 000 000",
    "d41d8cd98f00b204e9800998ecf8427e", "4111 1111 1111 1112", "DE89 3704 0044 0532 0130 01", "a@b", "user@localhost", "@handle",
    "April was wet, May was worse, and June was dry.", "We flew to Paris, then to Florence.", "Mark my words, the bill will come.",
])
def test_what_only_looks_like_a_detail_is_left_alone(details, text):
    assert found(details, text) == []


@pytest.mark.parametrize("text, names", [
    ("Lunch with Anna and her brother Tobias.", ["Anna", "Tobias"]),
    ("Marta Olszewska rang about the flat.", ["Marta Olszewska"]),
    ("Anna's cat is ill.", ["Anna"]),
    ("Dr Venkatesan says it is nothing.", ["Venkatesan"]),
    ("Heute mit Lukas am See, Frau Schneider war auch da.", ["Lukas", "Schneider"]),
    ("Déjeuner avec Thibault.", ["Thibault"]),
    ("Cena con Amparo y Gonzalo.", ["Amparo", "Gonzalo"]),
    ("Dinner with Jean-Luc O'Brien", ["Jean-Luc O'Brien"]),
])
def test_names_are_found(details, text, names):
    assert [part for kind, part in found(details, text) if kind == "name"] == names


@pytest.mark.parametrize("text, address", [
    ("I moved to 14 Cobbler's Lane, Todmorden OL14 7QX last week", "14 Cobbler's Lane, Todmorden OL14 7QX"),
    ("Wir wohnen in der Hauptstraße 5, 10115 Berlin.", "Hauptstraße 5, 10115 Berlin"),
    ("Nouvelle adresse : 27 rue des Tanneurs, 69005 Lyon", "27 rue des Tanneurs, 69005 Lyon"),
])
def test_addresses_are_found(details, text, address):
    assert ("address", address) in found(details, text)


def test_offsets_are_characters_and_details_stand_apart_in_order(details):
    text = "🙂 Lunch with Anna, anna@example.org, DE89 3704 0044 0532 0130 00"
    parts = details.answer({"text": text})["details"]
    assert [part["kind"] for part in parts] == ["name", "email", "iban"]
    assert all(text[part["start"]:part["end"]] == part["text"] for part in parts)
    assert all(before["end"] <= after["start"] for before, after in zip(parts, parts[1:]))
    assert json.loads(json.dumps(parts)) == parts


@pytest.mark.parametrize("text", [
    "\0\0", "\ud800 Anna \udfff@x.org", "🙂" * 50, "é" * 99, "e\u0301" * 9, "٠١٢٣٤٥٦٧٨٩" * 4, "²³¹" * 9, "ß" * 30, "İ" * 30 + " AB123456C",
    "\n" * 99,
    "@" * 99, "+" * 99, "a@" * 99, "1" * 999, "1 " * 999, "(" * 99 + "1" * 20, "eyJ" * 99, "-----BEGIN PRIVATE KEY-----", "٣" * 11,
    "１２３-４５-６７８９",
])
def test_any_text_is_accepted(details, text):
    details.answer({"text": text})


def test_a_damaged_file_is_a_model_error():
    data = (ROOT / "models" / "details.npz").read_bytes()
    for damaged in (b"", b"PK", data[:1000], data[:-100], data.replace(b"word.npy", b"wodr.npy")):
        with pytest.raises(ModelError):
            Details.read(damaged)


def test_a_file_of_another_format_is_refused():
    part = io.BytesIO()
    np.savez(part, format=np.array([99]))
    with pytest.raises(ModelError, match="99"):
        Details.read(part.getvalue())


def test_a_slice_gives_what_the_whole_gives(details, monkeypatch):
    words = ["Anna", "met", "Lukas", "Meier", "in", "May", "at", "12", "Mill", "Lane", "."] * 20
    whole = details._tagger.probabilities(words)
    monkeypatch.setattr(details_tagger, "SLICE", 16)
    assert np.allclose(details._tagger.probabilities(words), whole, atol=1e-5)


def test_a_bloom_filter_holds_its_words_and_few_others():
    words = [f"word{number}" for number in range(2000)]
    features = details_tagger.Features([details_tagger.bloom(words)] * len(details_tagger.LISTS))
    assert all(features.of(word)[len(details_tagger.COLUMNS)] for word in words[:200])
    assert sum(features.of(f"other{number}")[len(details_tagger.COLUMNS)] for number in range(2000)) < 60


# -- beside python-stdnum, which most projects use -----------------------------------------------

# Row of the table, stdnum's module for it, and how a random candidate is made: # is a digit, @ a capital, % a part of a date.
_STDNUM = (
    ("us-ssn", "us.ssn", "5##-##-####"), ("gb-nhs", "gb.nhs", "##########"), ("fr-nir", "fr.nir", "1%y%m75310298##"),
    ("de-steuer-id", "de.idnr", "###########"), ("es-dni", "es.dni", "########@"), ("es-nie", "es.nie", "X#######@"),
    ("it-codice-fiscale", "it.codicefiscale", "RSSMRA##H##H501@"), ("nl-bsn", "nl.bsn", "#########"),
    ("pl-pesel", "pl.pesel", "%y%m%d#####"),
    ("se-personnummer", "se.personnummer", "%y%m%d-####"), ("fi-hetu", "fi.hetu", "%d%m%y-###@"),
    ("no-fodselsnummer", "no.fodselsnummer", "%d%m%y#####"),
    ("ch-ahv", "ch.ssn", "756.####.####.##"), ("be-nn", "be.nn", "%y%m%d#####"), ("at-svnr", "at.vnr", "####%d%m%y"),
    ("pt-nif", "pt.nif", "#########"),
    ("ie-pps", "ie.pps", "#######@"), ("br-cpf", "br.cpf", "###.###.###-##"), ("in-aadhaar", "in_.aadhaar", "#### #### ####"),
    ("cn-ric", "cn.ric", "110105%Y%m%d####"), ("za-id", "za.idnr", "%y%m%d####0##"), ("mx-curp", "mx.curp", "GOMC%y%m%dHDFLRR0#"),
    ("cl-rut", "cl.rut", "##.###.###-#"), ("tr-tckn", "tr.tckimlik", "###########"), ("ca-sin", "ca.sin", "###-###-###"),
    ("au-tfn", "au.tfn", "#########"),
    ("ro-cnp", "ro.cnp", "1%y%m%d12####"), ("cz-rc", "cz.rc", "%y%m%d/####"), ("gr-amka", "gr.amka", "%d%m%y#####"),
    ("hr-oib", "hr.oib", "###########"),
    ("ee-lt-code", "ee.ik", "3%y%m%d####"), ("il-id", "il.idnr", "#########"),
)
_CANDIDATES = 4000


def _candidate(pattern, lot):
    pattern = (date(1930, 1, 1) + timedelta(days=lot.randrange(33_000))).strftime(pattern)
    return "".join(str(lot.randrange(10)) if sign == "#" else lot.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if sign == "@"
                   else sign for sign in pattern)


@pytest.mark.parametrize("name, module, pattern", _STDNUM, ids=[row[0] for row in _STDNUM])
def test_checks_agree_with_python_stdnum(name, module, pattern):
    module = import_module("stdnum." + module)
    check = next(check for row, _, check, _ in details_ids._IDS if row == name)
    shapes = [shape for row, shape, _, _ in details_ids._IDS if row == name]
    lot = random.Random(1)
    numbers = [number for number in (_candidate(pattern, lot) for _ in range(_CANDIDATES))
               if any(shape.fullmatch(number) for shape in shapes)]
    theirs = {number for number in numbers if module.is_valid(number)}
    ours = {number for number in numbers if check(re.sub(r"[ .,+/-]", "", number))}
    assert len(theirs) >= 5
    assert (theirs - ours, ours - theirs) == (set(), set())
