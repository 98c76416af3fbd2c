"""Check digits and the shapes of national identification numbers.

Offers

- ``luhn(digits)``, ``iban(text)``: whether a card number or an IBAN is right.
- ``find_ids(text)``: the national ids in a text, as ``(start, end)``.

Each id is a row of ``_IDS``: where from, its shape as people write it, its check, and whether a
word that announces it must stand before it. That is asked for where shape and check digit are so weak
that an order number would pass. The algorithms are those that the issuing states publish; the tests compare
them with python-stdnum.

Methods: H. P. Luhn, US patent 2,950,048 (1960); J. Verhoeff, «Error detecting decimal codes» (1969);
ISO/IEC 7064 (mod 97,10 and mod 11,10); ISO 13616 (IBAN).
"""

import re
from datetime import date


def luhn(digits):
    """True when the last of ``digits`` (str of 0-9) is the Luhn check digit of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# Length of an IBAN by country: the registry that ISO 13616 names.
_IBAN_LENGTHS = {country: int(length) for length, countries in (entry.split(":") for entry in (
    "15:NO 16:BE 18:DK,FI,FO,GL,NL,SD,FK 19:MK,SI 20:AT,BA,EE,KZ,LT,LU,XK,MN 21:CH,HR,LI,LV 22:BG,BH,CR,DE,GB,GE,IE,ME,RS,VA "
    "23:AE,GI,IL,IQ,OM,TL,SO 24:AD,CZ,ES,MD,PK,RO,SA,SE,SK,TN,VG 25:LY,PT,ST 26:IS,TR 27:BI,DJ,FR,GR,IT,MC,MR,SM "
    "28:AL,AZ,BY,CY,DO,GT,HU,LB,NI,PL,SV 29:BR,EG,PS,QA,UA 30:JO,KW,MU 31:MT,SC 32:LC 33:RU").split()) for country in countries.split(",")}


def iban_length(country):
    """Return how many characters an IBAN of ``country`` (two capitals) has; 0 where there is none."""
    return _IBAN_LENGTHS.get(country, 0)


def iban(text):
    """True when ``text`` (capitals and digits, no spaces) is an IBAN: country, length and check digits."""
    if len(text) != iban_length(text[:2]):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _date(year, month, day):
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _date6(digits, *, month_codes=(0,)):
    """True when six digits, YYMMDD, are a day; the month may carry one of ``month_codes`` (a century, a sex)."""
    month = int(digits[2:4])
    return any(_date(2000 + int(digits[:2]), month - code, digits[4:6]) or _date(1900 + int(digits[:2]), month - code, digits[4:6])
               for code in month_codes if 1 <= month - code <= 12)


def _ddmmyy(digits):
    return _date6(digits[4:6] + digits[2:4] + digits[:2])


def _weighted(digits, weights):
    return sum(int(digit) * weight for digit, weight in zip(digits, weights))


_VERHOEFF_D = [[(a + b) % 5 if a < 5 and b < 5 else 5 + (a + b) % 5 if a < 5 else 5 + (a - b) % 5 if b < 5 else (a - b) % 5
                for b in range(10)] for a in range(10)]
_VERHOEFF_P = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def verhoeff(digits):
    """True when the last of ``digits`` is the Verhoeff check digit of the others."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _VERHOEFF_P[value]
        check = _VERHOEFF_D[check][value]
    return check == 0


def _mod_11_10(digits):
    check = 10
    for digit in digits[:-1]:
        check = (check + int(digit)) % 10 or 10
        check = check * 2 % 11
    return (check + int(digits[-1])) % 10 == 1


def _us_ssn(n):
    # 900-999 are the tax numbers (ITIN), whose middle is restricted as well.
    if n[0] == "9":
        return int(n[3:5]) in {*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)}
    return n[:3] not in ("000", "666") and n[3:5] != "00" and n[5:] != "0000"


