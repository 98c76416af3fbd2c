"""Where the features of your app should run: the advisor as a command, for a team's own manifest.

    python -m app.everywhere.advise features.toml [--json]

features.toml holds a table for each feature:

    [[feature]]
    name = "Likes"
    description = "A heart under every recipe, with how many people tapped it."

Prints a table, or with --json {"features": [{"name", "place", "decided_by", "secret", "shared", "heavy", "why", "confidence"}]}.
Needs Python 3.11 or newer, and nothing else. Exit code 0; 2 with one sentence on the standard error where the file cannot be taken.
"""

import argparse
import json
import sys
import tomllib
from pathlib import Path

from app.everywhere.advisor import Advisor
from app.everywhere.errors import BadManifest, CarryonError, ModelError
from app.everywhere.limits import ADVISE_FILE_BYTES, ADVISE_FILE_FEATURES
from app.everywhere.plain_vectors import PlainVectors

MODELS = Path(__file__).resolve().parents[2] / "models"
FIELDS = ("name", "place", "decided_by", "secret", "shared", "heavy", "why", "confidence")
# Columns of a feature's name in the table; a longer one is cut there, not in the JSON.
NAME_COLUMNS = 32


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m app.everywhere.advise", description="Says which features of an app can run on the device, and which need a backend.")
    parser.add_argument("file", help="a TOML file with [[feature]] tables that have a name and a description")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        advice = advisor().advise(features_of(options.file))
    except CarryonError as error:
        print(f"advise: {error}", file=sys.stderr)
        return 2
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    print(json.dumps({"features": [{field: row[field] for field in FIELDS} for row in advice]}, indent=1) if options.json else table(advice))
    return 0


def features_of(path):
    """Return [(name, description)] of the file at ``path``. Raises ``BadManifest``, whose message is one sentence."""
    try:
        with open(path, "rb") as file:
            data = file.read(ADVISE_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise BadManifest(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > ADVISE_FILE_BYTES:
        raise BadManifest(f"{path} is larger than {ADVISE_FILE_BYTES // 1_000_000} MB, which no list of features is.")
    try:
        rows = tomllib.loads(data.decode("utf-8-sig")).get("feature")
    except UnicodeDecodeError:
        raise BadManifest(f"{path} is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadManifest(f"{path} is not TOML: {str(error).rstrip('.')}.") from None
    except (RecursionError, ValueError):
        raise BadManifest(f"{path} is not TOML that can be read: it is nested too deeply, or holds a number that is too long.") from None
    if not isinstance(rows, list) or not rows:
        raise BadManifest(f"{path} has no [[feature]] table; each feature is one, with a name and a description.")
    if len(rows) > ADVISE_FILE_FEATURES:
        raise BadManifest(f"{path} has more than {ADVISE_FILE_FEATURES} features.")
    return [tuple(_text(path, number, row, key) for key in ("name", "description")) for number, row in enumerate(rows, 1)]


def _text(path, number, row, key):
    if not isinstance(row, dict):
        raise BadManifest(f"{path}: feature {number} is not a [[feature]] table.")
    if key not in row:
        raise BadManifest(f"{path}: feature {number} has no {key}.")
    if not isinstance(row[key], str) or not row[key].strip():
        raise BadManifest(f"{path}: the {key} of feature {number} is {'empty' if isinstance(row[key], str) else 'not text'}.")
    return row[key]


def advisor(models=MODELS):
    """Return the ``Advisor`` of the files in the folder ``models``. Raises ``ModelError``."""
    try:
        model = json.loads((models / "advisor.json").read_bytes())
        return Advisor(model, PlainVectors((models / "vectors.en.npz").read_bytes()).encode)
    except OSError as error:
        raise ModelError(f"The advisor's model cannot be read: {error}.") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelError(f"The advisor's model is damaged ({error}).") from None


def table(advice):
    """Return the advice as lines of text: verdict, deciding test, how sure, name, why; where it is unsure, what to ask oneself."""
    lines, width = [], min(NAME_COLUMNS, max([len(_plain(row["name"])) for row in advice] + [4]))
    for row in advice:
        name = _plain(row["name"])
        name = name if len(name) <= width else name[:width - 1] + "\u2026"
        lines.append(f"{row['place']:<6}  {row['decided_by']:<6}  {100 * row['confidence']:3.0f} %  {name:<{width}}  {_plain(row['why'])}")
        if row["unsure"]:
            lines.append(f"{'':23}{'':{width}}Unsure; ask yourself: {row['ask']}")
    count = sum(row["place"] == "server" for row in advice)
    return "\n".join([f"{'place':<6}  {'test':<6}  sure   {'name':<{width}}  why", *lines, f"{len(advice) - count} on the device, {count} on the server."])


def _plain(text):
    """Return ``text`` in one line, without characters that would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


if __name__ == "__main__":
    sys.exit(main())
