"""The benchmark's table and its file.

Offers `print_table(rows)`, `ratio(row)` and `write_results(rows, path)`. In the file a row also names its `part` and
says `when` and under which `load` it was measured; a part that is measured again replaces its older rows, the others stay.
"""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

HEADINGS = ("", "ours", "peer", "ratio", "goal", "note")


def ratio(row: dict) -> float | None:
    """Ours divided by the peer's; None where one of them is missing or the peer's is 0."""
    ours, peer = row["value"], row["peer_value"]
    if not isinstance(ours, (int, float)) or not isinstance(peer, (int, float)) or not peer:
        return None
    return round(ours / peer, 3)


def print_table(rows: list[dict]) -> None:
    lines = [HEADINGS] + [_cells(row) for row in rows]
    # The note is last and is not padded: it may be long.
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS) - 1)]
    for line in lines:
        print("  ".join([cell.ljust(width) for cell, width in zip(line, widths)] + [line[-1]]).rstrip())


def write_results(rows: list[dict], path: Path) -> None:
    """Put these rows, each with its `part`, into the file at `path` in place of older ones of the same parts."""
    measured = {row["part"] for row in rows}
    try:
        kept = [row for row in json.loads(path.read_text(encoding="utf-8"))["rows"] if row.get("part", "") not in measured | {""}]
    except (OSError, ValueError, KeyError):
        kept = []
    now = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "load": round(os.getloadavg()[0], 1)}
    results = {"machine": machine(), "rows": kept + [row | {"ratio": ratio(row)} | now for row in rows]}
    path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def machine() -> dict:
    """What the figures depend on: the processor and the system."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    except OSError:
        pass  # Not Linux.
    return {"processor": model, "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}


def _cells(row: dict) -> tuple[str, ...]:
    ours = "not measured" if row["value"] is None else f"{row['value']} {row['unit']}"
    peer = "" if row["peer_value"] is None else f"{row['peer_value']} ({row['peer']})"
    return (row["name"], ours, peer, "" if ratio(row) is None else f"{ratio(row):.2f}", row.get("goal", ""), row.get("note", ""))
