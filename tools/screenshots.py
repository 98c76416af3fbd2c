"""Take the pictures of README.md again (for maintainers; needs the test environment).

    .venv/bin/python -m tools.screenshots

Starts the app, writes a few notes as a person would, and keeps what is on the screen; then Insights of the sample notebook.
"""

from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser.driver import Notebook, Watch, launch_options
from tests.browser.hosting import ServeProcess

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "screenshots"

# Milliseconds until the sample notebook is read.
LONG_MS = 120_000

# (title, text, tags), the oldest first; the last one is on the page.
NOTES = (
    ("Seeds", "Ordered beans, chard and the blue poppies. The balcony gets sun until four.", ("balcony",)),
    ("", "Dreamed of the house by the canal again. All the doors were open.", ("dreams",)),
    ("What Noor said", "That a plan is a kindness to your later self. I keep thinking about it.", ("noor",)),
    ("Packing list", "- [x] passport\n- [x] the red book\n- [ ] figs for the train\n- [ ] charger", ("travel",)),
    ("Night train", "We leave for Lisbon tomorrow, and for once the bags stand ready at the door. "
     "Noor made soup, we ate it on the balcony and watched the lights on the other side.\n\n"
     "I slept badly all week and I feel calm now. I am looking forw", ("travel", "noor")),
)


def write(app: Notebook) -> None:
    for place, (title, text, tags) in enumerate(NOTES):
        if place:
            app.button("New note").click()
        if title:
            app.title.fill(title)
        app.note.fill(text[:-1])
        app.note.press("Control+End")
        for tag in tags:
            field = app.page.get_by_label("Add a tag")
            field.fill(tag)
            field.press("Enter")
            expect(field).to_have_value("")
        app.wait_saved()
    app.note.click()
    app.note.press("Control+End")
    app.page.keyboard.type(NOTES[-1][1][-1])


def look_back(app: Notebook) -> None:
    """Insights of the sample notebook, all of it read."""
    app.open_view("Settings")
    app.button("Add the sample notebook").click()
    expect(app.message).to_contain_text("sample notes are here", timeout=LONG_MS)
    app.button("Close message").click()
    app.open_view("Insights")
    app.page.locator("#mood-shown").wait_for(timeout=LONG_MS)
    expect(app.page.locator("#insights")).not_to_have_attribute("data-busy", "true", timeout=LONG_MS)
    app.page.evaluate("scrollTo(0, 0)")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    server = ServeProcess().start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            for name, width, height, touch in (("desk", 1280, 800, False), ("phone", 390, 844, True)):
                for scheme in ("light", "dark"):
                    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                                  has_touch=touch, is_mobile=touch, device_scale_factor=1)
                    app = Notebook(context.new_page(), Watch(context), server.address).open()
                    app.wait_engine().wait_ready_to_fly()
                    write(app)
                    if touch:
                        expect(app.chips.first).to_be_visible()
                    else:
                        expect(app.suggestion).not_to_be_empty()
                    app.wait_saved()
                    app.page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
                    look_back(app)
                    app.page.screenshot(path=PICTURES / f"insights-{name}-{scheme}.png", full_page=True)
                    context.close()
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
