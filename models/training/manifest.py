"""Writes what the trainings share: rows of ``models/manifest.json``, reference cases, model files.

Offers

- ``write_row(name, feature, file, licence, …)``: a model's row; rows of other models stay.
- ``write_arrays(arrays, path)``: arrays as a deflated ``.npz``, the same bytes for the same arrays.
- ``write_reference(feature, tolerance, cases)``: what the reference implementation answers, for the browser's test.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np

MODELS = Path(__file__).resolve().parents[1]


def write_row(name, feature, file, licence, *, first=False, on_demand=False):
    """Put the row of the model ``name``, whose bytes are in ``models/<file>``, into the manifest.

    ``first``: the first suggestion waits for it. ``on_demand``: it is fetched only when somebody needs it,
    and not part of the offline copy before.
    """
    packed = (MODELS / file).read_bytes()
    path = MODELS / "manifest.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["models"] if path.exists() else []
    row = {
        "name": name, "feature": feature, "file": file, "bytes": len(packed), "sha256": hashlib.sha256(packed).hexdigest(),
        # What travels: the file is deflated already, and no server makes it smaller.
        "transferred": len(packed), "licence": licence, "card": f"{name}.md",
    } | ({"first": True} if first else {}) | ({"on_demand": True} if on_demand else {})
    rows = [other for other in rows if other["name"] != name] + [row]
    path.write_text(json.dumps({"models": sorted(rows, key=lambda row: row["name"])}, indent=2) + "\n", encoding="utf-8")


def write_arrays(arrays, path):
    """Write ``arrays`` to ``path`` and return the bytes.

    Unlike ``numpy.savez_compressed`` it stores no clock time: the same arrays give the same hash.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, member.getvalue(), compresslevel=9)
    return Path(path).read_bytes()


def write_reference(feature, tolerance, cases, name=""):
    """Write ``models/reference/<name or feature>.json``: ``cases`` are ``(payload, value)`` of the reference implementation.

    Numbers must agree within ``tolerance``, everything else exactly.
    """
    path = MODELS / "reference" / f"{name or feature}.json"
    path.parent.mkdir(exist_ok=True)
    content = {"feature": feature, "tolerance": tolerance,
               "cases": [{"payload": payload, "value": value} for payload, value in cases]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
