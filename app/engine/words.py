"""Reads text as words: the one tokeniser of training, of learning and of completion.

Offers

- ``tokens(text)``: the words of a text and the marks between them, in order.
- ``caret(before)``: what stands before the caret: the context, the word being typed,
  and whether a suggestion is welcome there at all.
- ``sentences(text)``: the same tokens cut where sentences end.
- ``gap(word)``: what stands between a word and the next: a space, but nothing after "l'".
- ``UNSPACED``, ``MARKS``: characters of scripts without spaces, and combining marks inside words, for character classes.

A token is ``(kind, text)``. Words keep their letters and casing; apostrophes are made
straight. Everything a model must not learn (numbers, addresses, code) becomes a mark
without text, so that it can separate words and never be suggested.

    >>> tokens("Well, it's 9 pm.")
    [('word', 'Well'), ('pause', ''), ('word', "it's"), ('number', ''), ('word', 'pm'), ('end', '')]
"""

import re

# Longest run of letters that counts as a word, in characters. Longer runs are noise
# (a pasted key, a stuck key) and are read as "other".
LONGEST_WORD = 32

# How much of the text before the caret is read, in characters. A 4-gram sees three words;
# the rest feeds the cache of words in use. More costs time at every keystroke.
CARET_WINDOW = 400

# Scripts written without spaces (Thai, Lao, Burmese, Khmer, kana, ideographs, Yi): a run
# of their letters is not a word, so it is read as "other".
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff" \
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
# Combining marks that belong inside a word but are not letters to Python's \w.
MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u093a-\u094f" \
    "\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d" \
    "\u0cbc-\u0ccd\u0d3e-\u0d4d"
