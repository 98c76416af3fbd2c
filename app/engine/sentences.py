"""Cuts a note into sentences, in any language that marks their ends.

Offers ``sentences(text)`` -> ``[(start, end)]``: offsets of every sentence, in order, without the white space, list
marks and headings' marks around it. Code between fences is no sentence and is left out.

    >>> text = "Met Dr. Gray at 3.30 p.m. today. Nice!"
    >>> [text[start:end] for start, end in sentences(text)]
    ['Met Dr. Gray at 3.30 p.m. today.', 'Nice!']

A sentence ends at one of the marks of Unicode's «Sentence_Terminal» property (UAX #29 names the rules that any
splitter begins with), at the end of a paragraph or list item, and at the end of a line unless the next one goes on
in small letters. A full stop after an abbreviation, an initial or the number of a day does not end it. Thai, which
has no mark, is cut where lines end.
"""

import re

# Characters. A longer sentence (a pasted table, a text without marks) is cut at a space near this length.
LONGEST_SENTENCE = 1500

# Abbreviations that something always follows (titles, «for example»): a stop after them ends nothing.
_NEVER = set("""
mr mrs ms mx dr prof rev hon gen col sgt capt lt st ste mt ft vs approx cf eg e.g ie i.e viz incl esp ca c.f
z.b u.a d.h s.o s.u o.ä i.d.r u.u z.t z.zt bzw bspw evtl ggf vgl inkl exkl hr fr frl dipl ing mag geb verh bes allg zzgl abzgl
m mm mme mlle mgr p.ex ex env av bd sr sra srta dr dra d dª ud uds vd pág p.ej ej núm apdo sig sig.ra dott avv ing pag
dhr mevr bijv b.v m.b.v o.a d.w.z t.a.v i.p.v t.ex bl.a s.k f.d m.fl f.eks bl.a dvs ca n.p np tzn tzw m.in ul al pl godz ok wg
např tzv tj t.j mj resp esim mm ns kb ti tzn pl pld kft vö ún т.е т.к напр ул пр г.г стр см им акад проф
""".split())
# Those that something follows only where a number does: «No. 5», «p. 12», «Nr. 3».
_BEFORE_NUMBERS = set("no nos nr nro nº n° num p pp s str vol bd art abs fig tab ch sec chap kap para tel apt jan feb mar apr jun jul "
                      "aug sep sept oct okt nov dec dez hl č čís núm pág св".split())
# Those that often close a sentence: they end it where a capital or a new line follows.
_MAYBE = set("etc usw u.s.w uvm osv itd itp atd apod enz ecc stb jne jnt inc ltd co corp jr sr a.m p.m am pm u.s u.k b.c a.d т.д т.п др "
             "к.т руб dgl u.dgl".split())
_MONTHS = set("""
january february march april may june july august september october november december januar jänner februar märz mai juni juli oktober
dezember januari februari mars maj augusti augustus oktober desember december ledna února března dubna května června července srpna září
října listopadu prosince stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia január február
március április május június július augusztus szeptember október november tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta
kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta klasse stock etage geburtstag jahrhundert
""".split())

_OPENING = "\"'“”„‘’«»‹›([{「『（【《〈¿¡*_"
_CLOSING = "\"'”’“»›)\\]}」』）】》〉*_"
_END = re.compile(
    # Marks that a space or the end follows, with what closes around them.
    rf"(?P<stop>[.!?…‽؟۔।॥։።။៕]+)(?P<close>[{_CLOSING}]{{0,4}})(?=\s|\Z)"
    # Marks of scripts that put no space after them.
    rf"|(?P<wide>[。！？｡．‼⁉⁇⁈]+|(?<=[\u3040-\u30ff\u4e00-\u9fff])[!?…]+)(?P<wide_close>[{_CLOSING}]{{0,4}})"
    # A forgotten space: «I left.Then it rained».
    r"|(?P<tight>(?<=[a-zà-öø-ÿа-я]{2})[.!?]+)(?=[A-ZÀ-ÖØ-ÞА-Я][a-zà-öø-ÿа-я])"
    r"|(?P<line>\n\s*)")
