"""«What runs where», drawn from the placement table alone."""

import json

from app.everywhere.features import FEATURES
from app.page.dom import by_id, clear, element
from app.page.placement import about, spent, summed_up

_MANIFEST = "models/manifest.json"


def draw_where(times, table=FEATURES):
    """`times`: feature → milliseconds of its last answer on this device."""
    with open(_MANIFEST) as manifest:
        models = {row["name"]: row for row in json.load(manifest)["models"]}
    by_id("where-sum").textContent = summed_up(table)
    place = by_id("where")
    opened = {row.getAttribute("data-feature") for row in place.querySelectorAll("details[open]")}
    clear(place)
    for title, rows in (("On the server", [row for row in table if not row.on_device]), ("On this device", [row for row in table if row.on_device])):
        if rows:
            place.append(element("h2", title))
            list_ = element("ul", class_="themes", aria_label=title)
            for row in rows:
                item = element("li")
                item.append(_drawn(row, table, models, times.get(row.name), row.name in opened))
                list_.append(item)
            place.append(list_)


def _drawn(row, table, models, ms, opened):
    details, summary, lines = element("details", data_feature=row.name, open=opened), element("summary"), element("dl")
    summary.append(element("span", row.title, class_="phrases"))
    summary.append(element("span", "" if ms is None else spent(ms), class_="count", title="its last answer"))
    details.append(summary)
    details.append(element("p", row.explanation))
    for term, definitions in about(row, table, models, ms):
        group = element("div")
        group.append(element("dt", term))
        for definition in definitions:
            group.append(element("dd", definition))
        lines.append(group)
    details.append(lines)
    return details
