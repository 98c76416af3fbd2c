"""Step 7: writes what was trained as the file that ships.

Offers ``write(pieces, student, reader, path)`` -> its bytes. The format belongs to ``app.engine.vectors``.
"""

import numpy as np

from app.engine.vectors import Vectors
from models.training.manifest import write_arrays


def _array(tensor):
    return tensor.detach().numpy()


def _matrix(linear):
    """Return a layer's weights as (inputs + 1, outputs), the bias last."""
    return np.concatenate([_array(linear.weight).T, _array(linear.bias)[None]])


def network(student):
    """Return the matrices of the student's network, in the order of ``app.engine.vectors.NETWORK``."""
    return [_array(student.narrow.weight).T, _array(student.widen.weight).T, _matrix(student.first), _matrix(student.second)]


def transformer(reader):
    """Return the reader's arrays by the names that ``app.engine.transformer`` gives them."""
    arrays = {"turned": _matrix(reader.turned), "ends": _array(reader.ends), "position": _array(reader.position),
              "out": _matrix(reader.out)}
    for place, layer in enumerate(reader.layers):
        for part in ("query_key_value", "joined", "wider", "narrower"):
            arrays[f"{place}.{part}"] = _matrix(getattr(layer, part))
        for part in ("norm1", "norm2"):
            arrays[f"{place}.{part}"] = _array(getattr(layer, part))
    return arrays


def write(pieces, student, reader, path):
    """Write ``vectors.en.npz`` and return its bytes; ``reader`` may be None."""
    return write_arrays(Vectors.pack(pieces, _array(student.table), network(student), reader and transformer(reader)), path)
