"""Finds the personal details that have a shape: e-mail, card, IBAN, IP address, key, birth date.

Offers ``find(text)``: what was found, as ``(start, end, kind)``; it may overlap. Phone numbers are in
``details_phone``, national ids in ``details_ids``.

Every expression is bounded, so that the time is linear in the length of the text.
"""

import ipaddress
import math
import re
from collections import Counter
from datetime import date

from app.engine.details_ids import OTHER_NUMBER, before, capitals, iban, iban_length, luhn

# -- e-mail -------------------------------------------------------------------------------
# RFC 5321 allows more on the left of the "@" than anybody uses; domains may be in any script.
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_SPELT_AT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?(?:\[at\]|\(at\)|\{at\}) ?[\w-]{1,63}(?:(?:\.| ?(?:\[dot\]|\(dot\)|\{dot\}) ?)[\w-]{2,63}){1,4}",
    re.IGNORECASE)
_AROUND_LOCAL = ".!#$%&'*/=?^`{|}~"


def _emails(text):
    at = text.find("@")
    while at >= 0:
        left = _LOCAL.search(text[max(0, at - 64):at])
        right = _DOMAIN.match(text, at + 1)
        # «user:password@host» in an address of the web is a key, not an e-mail address.
        if left and right:
            local = left.group().rsplit("//", 1)[-1].lstrip(_AROUND_LOCAL)
            if local and not (text[max(0, at - len(local) - 1):at - len(local)] == ":" and "//" in text[max(0, at - 100):at]):
                yield at - len(local), right.end()
        at = text.find("@", at + 1)
    for match in _SPELT_AT.finditer(text):
        yield match.span()


# -- cards and IBANs ----------------------------------------------------------------------
_CARD = re.compile(r"(?<![\w.,#@/+-])[2-6]\d{3}(?:([ \u00a0\u202f-])(?:\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{6}\1\d{4,5})|\d{8,15})(?![\w@]|"
                   r"[-.,]\d)")
# Who issues cards, by how their numbers begin, and how many digits those have.
_ISSUERS = re.compile(
    r"(?:4\d{15}(?:\d{3})?|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|(?:6011|65\d\d|64[4-9]\d)\d{12}|"
    r"3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}|220[0-4]\d{12})\Z")


def _cards(text):
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _ISSUERS.match(digits) and luhn(digits) and not (match.group(1) is None and OTHER_NUMBER.search(before(text, match.start()))):
            yield match.span()


_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}[ ]?\d{2}(?:[ \u00a0\u202f-]?[A-Z\d]){11,30}")


def _ibans(text):
    for match in _IBAN.finditer(capitals(text)):
        wanted = iban_length(match.group()[:2])
        compact, end = [], match.start()
        for place, letter in enumerate(match.group()):
            if letter.isalnum():
                compact.append(letter)
                end = match.start() + place + 1
            if len(compact) == wanted:
                break
        if wanted and iban("".join(compact)) and not text[end:end + 1].isalnum():
            yield match.start(), end


# -- IP addresses -------------------------------------------------------------------------
_IPV4 = re.compile(r"(?<![\w.@-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-F:.]{0,44}:[0-9A-F:.]{0,44}:)[0-9A-F:.]{6,45}", re.IGNORECASE)
_NOT_AN_ADDRESS = re.compile(
    r"(?:version|versión|release|build|firmware|update|driver|v\.?|ver\.?|section|chapter|§|clause|kapitel|abschnitt|chrome|firefox|kernel|"
    r"python|node|java)[ :=]{0,2}\Z", re.IGNORECASE)


def _ips(text):
    for match in _IPV4.finditer(text):
        parts = match.group().split(".")
        if all(int(part) < 256 and str(int(part)) == part for part in parts) and not _NOT_AN_ADDRESS.search(before(text, match.start())):
            yield match.span()
    for match in _IPV6.finditer(text):
        address = match.group().rstrip(":.") if not match.group().endswith("::") else match.group()
        end = match.start() + len(address)
        groups = [group for group in address.split(":") if group]
        if len(groups) >= 2 and any(c.isdigit() for c in address) and not text[end:end + 1].isalnum():
            try:
                ipaddress.IPv6Address(address)
            except ValueError:
                continue
            yield match.start(), end


