"""Finds phone numbers, by country.

Offers

- ``PhoneNumbers(table)``: reads the numbering plans of ``models/details.npz``.
- ``numbers.find(text)``: the phone numbers of a text, as ``(start, end)``.

The plans are Google's libphonenumber metadata as the package phonenumberslite carries it, cut down to what
tells a number from another (``models/training/details/extract_phones.py``). A number that begins with a country's
code needs that country's plan. One without must look like a phone number as well, or be announced as
one: which country it belongs to is not known, and in some country almost any number is possible.
"""

import re

from app.engine.details_ids import OTHER_NUMBER, before, ean13

# Countries whose numbers are also read without a country's code: those of the languages that the
# tagger knows, and their neighbours. More would let more order numbers pass.
HOME = ("US", "CA", "GB", "IE", "AU", "NZ", "ZA", "IN", "DE", "AT", "CH", "FR", "BE", "LU", "NL", "ES", "MX", "IT", "PT", "PL", "SE", "DK",
        "NO", "FI", "CZ", "BR", "AR", "CO", "CL")

_RUN = re.compile(r"(?<![\w@#$€£_+])(?<!\d[:.,/-])(?:\(?\+ ?)?\(?\d[\d ()./\u00a0\u202f\u2010-\u2013-]{4,28}\d(?![\w@%€$£°]|[:.,]\d| "
                  r"?[€$£%°])")
_GROUP = re.compile(r"\d+")
# Digits of a phone number with its country's code, at most (ITU-T E.164), and of one without, at least.
_MOST_DIGITS = 15
_LEAST_DIGITS = 7
# Groups of digits that a number is written in, at most: more are a list of numbers.
_MOST_GROUPS = 7

_DATE_LIKE = re.compile(r"\d{1,2}([./-] ?)\d{1,2}\1(?:\d{4}|\d\d)|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:[ -]\d\d?(?:[.-]\d\d)*)?|\d{4} ?[–-] "
                        r"?\d{2,4}|"
                        r"\d{1,2}([./-])\d{1,2}\2\d{2,4} \d{1,2}(?:[.]\d\d)?")
_DECIMAL = re.compile(r"\d+\.\d+|\d{1,3}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3}){1,2}|\d+\.\d+[ -]+\d+\.\d+|(?:\d{1,2} ?[-–] ?){1,5}\d{1,2}")
# «Number» announces a phone number only where it says whose, and not what it counts: «her number», not «service number».
_PHONE = re.compile(
    r"(?<!\w)(?:(?:tele|smart)?phones?|tel|telephone|mobile|mob|cell|cellphone|call|calls|called|calling|ring|rings|rang|dial|text|texts|"
    r"texted|txt|sms|"
    r"whats ?app|fax|ph|landline|hotline|voicemail|signal|facetime|reach|reached|handy\w*|telefon\w*|mobil\w*|handynummer|"
    r"rufnummer|festnetz\w*|anruf\w*|anzurufen|angerufen|ruf|rufe|rufen|ruft|durchwahl|rückruf\w*|erreich\w*|téléphon\w*|tél|portable|"
    r"appel\w*|joindre|joignable|fixe|rappel\w*|teléfono\w*|telefono|tlf|tfno|móvil|movil|celular|llam\w*|fijo|[mt](?=[.:])|"
    r"(?:(?:my|your|his|her|their|our|the|a|an|new|old|this|that|other|best|direct|same|house|home|work|office|contact|emergency|"
    r"\w+['’]s|meine?|deine?|seine?|"
    r"ihre?|neue|die|mon|ton|son|le|un|nouveau|mi|tu|su|el|nuevo) |^\W{0,6})(?:number|num|nummer|numéro|número|numero))(?!\w)",
    re.IGNORECASE)
_PHONE_AFTER = re.compile(
    r"[ ,)]{0,3}(?:\(?(?:mobile|cell|home|work|landline|phone|tel|whatsapp|handy|festnetz|mobil|privat|portable|fixe|móvil|fijo)(?!\w)|"
    r"(?:is|was|ist|est|es) (?:my|her|his|their|our|the|meine|ihre|seine|die|mon|son|ma|sa|le|mi|su|el) ?(?:new |neue |nouveau |nuevo )?"
    r"(?:number|mobile|cell|phone|nummer|handynummer|telefonnummer|numéro|número|móvil|teléfono))", re.IGNORECASE)
# How numbers without a leading zero are grouped where the plan has none (North America, Spain, Portugal, Poland, Czechia,
# Denmark, Norway): without a word that announces it, only these pass.
_GROUPED = {
    "US": re.compile(r"(?:1[ .-])?(?:\(\d{3}\)[ .-]?|\d{3}([ .-]))\d{3}[ .-]\d{4}"),
    "ES": re.compile(r"[6-9]\d\d([ .-])\d{3}\1\d{3}|[6-9]\d\d([ .-])\d\d\2\d\d\2\d\d|9\d([ .-])\d{3}\3\d\d\3\d\d"),
    "PT": re.compile(r"[29]\d\d([ .-])\d{3}\1\d{3}"),
    "PL": re.compile(r"[4-8]\d\d([ -])\d{3}\1\d{3}"),
    "IT": re.compile(r"3\d\d([ .-])\d{3}[ .]?\d{4}|3\d\d([ .-])\d\d\2\d\d\2\d{3}"),
    "BR": re.compile(r"\(\d\d\) ?9?\d{4}-\d{4}"),
    "MX": re.compile(r"\d\d \d{4} \d{4}"),
}
# What goes before makes it the rest of a longer code: «JD0002 9481 7730 0516».
_PART_OF_A_CODE = re.compile(r"(?<!\w)(?:[^\W\d]+\d|\d+[^\W\d])\w*[ \u00a0-]\Z")
_LOCAL = re.compile(r"[2-9]\d\d[-.]\d{4}")


