"""«What runs where», drawn from the placement table alone."""

from app.everywhere.features import FEATURES
from app.everywhere.places import TESTS
from app.page.dom import by_id, clear, element

_PLACE_NAMES = {"page": "This device", "engine": "This device", "learner": "This device", "porter": "This device", "server": "Server"}


def draw_where(table=FEATURES):
    data = element("table", class_="data")
    data.append(element("caption", "Every feature, the three answers, and where it runs"))
    head, row = element("thead"), element("tr")
    for name in ("Feature", "Needs a secret?", "Shared with others?", "Too heavy?", "Runs on", "In one sentence"):
        row.append(element("th", name, scope="col"))
    head.append(row)
    data.append(head)
    body = element("tbody")
    for feature in table:
        row = element("tr")
        row.append(element("th", feature.title, scope="row"))
        for test in TESTS:
            row.append(element("td", feature.answers[test] or "No"))
        row.append(element("td", _PLACE_NAMES[feature.place]))
        row.append(element("td", feature.explanation))
        body.append(row)
    data.append(body)
    place = by_id("where")
    clear(place)
    place.append(data)
