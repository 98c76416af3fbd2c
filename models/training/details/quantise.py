"""Step 7: packs all that ``app/engine/details.py`` reads into one ``.npz``.

Offers ``pack(weights, filters, phones)`` -> the arrays of the file. The looked-up tables become int8 with a scale for each row; rows that
no training text used are zeros. The rest, small, becomes float16.
"""

import json

import numpy as np

from app.engine.details import FORMAT
from app.engine.details_tagger import COLUMNS


def _rows(table):
    """Return a table as int8 and the scales (rows,) as float16 that undo it."""
    scales = (np.abs(table).max(1) / 127).astype(np.float16)
    safe = np.where(scales > 0, scales, 1).astype(np.float32)
    return np.clip(np.rint(table / safe[:, None]), -127, 127).astype(np.int8), scales


def pack(weights, filters, phones):
    """Return the arrays. ``weights``: ``Network.arrays()``; ``filters``: uint8 arrays; ``phones``: ``extract()``."""
    arrays = {"format": np.array([FORMAT], np.int32)}
    for table in sorted(set(COLUMNS)):
        arrays[table], arrays[f"{table}_scales"] = _rows(weights[table])
    for name, array in weights.items():
        arrays.setdefault(name, array.astype(np.float16))
    for number, filter_ in enumerate(filters):
        arrays[f"list{number}"] = filter_
    arrays["phones"] = np.frombuffer(json.dumps(phones, separators=(",", ":")).encode(), np.uint8)
    return arrays
