"""All exports and all malformed archives imported at once, told in plain values: the same in every interpreter, or something is wrong."""

import hashlib
import json

from app.everywhere.errors import BadArchive
from tests.porter import exports, malformed
from tests.porter.archives import Import, tree_of, zip_of


def told(data, file_name):
    try:
        one = Import(tree_of(data, file_name))
    except BadArchive as error:
        return str(error)
    notes = [[found["path"], {key: bool(value) if key == "deleted" else value for key, value in found["note"].items() if key not in ("created", "updated")},
              found["attachments"]] for found in one.found]
    whole = json.dumps([one.format and one.format.name, notes, one.report.skips, one.report.changes], sort_keys=True)
    return f"{len(notes)} {hashlib.sha256(whole.encode()).hexdigest()[:12]}"


def everything():
    """{name: what became of it}, and the dates of a vault, some of which are the computer's own."""
    result = {name: told(zip_of(files), "x.zip") for name, files in malformed.whole_exports().items()}
    result |= {case.name: told(case.data, case.file_name) for case in malformed.handmade()}
    result |= {name: told(data, file_name) for name, file_name, data, _ in malformed.mutated()}
    result |= {name: told(zip_of(files), "x.zip") for name, files in malformed.wrong_values()}
    vault = Import(tree_of(zip_of(exports.OBSIDIAN)))
    return result | {"dates": sorted([note["created"], note["updated"]] for note in vault.notes.values())}
