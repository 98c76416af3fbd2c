"""A row of the benchmark's table, and the small statistics that all of them use.

Offers:
    row(name, value, unit, …) -> dict       one measurement beside its peer and its goal
    median(values), percentile(values, p)

A row's keys: `name`, `value` (ours), `unit`, `peer` (its name), `peer_value`, `goal` (in words),
`note`. Absent ones are "" or None. `value` None says in `note` why it was not measured.
"""

import math
import statistics


def row(name: str, value, unit: str, *, peer: str = "", peer_value=None, goal: str = "", note: str = "") -> dict:
    return {"name": name, "value": value, "unit": unit, "peer": peer, "peer_value": peer_value, "goal": goal, "note": note}


def median(values) -> float:
    return statistics.median(values)


def percentile(values, percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
