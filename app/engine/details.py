"""The feature «details»: finds personal details in a note.

Offers ``Details``: ``await Details.load(models)``, then ``answer({"text"})``; ``named(text)`` for looking back on many notes.

What has a shape is found by its pattern and, where there is one, its check digit; names and addresses by
the tagger. Where two overlap, the surer kind stays (``_ORDER``).
"""

import io
import json
import re
import zipfile
import zlib

import numpy as np

from app.engine import details_ids, details_patterns
from app.engine.details_phone import PhoneNumbers
from app.engine.details_tagger import Tagger
from app.everywhere.errors import ModelError

# What the file calls itself; a file with another number is refused.
FORMAT = 1

# The surest first: of two details that overlap, the earlier kind stays.
_ORDER = ("key", "email", "iban", "card", "national_id", "ip", "birth_date", "phone", "address", "name")


class Details:
    def __init__(self, phones, tagger):
        self._phones, self._tagger = phones, tagger

    @classmethod
    async def load(cls, models):
        """Return the feature; ``models``: a ``ModelFiles``. Raises ``ModelError``."""
        return cls.read(await models.data("details"))

    @classmethod
    def read(cls, data):
        """The feature from the bytes of its file; ModelError says what is wrong with them."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
        except (OSError, EOFError, ValueError, KeyError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(f"The model of personal details cannot be read: {error}") from None
        try:
            if int(arrays["format"][0]) != FORMAT:
                raise ModelError(f"The model of personal details has format {int(arrays['format'][0])}; this version reads {FORMAT}.")
            details = cls(PhoneNumbers(json.loads(arrays["phones"].tobytes())), Tagger(arrays))
            details.answer({"text": "Anna, 0"})  # shapes that do not fit show here
        except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
            raise ModelError(f"The model of personal details does not hold what it should: {error}") from None
        return details

    def answer(self, payload):
        """{"text"} → {"details": [{"start", "end", "kind", "text"}]}, in order, apart; offsets in characters."""
        text = payload["text"]
        return {"details": [{"start": start, "end": end, "kind": kind, "text": text[start:end]} for start, end, kind in self.find(text)]}

    def named(self, text):
        """Return (people, towns) that ``text`` names, two lists of str, each name as often as it stands there; «'s» is cut.

        Only the tagger is asked. A name within an address of the internet is none.
        """
        return tuple([_POSSESSIVE.sub("", text[start:end]) for start, end in spans if not _in_address(text, start, end)]
                     for spans in self._tagger.named(text))

    def find(self, text):
        """Return the details in ``text`` as a list of ``(start, end, kind)``, in order, apart."""
        found = details_patterns.find(text)
        found += [(start, end, "national_id") for start, end in details_ids.find_ids(text)]
        found += [(start, end, "phone") for start, end in self._phones.find(text)]
        found += self._tagger.find(text)
        return _apart(found)


_POSSESSIVE = re.compile(r"['\u2019]s\Z")
# What stands beside a word of an e-mail address, a web address or a handle.
_ADDRESS_MARKS = frozenset("@/_\\=")


def _in_address(text, start, end):
    return text[start - 1:start] in _ADDRESS_MARKS or text[end:end + 1] in _ADDRESS_MARKS or text[end:end + 1] == "." and text[end + 1:end + 2].isalnum()


# Characters to a cell of the grid in which overlaps are looked for, so that each detail is compared with its neighbours only.
_CELL = 64


def _apart(found):
    """Return those of ``found`` that overlap no surer one, in order of place. Of one kind the longer is surer."""
    grid, kept = {}, []
    for start, end, kind in sorted(found, key=lambda span: (_ORDER.index(span[2]), span[0] - span[1], span[0])):
        cells = range(start // _CELL, (end - 1) // _CELL + 1)
        if not any(start < other_end and other_start < end for cell in cells for other_start, other_end in grid.get(cell, ())):
            for cell in cells:
                grid.setdefault(cell, []).append((start, end))
            kept.append((start, end, kind))
    return sorted(kept)