_MARK = re.compile(r"[ \t]*(?:(?:[-*+•–>](?:[ \t]+\[[ xX]\])?|#{1,6}|\(?\d{1,3}[.)])[ \t]+)+")
_FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_RULE = re.compile(r"[\s\-*_=#>|.~•]*\Z")
_WORD_BEFORE = re.compile(r"[^\s()\[\]{}\"'“”„«»]{1,24}\Z")


def sentences(text):
    """Return ``[(start, end)]`` of the sentences of ``text``. Any string; the time is linear in its length."""
    found = []
    start = 0
    for fence in _FENCE.finditer(text):
        _cut(text, start, fence.start(), found)
        start = fence.end()
    _cut(text, start, len(text), found)
    return found


def _cut(text, start, end, found):
    """Append the sentences of ``text[start:end]`` to ``found``."""
    for match in _END.finditer(text, start, end):
        if match.start() >= start and _ends(text, start, match, end):
            _add(text, start, match.start() if match["line"] is not None else match.end(), found)
            start = match.end()
    _add(text, start, end, found)


def _add(text, start, end, found):
    """Append ``text[start:end]`` without what surrounds it, cut where it is too long, unless it says nothing."""
    while start < end and text[start].isspace():
        start += 1
    # Marks count at the beginning of a line only: elsewhere «- » is a dash.
    if start == 0 or text[max(0, start - 40):start].rpartition("\n")[2].strip() == "" and "\n" in text[max(0, start - 40):start]:
        mark = _MARK.match(text, start, end)
        if mark:
            start = mark.end()
    while start < end and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST_SENTENCE:
        middle = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        middle = middle if middle > 0 else start + LONGEST_SENTENCE
        found.append((start, middle))
        start = middle + text[middle].isspace()
    if start < end and not _RULE.match(text, start, end):
        found.append((start, end))


def _ends(text, start, match, end):
    """True if the mark that ``match`` found ends a sentence that begins at ``start``."""
    if match["line"] is not None:
        return _line_ends(text, start, match, end)
    if match["wide"] is not None or match["tight"] is not None:
        # A closing mark and a small particle go on: 「はい。」と言った.
        return not (match["wide_close"] and text[match.end():match.end() + 1] in ("と", "っ", "，", "、", ","))
    after = match.end()
    while after < end and text[after] in " \t\u00a0":
        after += 1
    following = text[after:after + 1]
    while following and following in _OPENING and after < end - 1:
        after += 1
        following = text[after:after + 1]
    if not following or following == "\n":
        return True
    stop = match["stop"]
    if following.islower() and (len(stop) > 1 and set(stop) <= set(".…") or stop == "…" or match["close"] and stop != "."):
        return False  # «well... maybe», «"Really?" she asked»
    if stop != ".":
        return True
    before = _WORD_BEFORE.search(text, max(start, match.start() - 25), match.start())
    if not before:
        return True
    word = before.group()
    lower = word.lower()
    if lower in _NEVER or re.fullmatch(r"(?:[^\W\d_]{1,2}\.){1,3}[^\W\d_]{1,2}", lower) and lower not in _MAYBE:
        return following.isupper() and lower.endswith("etc")
    if lower in _BEFORE_NUMBERS:
        return not following.isdigit()
    if lower in _MAYBE:
        return following.isupper()
    if len(word) == 1 and text[after + 1:after + 2] == ".":
        return False  # «z. B.», «J. R. Smith»
    if len(word) == 1 and word.isupper() and word != "I":
        return not following.isupper()  # an initial
    if word.isdigit() and len(word) <= 3 and not text[start:match.start() - len(word)].strip():
        return False  # «1. First» in a list
    if word.isdigit() and len(word) <= 2:
        # «am 3. Mai», «5. kerros»: a day or an ordinal; «I was 12. We left» is none.
        follows = re.match(r"\w+", text[after:after + 24])
        return not (following.islower() or follows and follows.group().lower() in _MONTHS)
    return True


def _line_ends(text, start, match, end):
    """True unless the line goes on: the next begins in small letters, and neither is a list item or heading."""
    gap = match.group()
    if gap.count("\n") > 1:
        return True
    after = match.end()
    following = text[after:after + 40].lstrip(" \t")
    if not following or not following[0].islower() or _MARK.match(text, after, end):
        return True
    line = text[text.rfind("\n", max(0, start - 1), match.start()) + 1:match.start()]
    return bool(_MARK.match(line)) or len(line) < 40 or text[match.start() - 1:match.start()] in (":", ";")
