"""What the models weigh, and how long each feature takes in a real browser.

Offers `run(quick=False) -> list[dict]`. Also `python -m bench.models`.

The engine runs alone in Chromium (tests/browser/engine_page.py). A feature is asked what its reference cases ask
(models/reference); the first question, which loads its models, is a figure of its own.
"""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.everywhere.features import FEATURES
from app.everywhere.limits import MODELS_BYTES_TOGETHER
from bench.rows import percentile, row
from tests.browser.engine_page import EnginePage
from tests.browser.hosting import ROOT, Host

# Rounds over a feature's reference cases.
ROUNDS = 20
QUICK_ROUNDS = 2


def run(quick: bool = False) -> list[dict]:
    return sizes() + times(QUICK_ROUNDS if quick else ROUNDS)


def sizes() -> list[dict]:
    models = json.loads((ROOT / "models/manifest.json").read_text(encoding="utf-8"))["models"]
    always = [model for model in models if not model.get("on_demand")]
    rows = [row(f"model {model['name']}, transferred", round(model["transferred"] / 1e6, 3), "MB", goal="≤ 5",
                note=f"for {model['feature']}" + ("; on demand" if model.get("on_demand") else "")) for model in models]
    rows.append(row("all models together, without those on demand", round(sum(model["transferred"] for model in always) / 1e6, 2), "MB",
                    goal=f"≤ {MODELS_BYTES_TOGETHER / 1e6:.0f}"))
    rows.append(row("models that the first suggestion needs", round(sum(model["transferred"] for model in always if model.get("first")) / 1e6, 2),
                    "MB", goal="≤ 2"))
    return rows


def times(rounds: int) -> list[dict]:
    """Milliseconds of a call from the page's side, the worker's wire apart: first question, median and p95 of the later ones."""
    rows = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        host = Host().copy(Path(folder) / "app").start()
        try:
            with EnginePage(playwright, host) as engine:
                for feature in (row_.name for row_ in FEATURES):
                    path = ROOT / "models/reference" / f"{feature}.json"
                    if not path.exists():
                        continue
                    payloads = [case["payload"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]
                    first = engine.ask_ms(feature, payloads[:1])[0]
                    later = engine.ask_ms(feature, payloads * rounds)
                    rows.append(row(f"{feature}, in Chromium, p50", round(percentile(later, 50), 2), "ms",
                                    note=f"p95 {percentile(later, 95):.1f} ms of {len(later)}; the first question, which loads its models, {first:.0f} ms"))
        finally:
            host.stop()
    return rows


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