# -- keys ---------------------------------------------------------------------------------
# How well-known services begin their keys, as they document it, so that leaked ones can be found.
_KNOWN_KEY = re.compile(r"""(?<![\w-])(?:
    (?:AKIA|ASIA)[A-Z0-9]{16}(?!\w)                         # Amazon
  | gh[pousr]_[A-Za-z0-9]{30,255} | github_pat_\w{22,255}   # GitHub
  | glpat-[\w-]{20,64} | npm_[A-Za-z0-9]{36} | pypi-[\w-]{16,512} | rubygems_[0-9a-f]{48} | dckr_pat_[\w-]{20,64}
  | xox[abeoprs]-[\w-]{10,255}                              # Slack
  | [sr]k_(?:live|test)_[A-Za-z0-9]{10,255} | whsec_[A-Za-z0-9+/=]{20,255} | pk_live_[A-Za-z0-9]{10,255}  # Stripe
  | sk-(?:[a-z0-9]{2,10}-){0,3}[\w-]{16,255}
  | (?:hf|gsk|r8|nvapi|pplx|xai|lin_api|dop_v1|doo_v1|figd|secret|ntn|tskey-auth|atlasv1)[_-][\w-]{20,255}
  | AIza[\w-]{35} | ya29\.[\w-]{20,512} | GOCSPX-[\w-]{20,64}  # Google
  | SG\.[\w-]{16,64}\.[\w-]{16,128} | key-[0-9a-f]{32} | shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32} | sq0(?:atp|csp)-[\w-]{20,64}
  | dapi[0-9a-f]{32} | sntrys_[\w=+/-]{20,255} | glsa_\w{20,64}
  | PMAK-[\w-]{20,80} | CFPAT-[\w-]{20,64} | xapp-[\w-]{20,255} | key_[A-Za-z0-9]{20,64}
  | [MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}            # Discord
  | hv[sb]\.[\w-]{20,255} | ATATT3[\w=-]{20,255} | AGE-SECRET-KEY-1[A-Z0-9]{40,80} | EAA[A-Za-z0-9]{60,255}
  | (?:AC|SK)[0-9a-f]{32}(?!\w) | \d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])  # Twilio, Telegram
  | eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{8,2000}       # JSON Web Token, RFC 7519
)""", re.VERBOSE)
_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
# Characters of a private key, at most: a 16,384-bit RSA key has 12,500.
_LONGEST_KEY = 20_000
_IN_URL = re.compile(r"://([^\s/:@]{1,64}:[^\s/:@]{1,128})@")
_NAMED_KEY = re.compile(
    r"(?<![^\W_])(?:(?:api|access|secret|private|auth|client|license|encryption|recovery|signing|app|wifi|wi-?fi)[ _-]?(?:key|token|"
    r"secret|id)|"
    r"api[ _-]?schlüssel|secret|token|bearer|pass(?:word|wort|wd|phrase|code)|pwd|kennwort|mot de passe|mdp|contraseña|clave(?: api)?|"
    r"cl[ée](?: d'api| api)?|jeton|schlüssel)(?![^\W_])[\"'`*_]{0,3} ?(?:is|ist|est|es|lautet)?[ \t]?[:=]?[ \t\"'`*]{0,4}([^\s\"'`<>,;|"
    r"]{8,512})", re.IGNORECASE)
# A long, random word soon after one that speaks of a key: «deploy key for the blog 3f9c…».
_NEAR_KEY = re.compile(r"(?<![^\W_])(?:keys?|tokens?|secrets?|credentials?|schlüssel|jeton|"
                       r"clave)(?![^\W_])[^\n]{0,30}?[\s\"'`:=(]([A-Za-z0-9_+/=.-]{20,512})(?![\w@])",
                       re.IGNORECASE)