def _gb_nino(n):
    return n[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def _gb_nhs(n):
    return (11 - _weighted(n, range(10, 1, -1)) % 11) % 11 == int(n[9])


def _fr_nir(n):
    number = n[:13].replace("2A", "19").replace("2B", "18") if n[5:7] in ("2A", "2B") else n[:13]
    return number.isdigit() and 97 - int(number) % 97 == int(n[13:])


def _de_steuer_id(n):
    # In the first ten digits one figure stands twice or three times, and each other at most once.
    counts = sorted(n[:10].count(figure) for figure in "0123456789")
    return n[0] != "0" and counts[-1] in (2, 3) and counts[-2] == 1 and _mod_11_10(n)


def _de_rvnr(n):
    digits = n[:8] + f"{ord(n[8]) - 64:02}" + n[9:]
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)))
    return total % 10 == int(digits[-1])


def _de_ausweis(n):
    total = sum(int(letter, 36) * weight for letter, weight in zip(n, (7, 3, 1) * 3))
    return any(letter.isdigit() for letter in n) and (len(n) == 9 or total % 10 == int(n[9], 36))


def _es_letter(number):
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def _es_dni(n):
    return _es_letter(n[:8]) == n[8]


def _es_nie(n):
    return _es_letter(str("XYZ".index(n[0])) + n[1:8]) == n[8]


_CF_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
                                                             2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))


_CF_LETTERS = str.maketrans("LMNPQRSTUV", "0123456789")


def _it_codice_fiscale(n):
    total = sum(_CF_ODD[letter] if place % 2 == 0 else int(letter) if letter.isdigit() else ord(letter) - 65
                for place, letter in enumerate(n[:15]))
    # The day of birth has 40 more for women; letters may stand for digits where two people would share a code.
    day, month = int(n[9:11].translate(_CF_LETTERS)) % 40, "ABCDEHLMPRST".index(n[8]) + 1
    return chr(65 + total % 26) == n[15] and _date(2000, month, day)


def _nl_bsn(n):
    return (_weighted(n, range(9, 1, -1)) - int(n[8])) % 11 == 0 and int(n) > 0


def _pl_pesel(n):
    return _date6(n, month_codes=(0, 20, 40, 60, 80)) and _weighted(n, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def _se_personnummer(n):
    n = n[-10:]
    return (_date6(n[:6]) or _date6(n[:4] + f"{int(n[4:6]) - 60:02}")) and luhn(n)


def _fi_hetu(n):
    return _ddmmyy(n[:6]) and 2 <= int(n[-4:-1]) < 900 and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(n[:6] + n[-4:-1]) % 31] == n[-1]


def _dk_cpr(n):
    return _ddmmyy(n)


