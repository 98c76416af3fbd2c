"""Texts as rows of the table of sentence vectors: the one tokeniser of its two readers, the engine and the command ``advise``.

Offers ``words_of(text)``, the words and marks that the table is asked for, and ``Pieces``, their rows. Not for MicroPython.
"""

import re
import unicodedata

# What opens a piece that continues a word.
CONTINUES = "##"

# Longest run of letters that is looked up, in characters; of a longer one the beginning is.
LONGEST_WORD = 48
# How much of a text is read, in characters: more than any passage, so that a whole book
# given as one text costs no more than a page.
LONGEST_TEXT = 20_000
# Words remembered with their rows, at most; then the memory starts anew. About 10 MB.
REMEMBERED = 60_000

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]")


def words_of(text):
    """Return the words of ``text`` (lower case, without accents) and its ``?`` and ``!``, in order."""
    text = text[:LONGEST_TEXT].lower().replace("\u2019", "'")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return _WORD.findall(text)


class Pieces:
    """Turns words into the rows of a table: whole words, else pieces of them, and pairs of words.

    ``pieces``: sorted list of str; ``index``: {piece: row}.
    """

    def __init__(self, pieces):
        self.pieces = pieces
        self.index = {piece: row for row, piece in enumerate(pieces)}
        self._pairs = {piece: row for piece, row in self.index.items() if " " in piece}
        self._opens = {piece.split(" ")[0] for piece in self._pairs}
        self._known = {}

    def rows(self, text):
        """Return the rows of ``text``, a list of int: those of its words, then those of its pairs."""
        known, found, pairs, before = self._known, [], [], None
        for word in words_of(text):
            spelled = known.get(word)
            if spelled is None:
                spelled = self._spell(word)
            found += spelled
            if before is not None:
                pair = self._pairs.get(before + " " + word)
                if pair is not None:
                    pairs.append(pair)
            before = word if word in self._opens else None
        return found + pairs

    def _spell(self, word):
        """Return the rows of one word: longest pieces first (Y. Wu et al., 2016); letters nobody knows are left out."""
        row = self.index.get(word)
        if row is not None:
            spelled = [row]
        else:
            spelled, first, short = [], 0, word[:LONGEST_WORD]
            while first < len(short):
                for end in range(len(short), first, -1):
                    row = self.index.get((CONTINUES if first else "") + short[first:end])
                    if row is not None:
                        spelled.append(row)
                        break
                first = end
        if len(word) <= LONGEST_WORD:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[word] = spelled
        return spelled