_NAMED_SETTING = re.compile(r"(?<![^\W_])\w{0,40}(?:key|token|secret|passw(?:or)?d)[\"']?[ \t]{0,2}[:=][ \t]{0,2}[\"'`]?([^\s\"'`<>,;|"
                            r"]{12,512})", re.IGNORECASE)
_LONG = re.compile(r"(?<![\w/+=.:@&?%-])[A-Za-z0-9+/_-]{32,512}={0,2}(?![\w/+=.@%-])")


def _entropy(text):
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _random(text, least):
    """True when ``text`` looks drawn by lot: letters and digits mixed, at least ``least`` bits a character."""
    return (any(c.isdigit() for c in text) and any(c.isalpha() for c in text) and not text.isalpha()
            and _entropy(text) >= least)


def _keys(text):
    for match in _KNOWN_KEY.finditer(text):
        yield match.span()
    for match in _PEM.finditer(text):
        end = _PEM_END.search(text, match.end(), match.end() + _LONGEST_KEY)
        yield match.start(), end.end() if end else match.end()
    for match in _IN_URL.finditer(text):
        yield match.span(1)
    for match in _NAMED_KEY.finditer(text):
        key = match.group(1).rstrip(".)!?:…”»")
        if len(key) >= 8 and _random(key, 2.5) and "://" not in key and "@" not in key[:1] and not re.fullmatch(r"[\d./:TZ+-]+", key):
            yield match.start(1), match.start(1) + len(key)
    for expression in (_NEAR_KEY, _NAMED_SETTING):
        for match in expression.finditer(text):
            key = match.group(1).rstrip(".)!?:")
            if len(key) >= 12 and _random(key, 3.0) and "://" not in key and not re.fullmatch(r"[\d./:TZ+-]+", key):
                yield match.start(1), match.start(1) + len(key)
    for match in _LONG.finditer(text):
        key = match.group()
        mixed = any(c.islower() for c in key) and any(c.isupper() for c in key)
        if mixed and _random(key, 4.2) and "//" not in key and key.count("/") < 4 and key.count("-") < 4:
            yield match.span()


# -- birth dates --------------------------------------------------------------------------
_MONTHS = {name: number for number, names in enumerate((
    "january jan januar jänner janvier janv enero ene", "february feb februar febr feber février fevrier févr fév febrero",
    "march mar märz maerz mär mrz mars marzo", "april apr avril avr abril abr", "may mai mayo", "june jun juni juin junio",
    "july jul juli juillet juil julio", "august aug août aout agosto ago", "september sep sept septembre septiembre setiembre set",
    "october oct oktober okt octobre octubre", "november nov novembre noviembre", "december dec dezember dez décembre déc diciembre dic"),
    1)
    for name in names.split()}
_MONTH = r"(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![^\W_])\.?"
_DATE = re.compile(rf"""(?<![\w.,/-])(?:
    (?P<y1>\d{{4}})(?P<sep1>[-/.])(?P<m1>\d{{1,2}})(?P=sep1)(?P<d1>\d{{1,2}})
  | (?P<d2>\d{{1,2}})(?P<sep2>[-/]|\.[ ]?)(?P<m2>\d{{1,2}})(?P=sep2)(?P<y2>\d{{4}}|\d\d)
  | (?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|[.º°])?[ ]?(?:of[ ]|de[ ]|[-/])?
    (?P<m3>{_MONTH})(?:,?[ ](?:de[ ]|del[ ])?|[-/])['’]?(?P<y3>\d{{4}}|\d\d(?!\d))
  | (?P<m4>{_MONTH})[ ](?:the[ ])?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,[ ]?|[ ])(?:of[ ])?['’]?(?P<y4>\d{{4}})
  | (?P<d5>\d{{1,2}})(?:st|nd|rd|th|er|[.º°])?[ ](?:of[ ]|de[ ])?(?P<m5>{_MONTH})
  | (?P<m6>{_MONTH})[ ](?:the[ ])?(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?
)(?![\w/-]|[.,]\d)""", re.VERBOSE | re.IGNORECASE)
_BORN = re.compile(
    r"(?<![^\W_])(?:(?P<day>birthdays?|bday|geburtstag\w*|anniversaire|cumpleaños|cumple)|born|b\.|d\.?o\.?b\.?|birth ?-?dates?|date of "
    r"birth|birth|"
    r"geboren\w*|geb\.?|geburtsdat\w*|née?s?(?:\(e\))?|naissance|naci(?:do|da|ó|miento|mos)|nací|f\.? ?nac\.?|nat[oa] il|nascita|"
    r"nascid[oa]|nascimento|geboortedatum|urodz\w*)(?![^\W_])", re.IGNORECASE)
