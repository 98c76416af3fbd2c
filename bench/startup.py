"""From navigation to typing and to the engine, cold and warm, beside a plain Pyodide page.

Offers `run(quick=False) -> list[dict]`. Also `python -m bench.startup`.

*Cold* is a browser without a past. *Warm* is a browser process of its own on a profile that has
the offline copy and the engine's warm image (for the peer: everything in the HTTP cache).
Ours and the peer's visits take turns, so that a busy machine slows both; each figure is a
median. All times are the page's own clock, which starts at navigation.
"""

from bench.rows import median, row
from bench.stage import Stage, engine_ready_ms, make_warm, start_of_engine

VISITS = 5
QUICK_VISITS = 1
PEER = "plain loadPyodide + numpy"

# When the plain HTML page could first be typed into, and when Python had taken over.
TIMES = """() => ({
  html: performance.getEntriesByType("navigation")[0].domInteractive,
  painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  page: performance.getEntriesByName("carryon:page")[0].startTime,
  focused: document.activeElement?.id === "note" && !document.activeElement.readOnly,
})"""


def run(quick: bool = False) -> list[dict]:
    visits = QUICK_VISITS if quick else VISITS
    cold, warm, peer_cold, peer_warm = [], [], [], []
    with Stage() as stage:
        with stage.visit("ours") as app:
            ours(app)
            make_warm(app)
        with stage.visit("peer") as app:
            peer(app, stage)
        for number in range(visits):
            with stage.visit(f"ours-{number}", offline_copy=True) as app:
                cold.append(ours(app))
            with stage.visit(f"peer-{number}") as app:
                peer_cold.append(peer(app, stage))
            with stage.visit("ours") as app:
                warm.append(ours(app))
            with stage.visit("peer") as app:
                peer_warm.append(peer(app, stage))
            stage.forget(f"ours-{number}")
            stage.forget(f"peer-{number}")
    note = f"median of {visits}"
    image = f"; {sum(time['start'] == 'warm' for time in warm)} of {visits} from the warm image"
    rows = []
    for name, times, goal in (("cold", cold, "≤ 1000 ms"), ("warm", warm, "≤ 600 ms")):
        assert all(time["focused"] for time in times), "the note was not focused: nobody could type"
        rows += [
            row(f"navigation → plain page takes typing, {name}", ms(times, "html"), "ms", note=f"{note}; first paint {ms(times, 'painted')} ms"),
            row(f"navigation → typing, page ready, {name}", ms(times, "page"), "ms", goal=goal, note=note),
        ]
    rows.append(row("navigation → engine ready, cold", ms(cold, "engine"), "ms", peer=PEER, peer_value=round(median(peer_cold)),
                    note=f"{note}; the offline copy is packed meanwhile"))
    rows.append(row("navigation → engine ready, warm", ms(warm, "engine"), "ms", peer=PEER, peer_value=round(median(peer_warm)),
                    goal="≤ half of the peer", note=note + image))
    return rows


def ours(app) -> dict:
    app.open()
    times = app.page.evaluate(TIMES)
    return times | {"engine": engine_ready_ms(app.page), "start": start_of_engine(app.page)}


def peer(app, stage) -> float:
    app.page.goto(stage.peer_address)
    app.page.wait_for_function("() => window.numpyReady", timeout=120_000)
    return app.page.evaluate("numpyReady")


def ms(times: list[dict], name: str) -> int:
    return round(median([time[name] for time in times if time[name] is not None]))


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
