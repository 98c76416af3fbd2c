"""Step 1: reads the texts of every language, and what is no language.

Offers

- ``TATOEBA``, ``INTERFACE``: which language of ours each code of the sources is; ``RARER``: how often notes are in some.
- ``tatoeba(data)`` -> ``{code: [(sentence, English)]}``: whole sentences with their translation.
- ``casual_english(data, count)`` -> list of utterances.
- ``interface()`` -> ``{code: [text]}``: the translated texts of Home Assistant's interface (Apache-2.0).
- ``no_language(chance)``: an endless supply of names, code and words that every language uses.
"""

import io
import importlib.util
import json
import keyword
import lzma
import re
import string
import tokenize
from collections import defaultdict
from pathlib import Path

# Tatoeba's code -> ours. «nob» and «nno» are one language here. Bosnian (bos), Kurdish, Cantonese and Wu are
# left out: each differs too little in writing from one that is here, or has two scripts and little text.
TATOEBA = {
    "afr": "af", "ara": "ar", "aze": "az", "bel": "be", "bul": "bg", "cat": "ca", "ces": "cs", "cmn": "zh", "cym": "cy",
    "dan": "da", "deu": "de", "epo": "eo", "est": "et", "eus": "eu", "fin": "fi", "fra": "fr", "gle": "ga", "glg": "gl",
    "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja", "kaz": "kk",
    "lat": "la", "lit": "lt", "lvs": "lv", "mar": "mr", "mkd": "mk", "mon": "mn", "nld": "nl", "nno": "no", "nob": "no",
    "pes": "fa", "pol": "pl", "por": "pt", "ron": "ro", "rus": "ru", "slk": "sk", "slv": "sl", "spa": "es", "sqi": "sq",
    "srp": "sr", "swe": "sv", "swh": "sw", "tgl": "tl", "tur": "tr", "uig": "ug", "ukr": "uk", "urd": "ur", "vie": "vi",
    "yid": "yi", "zsm": "ms",
}

# Languages whose script decides; they are only tested.
TATOEBA_ALONE = {"ben": "bn", "ell": "el", "hye": "hy", "kat": "ka", "khm": "km", "kor": "ko", "mal": "ml", "tam": "ta",
                 "tel": "te", "tha": "th", "amh": "am"}

# Home Assistant's locale -> ours.
INTERFACE = {code: code for code in (
    "af ar bg ca cs cy da de en eo es et eu fa fi fr ga gl he hi hr hu id is it ja lt lv mk ne nl nn pl pt ro ru sk sl sr sv "
    "tr uk ur vi").split()} | {"nb": "no", "nn": "no", "pt-BR": "pt", "sr-Latn": "sr", "zh-Hans": "zh", "zh-Hant": "zh"}

# How often a note is in these languages, as a guess, where others count 1: they have few writers, or many who write
# the language beside it. Without it «Hoje choveu o dia inteiro» is Galician and «Kedi yine vazoyu devirdi» Azerbaijani.
RARER = {"af": 0.5, "az": 0.5, "be": 0.5, "cy": 0.4, "eo": 0.3, "eu": 0.5, "ga": 0.3, "gl": 0.4, "is": 0.5, "la": 0.3, "mk": 0.6, "ms": 0.5,
         "sw": 0.6, "tl": 0.6, "yi": 0.3}

# Words of code and of command lines that Python's library does not hold.
_COMMANDS = """for let var const function return if else while do switch case break new this null undefined true false async await export
default class public static void int float double string char bool struct enum namespace using include define main printf cout std vector
push_back git push pull commit origin main force checkout clone merge branch rebase npm install run build start sudo apt get update docker
compose up ssh scp ls cd mkdir rm cp mv grep sed awk cat echo export path bin usr etc local home select from where insert into values update
set delete join inner left on order by group limit count id name users table create index drop alter div span class
href src body head html""".split()

_PLACEHOLDER = re.compile(r"\{[^{}]{0,300}\}|<[^<>]{0,100}>|%\S+|'\{|\}'")


