"""Step 7: lays the pruned model out as the arrays of the shipped file.

Offers ``quantise(levels, vocabulary)`` -> arrays by name, and ``write(arrays, path)``.
The format itself belongs to ``app.engine.kneser_ney``, which reads it.
"""

import io
import zipfile

import numpy as np

from app.engine.kneser_ney import KneserNey, quantise_p
from models.training.completion.count import last, prefix


def quantise(levels, vocabulary):
    """Return the arrays of the file for ``levels`` over the words of ``vocabulary``."""
    laid, place = [], np.arange(len(levels[0].p))  # place: sorted position -> position in the file
    for level, below in zip(levels[1:], levels):
        context = place[np.searchsorted(below.keys, prefix(level.keys))]
        word = last(level.keys)
        # Most probable first; the unpredictable ties of floats must not decide the order.
        order = np.lexsort((word, quantise_p(level.p), context))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        laid.append((context[order], word[order], level.p[order], level.backoff[order]))
    return KneserNey.pack(vocabulary.words, vocabulary.surfaces, levels[0].p, levels[0].backoff, laid)


def write(arrays, path):
    """Write ``arrays`` as a deflated ``.npz`` and return its bytes.

    Unlike ``numpy.savez_compressed`` it stores no clock time: the same arrays give the
    same bytes, and so the same hash.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, member.getvalue(), compresslevel=9)
    with open(path, "rb") as file:
        return file.read()