class PhoneNumbers:
    """``table``: {region: [calling code, trunk prefix, plan of all its numbers, plan by kind of number]}."""

    def __init__(self, table):
        self._table = table
        self._by_code = {}
        for region, (code, *_rest) in table.items():
            self._by_code.setdefault(str(code), []).append(region)
        self._compiled = {}

    def _fits(self, region, number, exactly):
        """True when ``number`` is in the plan of ``region``; ``exactly``: also one of its ranges in use."""
        key = region, exactly
        if key not in self._compiled:
            self._compiled[key] = re.compile(self._table[region][3 if exactly else 2])
        return self._compiled[key].fullmatch(number) is not None

    def find(self, text):
        """Return the phone numbers in ``text`` as a list of ``(start, end)``, in order, apart."""
        found, from_ = [], 0
        while match := _RUN.search(text, from_):
            from_ = match.end()
            for start, end in _pieces(match.group()):
                start, end = match.start() + start, match.start() + end
                if self._is_phone(text, start, end):
                    found.append((start, end))
                    from_ = end
                    break
        return found

    def _is_phone(self, text, start, end):
        written = text[start:end]
        digits = "".join(_GROUP.findall(written))
        if not digits.isascii() or written.count("(") != written.count(")") or " ." in written:
            return False
        international = written.lstrip("( ").startswith("+")
        if international or digits.startswith("00"):
            digits = "".join(_GROUP.findall(written.replace("(0)", "")))
            return self._is_international(digits if international else digits[2:], exactly=not international)
        if not _LEAST_DIGITS <= len(digits) <= 12 or _DATE_LIKE.fullmatch(written):
            return False
        context = before(text, start)
        if _PART_OF_A_CODE.search(context):
            return False
        announced = _PHONE.search(context)
        other = OTHER_NUMBER.search(context)
        if other and not (announced and _last(_PHONE, context) > _last(OTHER_NUMBER, context)):
            return False
        announced = announced or _PHONE_AFTER.match(text, end, end + 60)
        if _DECIMAL.fullmatch(written) and not (announced and " " in written and len(digits) > 7):
            return False
        if _is_isbn(written, digits):
            return False
        return self._is_national(written, digits, bool(announced))

    def _is_international(self, digits, exactly):
        if len(digits) > _MOST_DIGITS:
            return False
        for length in (1, 2, 3):
            number = digits[length:]
            for region in self._by_code.get(digits[:length], ()):
                trunk = self._table[region][1]
                if self._fits(region, number, exactly) or trunk and number.startswith(trunk) and self._fits(region, number[len(trunk):],
                    exactly):
                    return True
        return False

    def _is_national(self, written, digits, announced):
        groups = _GROUP.findall(written)
        if announced and _LOCAL.fullmatch(written):
            return True
        for region in HOME:
            trunk = self._table[region][1]
            if trunk == "0":
                # Italy's zero belongs to the number and is no trunk prefix: it is never cut off.
                if not digits.startswith("0"):
                    continue
                number = digits[1:]
            else:
                number = digits[len(trunk):] if trunk and len(digits) > 10 and digits.startswith(trunk) else digits
            exactly = self._fits(region, number, exactly=True)
            if announced and (exactly or len(digits) >= 9 and self._fits(region, number, exactly=False)):
                return True
            if digits.startswith("0"):
                shaped = len(groups[0]) >= 2 and (len(groups) > 1 and len(digits) >= 9 or len(digits) >= 10 and exactly)
                if shaped and self._fits(region, number, exactly=False):
                    return True
            elif region in _GROUPED and _GROUPED[region].fullmatch(written) and self._fits(region, number, exactly=False):
                return True
        return False


def _pieces(run):
    """Yield the parts of a run of groups of digits that may be one number, the longest first."""
    groups = [match.span() for match in _GROUP.finditer(run)]
    for first, (start, _) in enumerate(groups):
        if first and run[start - 1] not in "+(":
            continue  # the middle of a number
        while start and run[start - 1] in "+(" or start > 1 and run[start - 2:start] == "+ ":
            start -= 1
        for _, end in reversed(groups[first:first + _MOST_GROUPS]):
            yield start, end


def _last(expression, context):
    return max(match.start() for match in expression.finditer(context))


def _is_isbn(written, digits):
    if len(digits) == 13 and digits[:3] in ("978", "979"):
        return ean13(digits)
    # A group of one digit at the front and at the back: ISBN-10.
    if len(digits) == 10 and re.fullmatch(r"\d-\d{2,7}-\d{1,6}-\d", written):
        return sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11 == 0
    return False
