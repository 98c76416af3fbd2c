"""From a key to its letter on the screen, and to the suggestion, while somebody types.

Offers `run(quick=False) -> list[dict]`. Also `python -m bench.keystrokes`.

Real key events at a person's speed, held-out sentences (bench/data), in a notebook without
notes; ``bench.notebook`` does the same in one of 10,000. A time runs from the event's own time stamp to the first task after
the frame in which the change was drawn. One frame is 16.7 ms: this cannot read less than
what the browser's frames allow.
"""

import random
from pathlib import Path

from bench.rows import percentile, row
from bench.stage import Stage, engine_ready_ms

KEYSTROKES = 400
QUICK_KEYSTROKES = 60
# Seconds between two keys: a fast to an average typist.
KEY_SECONDS = (0.06, 0.12)
SEED = 7

HELD_OUT = Path(__file__).parent / "data" / "held-out.en.tsv"

# Notes when an input reached the page, when its letter was painted, and when a suggestion
# that belongs to it was.
INSTRUMENT = """() => {
  const note = document.querySelector("[aria-label=Note]");
  const status = document.querySelector("[role=status][aria-label=Suggestion]");
  const painted = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  });
  const figures = (window.figures = { letters: [], suggestions: [], events: [] });
  let last = 0;
  note.addEventListener("keydown", (event) => {
    if (event.key.length === 1) painted((now) => figures.letters.push(now - event.timeStamp));
  }, true);
  note.addEventListener("input", (event) => { last = event.timeStamp; }, true);
  new MutationObserver(() => {
    const asked = last;
    if (status.textContent) painted((now) => figures.suggestions.push(now - asked));
  }).observe(status, { childList: true, characterData: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "keydown") figures.events.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16 });
}"""

# Writes notes past the app: typing ten thousand takes a while.
SEED_NOTES = """(notes) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("carryon");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const tx = opening.result.transaction("notes", "readwrite");
    for (const note of notes) tx.objectStore("notes").put(note);
    tx.onerror = () => reject(tx.error);
    tx.oncomplete = () => { opening.result.close(); resolve(); };
  };
})"""


def run(quick: bool = False) -> list[dict]:
    text = held_out_text(QUICK_KEYSTROKES if quick else KEYSTROKES)
    with Stage() as stage:
        with stage.visit("empty") as app:
            app.open()
            app.wait_ready_to_fly()
            engine_ready_ms(app.page)
            rows = figures(typed(app, text), "an empty notebook", "≤ 30 ms")
    return rows


def held_out_text(length: int) -> str:
    sentences = [line.split("\t")[1] for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]
    random.Random(SEED).shuffle(sentences)
    return " ".join(sentences)[:length]


def typed(app, text: str) -> dict:
    """Types `text` and returns the figures in milliseconds, by name."""
    pause = random.Random(SEED)
    app.page.evaluate(INSTRUMENT)
    app.note.press("Control+End")
    for character in text:
        app.page.keyboard.type(character)
        app.page.wait_for_timeout(1000 * pause.uniform(*KEY_SECONDS))
    app.wait_saved()
    found = app.page.evaluate("figures")
    assert app.text == text, "what was typed is not what is in the note"
    if not found["suggestions"]:
        raise RuntimeError("no suggestion was shown: there is nothing to measure")
    return found


def figures(found: dict, where: str, goal: str) -> list[dict]:
    letters, suggestions, slow = found["letters"], found["suggestions"], found["events"]
    # Events of less than 16 ms are not reported by the browser; they count as 16.
    durations = slow + [16] * max(0, len(letters) - len(slow))
    count = f"{len(suggestions)} suggestions at {len(letters)} keys"
    return [
        row(f"keystroke → suggestion painted, p50, {where}", round(percentile(suggestions, 50), 1), "ms", note=count),
        row(f"keystroke → suggestion painted, p95, {where}", round(percentile(suggestions, 95), 1), "ms", goal=goal, note=count),
        row(f"keystroke → letter painted, p95, {where}", round(percentile(letters, 95), 1), "ms", goal="≤ 50 ms",
            note=f"p50 {percentile(letters, 50):.1f} ms; event timing p95 {percentile(durations, 95):.0f} ms, worst {max(durations):.0f} ms"),
    ]


if __name__ == "__main__":
    from bench.table import print_table
    print_table(run())