def _no_fodselsnummer(n):
    day, year, serial = int(n[:2]), int(n[4:6]), int(n[6:9])
    # The serial number tells the century, and there are pairs that no century has.
    century = (2000 + year <= date.today().year
               or serial < 500) if year < 40 else serial < 500 or serial >= 900 or serial < 750 and year >= 54
    return (century and _ddmmyy(f"{day - 40 if day > 40 else day:02}" + n[2:6]) and _weighted(n, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
            and _weighted(n, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0)


def ean13(n):
    return _weighted(n, (1, 3) * 6 + (1,)) % 10 == 0


def _be_nn(n):
    number, check = n[:9], int(n[9:])
    centuries = ("", "2") if int(n[:2]) <= date.today().year % 100 else ("",)
    return any(97 - int(century + number) % 97 == check for century in centuries) and (n[2:6] == "0000" or _date6(n[:6]))


def _at_svnr(n):
    return _weighted(n, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(n[3]) and n[0] != "0"


def _pt_nif(n):
    return n[0] != "0" and (11 - _weighted(n, range(9, 1, -1)) % 11) % 11 % 10 == int(n[8])


def _ie_pps(n):
    total = _weighted(n, range(8, 1, -1)) + (9 * (ord(n[8]) - 64) if len(n) == 9 and n[8] != "W" else 0)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == n[7]


def _br_cpf(n):
    first = (11 - _weighted(n, range(10, 1, -1)) % 11) % 11 % 10
    second = (11 - (_weighted(n[:9], range(11, 2, -1)) + 2 * first) % 11) % 11 % 10
    return len(set(n)) > 1 and n[9:] == f"{first}{second}"


def _cn_ric(n):
    total = _weighted(n[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return _date(n[6:10], n[10:12], n[12:14]) and "10X98765432"[total % 11] == n[17]


def _kr_rrn(n):
    return _date6(n[:6])


def _za_id(n):
    return _date6(n[:6]) and n[10] in "01" and luhn(n)


def _mx_curp(n):
    values = "0123456789ABCDEFGHIJKLMN?OPQRSTUVWXYZ"  # «?» holds the place of Ñ
    total = sum(values.index(letter) * (18 - place) for place, letter in enumerate(n[:17]))
    return _date6(n[4:10]) and str(-total % 10) == n[17]


def _cl_rut(n):
    total = _weighted(reversed(n[:-1]), (2, 3, 4, 5, 6, 7, 2, 3))
    return "0123456789K0"[11 - total % 11] == n[-1]


def _tr_tckn(n):
    d = [int(digit) for digit in n]
    return d[0] != 0 and (7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]


def _ca_sin(n):
    return n[0] not in "08" and luhn(n)


def _au_tfn(n):
    return _weighted(n, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def _ro_cnp(n):
    check = _weighted(n[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return n[0] != "0" and _date6(n[1:7]) and int(n[12]) == (1 if check == 10 else check)


def _cz_rc(n):
    if not _date6(n[:6], month_codes=(0, 20, 50, 70)):
        return False
    return len(n) == 9 or int(n) % 11 == 0 or int(n[:9]) % 11 == 10 and n[9] == "0"


def _gr_amka(n):
    return _ddmmyy(n) and luhn(n)


def _hr_oib(n):
    return _mod_11_10(n)


def _ee_lt_code(n):
    for start in (1, 3):
        check = sum(int(digit) * ((start - 1 + place) % 9 + 1) for place, digit in enumerate(n[:10])) % 11
        if check < 10:
            break
    return n[0] in "123456" and _date6(n[1:7]) and check % 10 == int(n[10])


def _il_id(n):
    return luhn(n)


def _any(n):
    return True


# Words that announce an id. They stand on the same line, at most so many characters before it.
_ANNOUNCED_WITHIN = 40
# … or at most so many after it: «86095742719 is my tax number».
_NAMED_WITHIN = 24
_DOCUMENT = (r"passports?|passeport|pasaporte|passaporto|paszport\w*|reisepass\w*|driv(?:er|ing)'?s?[ -]licen[cs]e|führerschein\w*|"
             r"permis de conduire|id[ -]card|identity card|personalausweis\w*|ausweis\w*|carte d.identit[ée]|carta d.identit[àa]")


def _announced(words):
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


_BY_DOCUMENT = _announced(_DOCUMENT)
# Words after which a number is something that is bought, sent or counted, and no person's.
OTHER_NUMBER = re.compile(
    r"(?<!\w)(?:orders?|invoices?|receipt|tracking|parcel|shipment|booking|reservation|confirmation|tickets?|ref|reference|case|serial|s/n|"
    r"model|part|sku|item|article|product|version|build|release|firmware|isbn|issn|ean|gtin|upc|barcode|lotto|loto|lottery|lottozahlen|"
    r"doi|pmid|arxiv|flight|train|bus|"
    r"route|room|page|pages|chapter|section|lot|batch|score|lat|lon|latitude|longitude|coordinates|gps|meter|policy|bestell\w*|auftrag\w*|"
    r"rechnung\w*|sendung\w*|paket\w*|ticket\w*|buchung\w*|vorgang\w*|artikel\w*|serien\w*|kunden\w*|zähler\w*|zug|seite|kapitel|commande|"
    r"facture|colis|suivi|réservation|billet|dossier|référence|réf|série|pedido|factura|envío|seguimiento|reserva|"
    r"referencia|expediente|serie|artículo|localizador)(?!\w)", re.IGNORECASE)

_S = r"[ \u00a0\u202f-]?"  # what may part the groups of a number
_D = r"[ .\u00a0\u202f-]?"

# (where from, shape, check, announced by). Shapes are tried on a text in capitals.
_IDS = [(name, re.compile(rf"(?<![\w.,@#$€£/+-])(?:{shape})(?![\w@])(?![-.,/]\d)"), check, announced) for name, shape, check, announced in (
    ("us-ssn", r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}", _us_ssn, None),
    ("us-ssn", r"\d{9}", _us_ssn, _announced("ssn|social security|itin|social")),
    ("gb-nino", rf"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]{_S}\d\d{_S}\d\d{_S}\d\d{_S}[A-D]", _gb_nino, None),
    ("gb-nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", _gb_nhs, _announced("nhs")),
    ("fr-nir", rf"[1-478]{_S}\d\d{_S}(?:0[1-9]|1[0-2]|[2-9]\d){_S}(?:\d\d|2[AB]){_S}\d{{3}}{_S}\d{{3}}{_S}\d\d", _fr_nir, None),
    ("de-steuer-id", r"[1-9]\d \d{3} \d{3} \d{3}", _de_steuer_id, None),
    ("de-steuer-id", r"[1-9]\d{10}|[1-9]\d{2} \d{3} \d{5}|[1-9]\d{2}[ /]\d{4}[ /]\d{4}", _de_steuer_id,
     _announced(r"steuer\w*|idnr|ident\w*|tax|tin|finanzamt")),
    ("de-rvnr", rf"\d\d{_S}[0-3]\d[01]\d\d\d{_S}[A-Z]{_S}\d\d{_S}\d", _de_rvnr, None),
    ("es-dni", rf"\d{{8}}{_S}[A-HJ-NP-TV-Z]|\d\d\.\d{{3}}\.\d{{3}}{_S}[A-HJ-NP-TV-Z]", _es_dni, None),
    ("es-nie", rf"[XYZ]{_S}\d{{7}}{_S}[A-HJ-NP-TV-Z]", _es_nie, None),
    ("it-codice-fiscale", rf"[A-Z]{{3}}{_S}[A-Z]{{3}}{_S}[\dL-NP-V]{{2}}[A-EHLMPR-T][\dL-NP-V]{{2}}{_S}[A-Z][\dL-NP-V]{{3}}[A-Z]",
     _it_codice_fiscale, None),
    ("nl-bsn", r"\d{9}|\d{3}[ .]\d{3}[ .]\d{3}|\d{4}[ .]\d{2}[ .]\d{3}", _nl_bsn, _announced("bsn|burgerservicenummer|sofi\\w*")),
    ("pl-pesel", r"\d{11}", _pl_pesel, None),
    ("se-personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", _se_personnummer, None),
    ("se-personnummer", r"(?:19|20)\d{6}\d{4}|\d{10}", _se_personnummer, _announced("personnummer|pnr|samordningsnummer")),
    ("fi-hetu", r"[0-3]\d[01]\d\d\d[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", _fi_hetu, None),
    ("dk-cpr", r"[0-3]\d[01]\d\d\d-\d{4}", _dk_cpr, None),
    ("no-fodselsnummer", r"\d{6} ?\d{5}", _no_fodselsnummer, None),
    ("ch-ahv", rf"756{_D}\d{{4}}{_D}\d{{4}}{_D}\d\d", ean13, None),
    ("be-nn", r"\d\d[.]\d\d[.]\d\d[- ]\d{3}[. ]\d\d|\d{6}[- ]\d{3}[. ]\d\d", _be_nn, None),
    ("be-nn", r"\d{11}", _be_nn, _announced(r"rijksregister\w*|registre national|nn|niss|insz")),
    ("at-svnr", r"\d{4} ?\d{6}", _at_svnr, _announced(r"sv|svnr|sv-?nr|sozialversicherung\w*|versicherungsnummer")),
    ("pt-nif", r"\d{9}|\d{3} \d{3} \d{3}", _pt_nif, _announced("nif|contribuinte")),
    ("ie-pps", r"\d{7}[A-W][A-IW]?", _ie_pps, None),
    ("br-cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d", _br_cpf, None),
    ("br-cpf", r"\d{11}", _br_cpf, _announced("cpf")),
    ("in-aadhaar", r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", verhoeff, None),
    ("in-aadhaar", r"[2-9]\d{11}", verhoeff, _announced("aadhaar|aadhar|uidai")),
    ("in-pan", r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", _any, None),
    ("cn-ric", r"[1-9]\d{16}[\dX]", _cn_ric, None),
    ("kr-rrn", r"\d{6}-[1-8]\d{6}", _kr_rrn, None),
    ("za-id", rf"\d{{6}}{_S}\d{{4}}{_S}\d{{3}}", _za_id, None),
    ("mx-curp", r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d", _mx_curp, None),
    ("cl-rut", r"\d{1,2}\.\d{3}\.\d{3}-[\dK]", _cl_rut, None),
    ("tr-tckn", r"[1-9]\d{10}", _tr_tckn, None),
    ("ca-sin", r"\d{3}-\d{3}-\d{3}", _ca_sin, None),
    ("ca-sin", r"\d{9}|\d{3} \d{3} \d{3}", _ca_sin, _announced("sin|social insurance|assurance sociale|nas")),
    ("au-tfn", r"\d{9}|\d{3} \d{3} \d{3}", _au_tfn, _announced("tfn|tax file|tax")),
    ("ro-cnp", r"[1-9]\d{12}", _ro_cnp, None),
    ("cz-rc", r"\d{6}/\d{3,4}", _cz_rc, None),
    ("gr-amka", r"\d{11}", _gr_amka, _announced("amka|αμκα")),
    ("hr-oib", r"\d{11}", _hr_oib, _announced("oib")),
    ("ee-lt-code", r"[1-6]\d{10}", _ee_lt_code, None),
    ("il-id", r"\d{9}", _il_id, _announced("teudat|zehut|israeli id|t\\.?z\\.?")),
    ("de-ausweis", r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ\d]{8}\d?", _de_ausweis, _BY_DOCUMENT),
    ("document", r"[A-Z]{0,3}[- ]?\d{6,9}[A-Z]{0,2}|[A-Z\d]{2}\d{2}[A-Z]{2}\d{5}", _any, _BY_DOCUMENT),
)]

_PARTS = re.compile(r"[ .,\u00a0\u202f+/-]")
# The fewest digits that an id has, with what may part them, and the characters without digits that may stand around them.
_ZONE = re.compile(r"\d(?:[^\n\d]{0,8}\d){3,}")
_ZONE_BEFORE, _ZONE_AFTER = 12, 8


def capitals(text):
    """Return ``text`` in capitals with every character in its place (ß, say, stays as it is)."""
    upper = text.upper()
    return upper if len(upper) == len(text) else "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def before(text, start):
    """Return what stands before ``start`` on its line, as far as an announcing word may be."""
    piece = text[max(0, start - _ANNOUNCED_WITHIN):start]
    return piece[piece.rfind("\n") + 1:]


def find_ids(text):
    """Return the national ids in ``text`` as a list of ``(start, end)``; they may overlap."""
    found = []
    upper = capitals(text)
    # Dozens of shapes are only tried where digits are; a lookbehind still sees what stands before the zone.
    zones = [(max(0, zone.start() - _ZONE_BEFORE), zone.end() + _ZONE_AFTER) for zone in _ZONE.finditer(upper)]
    for _name, shape, check, announced in _IDS:
        for match in (match for zone in zones for match in shape.finditer(upper, *zone)):
            compact = _PARTS.sub("", match.group())
            if not compact.isascii() or not check(compact):
                continue
            context = before(text, match.start())
            if announced is None:
                fits = not OTHER_NUMBER.search(context)
            else:
                fits = announced.search(context) or announced.search(text, match.end(), match.end() + _NAMED_WITHIN)
            if fits:
                found.append(match.span())
    return found