_LETTER = rf"(?:(?![{UNSPACED}])[^\W\d_]|[{MARKS}])"
_WORD = rf"{_LETTER}+(?:['\u2019]{_LETTER}+)*"
# Words that lose their vowel before another (French; Catalan and Italian have some of them)
# are words of their own: who learned «école» can finish «l'école» and «d'école».
_CLITIC = r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['\u2019]"
_VOWEL = "[aeiouhàâæéèêëîïôöœùûü]"
_ELIDED = rf"(?i:{_CLITIC}(?={_VOWEL}|y\b|\Z))"

_TOKEN = re.compile(
    rf"""(?P<address> [^\s@]{{1,64}}@[^\s@]{{1,255}} | (?:https?://|www\.)\S{{1,2000}}
                    | (?:\b[\w-]{{1,63}}\.)(?:com|org|net|io|edu|gov|uk|de|fr|es|ch|at|eu|jp)\b\S{{0,2000}} )
    |(?P<number>  [+$\u00a3\u20ac\#]?\d[\d.,:/\u2019'%-]{{0,60}}(?:{_LETTER}{{1,2}}\b)? )
    |(?P<word>    {_ELIDED} | {_WORD} )
    |(?P<end>     [.!?\u2026]+(?=["'\u2019\u201d)\]*_]*(?:\s|$)) | [\n\u3002\uff01\uff1f]+ )
    |(?P<pause>   [,;:\u2014\u2013] )
    |(?P<space>   [^\S\n]+ )
    |(?P<other>   . )""", re.VERBOSE | re.DOTALL)

# What Markdown puts at the start of a line: list, task, heading and quotation marks.
_LINE_MARK = re.compile(r"^[ \t]*(?:(?:[-*+>]|#{1,6}|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)+", re.MULTILINE)
_PREFIX = re.compile(rf"(?:{_WORD}['\u2019]?)?\Z")
_PREFIX_REACH = LONGEST_WORD + 8
_ELIDED_PREFIX = re.compile(rf"(?:{_ELIDED})+")
# Quotation, emphasis and the Spanish opening marks do not interrupt a sentence.
_SILENT = "\"'()[]{}*_~`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u00bf\u00a1-"
# What may stand immediately before a word that is being typed: a space, an opening mark,
# a dash, emphasis. After anything else (an @, a slash, a digit, a #) it is no plain word.
_OPENS = set(" \n\t\u00a0\u202f([{\"'\u2018\u201c\u201e\u201a\u00ab\u2039\u00bf\u00a1-\u2014\u2013*_~>")

# Contractions as they are often typed. A model reads them as the proper word, so that
# "im" leads on as "I'm" does and the sloppy form is never suggested. Forms that are also
# words of their own (its, well, were, ill) are left alone.
CONTRACTIONS = {form.replace("'", ""): form for form in (
    "i'm i've don't didn't doesn't isn't wasn't weren't aren't haven't hasn't hadn't wouldn't "
    "couldn't shouldn't that's what's there's he's she's you're they're you've they've you'll "
    "they'll i'd've it'll could've would've should've let's here's who's where's how's can't "
    "won't ain't y'all").split() if form not in ("let's", "he's", "she's", "who's")}
CONTRACTIONS |= {"hes": "he's", "shes": "she's"}


def tokens(text):
    """Return the tokens of ``text`` as a list of ``(kind, text)``.

    Kinds are ``word``, ``number``, ``other`` (an address, a symbol, an unspaced script),
    ``pause`` (a comma and its like) and ``end`` (of a sentence or line). Only words carry
    text. Any string is accepted; the time is linear in its length.
    """
    found = []
    for match in _TOKEN.finditer(_LINE_MARK.sub("\n", text)):
        kind = match.lastgroup
        if kind == "space":
            continue
        if kind == "word":
            word = match.group()
            if len(word) <= LONGEST_WORD:
                found.append(("word", word.replace("\u2019", "'")))
                continue
            kind = "other"
        if kind == "address":
            kind = "other"
        if kind == "other" and match.group() in _SILENT:
            continue
        if not (found and found[-1][0] == kind and kind in ("end", "pause", "other")):
            found.append((kind, ""))
    return found


def sentences(text):
    """Return ``text`` as a list of sentences, each a list of tokens without its end."""
    cut, sentence = [], []
    for token in tokens(text):
        if token[0] != "end":
            sentence.append(token)
        elif sentence:
            cut.append(sentence)
            sentence = []
    if sentence:
        cut.append(sentence)
    return cut


class Caret:
    """What stands before the caret.

    ``context``: tokens of the sentence so far, without the word being typed.
    ``recent``: every token of the window, the context included.
    ``prefix``: the letters typed of the current word, "" between words.
    ``spaced``: True when a next word can follow directly (after a space, or at a start).
    ``starts``: True when the word at the caret begins a sentence.
    ``welcome``: False inside code, numbers, addresses and the like.
    """

    def __init__(self, context, recent, prefix, spaced, starts, welcome):
        self.context, self.recent, self.prefix = context, recent, prefix
        self.spaced, self.starts, self.welcome = spaced, starts, welcome


def caret(before):
    """Return the ``Caret`` for the text ``before`` it (a str of any length and content)."""
    before = before[-CARET_WINDOW:]
    line = before[before.rfind("\n") + 1:]
    prefix = _PREFIX.search(before, max(0, len(before) - _PREFIX_REACH)).group()
    rest = before[:len(before) - len(prefix)]
    in_code = before.count("```") % 2 == 1 or line.count("`") % 2 == 1
    glued = bool(prefix) and bool(rest) and rest[-1] not in _OPENS
    snake = rest[-1:] == "_" and rest[-2:-1].isalnum()
    elided = _ELIDED_PREFIX.match(prefix)
    if elided:  # "l'éc": what is being typed is «éc», after the word "l'"
        rest, prefix = rest + elided.group(), prefix[elided.end():]
    open_end = elided or rest[-1:].isspace() or not rest or rest[-1] in "([{\"\u201c\u201e\u2018\u00ab\u00bf\u00a1*_>"
    found = tokens(rest)
    context = []
    for token in reversed(found):
        if token[0] == "end":
            break
        context.append(token)
    context.reverse()
    return Caret(context=context, recent=found, prefix=prefix.replace("\u2019", "'"),
                 spaced=not prefix and bool(open_end), starts=not context,
                 welcome=not (in_code or glued or snake) and len(prefix) <= LONGEST_WORD)


def gap(word):
    """Return what stands between ``word`` and the next one: "" after an elided word ("l'"), else a space."""
    return "" if _ELIDED_PREFIX.fullmatch(word) else " "
