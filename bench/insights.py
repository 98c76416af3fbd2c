"""Insights of 10,000 notes: how long each part takes the first time and after that, and what a typist feels meanwhile; and whether themes are
what the writer would have called them.

The notes are ``bench.load``'s, in the browser. Themes are compared with the tags of static/sample/notebook.json: the mutual information of
the two, adjusted for chance (N. X. Vinh, J. Epps and J. Bailey, 2010), of the English notes with tags; peers see the same notes.
"""

import asyncio
import json
import time

from bench.keystrokes import SEED_NOTES, held_out_text, typed
from bench.load import ROOT, notes
from bench.rows import percentile, row
from bench.stage import Stage, engine_ready_ms

NOTES, QUICK_NOTES = 10_000, 200
# Keystrokes that are typed while moods are read.
KEYSTROKES = 150
SEEDS = range(5)
# Milliseconds that a part may take.
PATIENCE_MS = 1_200_000

# What the visit without an engine switched off.
ENGINE_ON = "localStorage.setItem('carryon.engine', 'on')"
NUMBERS_SHOWN = "() => document.querySelector('#insights-numbers dd')?.textContent && !document.querySelector('#insights').hidden"
MOODS_SHOWN = "() => !document.querySelector('#mood-shown').hidden && document.querySelector('#mood-way').hidden"
ALL_SHOWN = "() => !document.querySelector('#insights').hidden && !document.querySelector('#insights').dataset.busy"
THEMES_SHOWN = "() => document.querySelector('#themes-progress').hidden && document.querySelector('#themes > li')"
ALL_READ = "() => document.querySelector('#index-state').dataset.read === 'all'"


def run(quick: bool = False) -> list[dict]:
    return themes_and_tags() + times(QUICK_NOTES if quick else NOTES, quick)


# -- whether themes are right ----------------------------------------------------------------


def themes_and_tags() -> list[dict]:
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_mutual_info_score

    from app.learner import themes

    lesson, tags = sample_lesson()
    _, rows = themes._main_language(lesson)
    meanings, words = themes._meanings(lesson, rows), themes._words(lesson, rows)
    tagged = [at for at, row in enumerate(rows) if tags[row]]
    gold = [tags[rows[at]] for at in tagged]

    def agreement(points):
        """Means over seeds and numbers of themes, so that luck decides nothing."""
        found = [adjusted_mutual_info_score(gold, KMeans(count, n_init=10, random_state=seed).fit(points).labels_[tagged])
                 for count in (6, 8, 10, 12) for seed in SEEDS]
        return round(float(np.mean(found)), 3)

    note = f"{len(tagged)} notes with tags; means of 6, 8, 10 and 12 themes, five seeds"
    together = agreement(themes._unit(np.hstack([meanings, words])))
    return [row("themes and one's own tags, adjusted mutual information", together, "", peer="vectors alone", peer_value=agreement(meanings), note=note),
            row("themes and one's own tags, adjusted mutual information", together, "", peer="words alone", peer_value=agreement(words), note=note)]


def sample_lesson():
    """Return (the learner's ``Lesson`` of the sample notebook, the first tag of each note or "")."""
    from app.engine.memory import Memory
    from app.everywhere.note import new_note
    from tests.engine.shipped import Shipped
    from tests.learner.classroom import taught

    rows = json.loads((ROOT / "static/sample/notebook.json").read_text(encoding="utf-8"))
    made = [new_note(f"{at:026}", "2025-03-09T10:00:00.000Z", row["title"], row["text"]) | {"tags": row["tags"], "revision": 1} for at, row in enumerate(rows)]

    async def remembered():
        memory = await Memory.load(Shipped())
        await memory.index({"notes": made})
        return memory
    return taught(asyncio.run(remembered())), [row["tags"][0] if row["tags"] else "" for row in rows]


# -- how long it takes ------------------------------------------------------------------------


def times(count: int, quick: bool) -> list[dict]:
    rows = []

    def took(name, began, note=""):
        rows.append(row(f"Insights, {count:,} notes: {name}", round(time.monotonic() - began, 1), "s", note=note))

    def shown(app, what):
        app.page.wait_for_function(what, timeout=PATIENCE_MS)

    with Stage() as stage:
        with stage.visit("insights", engine=False, offline_copy=False) as app:
            app.open()
            app.page.evaluate(SEED_NOTES, notes(count))
        with stage.visit("insights", engine=False, offline_copy=False) as app:
            app.open()
            app.page.wait_for_timeout(2000)
            began = time.monotonic()
            app.open_view("Insights")
            shown(app, NUMBERS_SHOWN)
            took("words and days, without an engine", began)
        with stage.visit("insights", offline_copy=False) as app:
            app.page.context.add_init_script(ENGINE_ON)
            app.open()
            engine_ready_ms(app.page)
            shown(app, ALL_READ)
            began = time.monotonic()
            app.open_view("Insights")
            shown(app, NUMBERS_SHOWN)
            took("words and days, the first time", began)
            if not quick:
                app.open_view("Notes")
                app.new_note()
                found = typed(app, held_out_text(KEYSTROKES))
                rows.append(row(f"keystroke → letter painted, p95, {count:,} notes, while moods are read", round(percentile(found["letters"], 95), 1), "ms", goal="≤ 50 ms",
                                note=f"p50 {percentile(found['letters'], 50):.1f} ms"))
                app.open_view("Insights")
            shown(app, MOODS_SHOWN)
            took("moods, the first time", began, note="" if quick else f"with {KEYSTROKES} keystrokes in between")
            shown(app, ALL_SHOWN)
            took("moods and names, the first time", began)
            began = time.monotonic()
            app.button("Find themes").click()
            shown(app, THEMES_SHOWN)
            took("themes, the learner cold", began)
            began = time.monotonic()
            app.button("Look again").click()
            app.page.wait_for_timeout(200)
            shown(app, THEMES_SHOWN)
            took("themes again", began)
        with stage.visit("insights", offline_copy=False) as app:
            app.open()
            engine_ready_ms(app.page)
            shown(app, ALL_READ)
            began = time.monotonic()
            app.open_view("Insights")
            shown(app, ALL_SHOWN)
            took("all but themes, after another start", began)
    return rows


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