def tatoeba(data):
    """Return ``{code: [(sentence, English)]}`` from ``tatoeba.tsv.xz``, with "en" as one of the codes, in order."""
    found = defaultdict(dict)
    with lzma.open(Path(data) / "tatoeba.tsv.xz", "rt", encoding="utf-8") as file:
        for line in file:
            code, sentence, english = line.rstrip("\n").split("\t")[:3]
            code = TATOEBA.get(code) or TATOEBA_ALONE.get(code)
            if code:
                found[code].setdefault(sentence, english)
                found["en"].setdefault(english, english)
    return {code: list(sentences.items()) for code, sentences in sorted(found.items())}


def casual_english(data, count):
    """Return ``count`` utterances of self-dialogue (BSD-3-Clause), evenly taken: English as people type it."""
    with lzma.open(Path(data) / "self-dialogue.en.txt.xz", "rt", encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return lines[::max(1, len(lines) // count)][:count]


def interface():
    """Return ``{code: [text]}``: what Home Assistant shows in each language and does not show the same in English."""
    package = importlib.util.find_spec("hass_frontend")
    if package is None:
        raise ModuleNotFoundError("training needs the package home-assistant-frontend (requirements-models.txt)")
    root = Path(package.submodule_search_locations[0]) / "static" / "translations"
    english = set(_texts(root, "en"))
    found = {}
    for locale, code in INTERFACE.items():
        texts = _texts(root, locale)
        kept = texts if code == "en" else [text for text in texts if text not in english]
        found.setdefault(code, []).extend(_PLACEHOLDER.sub(" ", text) for text in kept)
    return {code: sorted({text for text in texts if len(text.strip()) > 1}) for code, texts in sorted(found.items())}


def _texts(root, locale):
    def walk(node):
        if isinstance(node, dict):
            for child in node.values():
                yield from walk(child)
        elif isinstance(node, str):
            yield node

    found = []
    for path in sorted(root.rglob("*.json")):
        if re.fullmatch(rf"{locale}-[0-9a-f]{{32}}", path.stem):
            found += walk(json.loads(path.read_text(encoding="utf-8")))
    return found


def no_language(chance):
    """Yield, without end, texts that no language can claim, drawn by ``chance`` (``random.Random``)."""
    from faker import Faker

    locales = ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "pt_BR", "sv_SE", "tr_TR", "cs_CZ", "hu_HU",
               "fi_FI", "ro_RO", "ru_RU", "uk_UA", "bg_BG", "id_ID", "vi_VN", "hr_HR", "no_NO", "da_DK", "fa_IR", "ar_AA")
    fakers = []
    for locale in locales:
        fakers.append(Faker(locale))
        fakers[-1].seed_instance(chance.randrange(1 << 30))
    shared = (Path(__file__).parent / "shared_words.txt").read_text(encoding="utf-8").splitlines()
    shared = [word for line in shared if not line.startswith("#") for word in line.split()]
    code = _code_words()
    while True:
        kind = chance.random()
        if kind < 0.35:
            faker = chance.choice(fakers)
            names = [chance.choice((faker.name, faker.first_name, faker.last_name))() for _ in range(chance.randint(1, 4))]
            yield chance.choice((", ", " ", " & ", "\n")).join(names)
        elif kind < 0.6:
            words = chance.choices(shared, k=chance.randint(1, 4))
            yield " ".join(words)
        elif kind < 0.85:
            if chance.random() < 0.5:
                start = chance.randrange(len(_COMMANDS) - 12)
                yield " ".join(chance.sample(_COMMANDS[start:start + 12], chance.randint(2, 8)))
            else:
                start = chance.randrange(len(code) - 20)
                yield " ".join(code[start:start + chance.randint(1, 15)])
        elif kind < 0.95:
            yield " ".join("".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 9))) for _ in range(chance.randint(1, 5)))
        else:
            yield " ".join(chance.choice(string.ascii_letters) * chance.randint(1, 6) for _ in range(chance.randint(1, 3)))


def _code_words():
    """Return names and keywords of Python's own library, in the order in which its code has them, without its prose."""
    found = []
    for path in sorted(Path(json.__file__).parent.parent.glob("[a-e]*.py")):
        try:
            with tokenize.open(path) as file:
                for token in tokenize.generate_tokens(io.StringIO(file.read()).readline):
                    if token.type == tokenize.NAME and (keyword.iskeyword(token.string) or len(token.string) < 12):
                        found.append(token.string)
        except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
            continue
    return found