# What a birthday has besides a date of birth: such a date is an appointment.
_PARTY = re.compile(
    r"(?<![^\W_])(?:party|dinner|lunch|brunch|drinks|cake|present|gift|card|trip|booked|due|appointment|feier\w*|party|essen|geschenk|"
    r"termin|"
    r"entbindung\w*|fête|cadeau|dîner|fiesta|regalo|cena|celebra\w*|celebrat\w*|until|since|bis|seit|published|founded|released|"
    r"opened)(?![^\W_])",
    re.IGNORECASE)
_BIRTHDAY_AFTER = re.compile(
    r"[ )]{0,2}(?:\((?:birthday|b-?day|dob|date of birth|geburtstag|geb\.?|anniversaire|cumpleaños)|(?:is|was|ist|est|es) (?:(?:my|his|"
    r"her|their|"
    r"mum's|mom's|dad's|mein|sein|ihr|mon|son|mi|su|\w+['’]s) )?(?:date of birth|dob|birthday|bday|geburtstag|geburtsdatum|anniversaire|"
    r"cumpleaños)|"
    r"geboren|zur welt gekommen)", re.IGNORECASE)
# Characters before a date in which a word about birth may stand.
_BORN_WITHIN = 60
_SENTENCE = re.compile(r"[.!?…]\s+(?=[^\W\d_a-zà-ÿ])|\n\s*\n|;")
_BORN_ABBREVIATED = re.compile(r"(?:[(]|,\s?|\s)[*]\s?\Z")


def _day(match):
    parts = {key[0]: value for key, value in match.groupdict().items() if value and key[0] in "ymd"}
    month = parts["m"].rstrip(".").lower()
    month = int(month) if month.isdigit() else _MONTHS[month]
    day, year = int(parts["d"]), parts.get("y")
    if 12 < month <= 31 and day <= 12:
        day, month = month, day  # written the American way
    if year and len(year) == 2:
        year = 1900 + int(year) if int(year) > date.today().year % 100 else 2000 + int(year)
    try:
        return date(int(year or 2000), month, day)
    except ValueError:
        return None


def _birth_dates(text):
    for match in _DATE.finditer(text):
        context = text[max(0, match.start() - _BORN_WITHIN):match.start()]
        context = _SENTENCE.split(context)[-1]
        born = _BORN_ABBREVIATED.search(context)
        for birth in _BORN.finditer(context):
            born = not (birth["day"] and _PARTY.search(context, birth.start()))
        if not born and not _BIRTHDAY_AFTER.match(text, match.end(), match.end() + 60):
            continue
        day = _day(match)
        if day and 1880 <= day.year and day <= date.today():
            yield match.span()


_FINDERS = (("key", _keys), ("email", _emails), ("iban", _ibans), ("card", _cards), ("ip", _ips), ("birth_date", _birth_dates))


def find(text):
    """Return what was found in ``text`` as a list of ``(start, end, kind)``."""
    return [(start, end, kind) for kind, finder in _FINDERS for start, end in finder(text)]
