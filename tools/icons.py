"""Draw the PNG icons from their SVG (for maintainers; needs the test environment's Chromium).

    .venv/bin/python -m tools.icons
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.browser import chromium_path

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons"
# (source, edge in pixels, result)
SIZES = (("icon.svg", 180, "icon-180.png"), ("icon.svg", 192, "icon-192.png"),
         ("icon.svg", 512, "icon-512.png"), ("icon-maskable.svg", 512, "icon-maskable-512.png"))


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        for source, edge, result in SIZES:
            page = browser.new_page(viewport={"width": edge, "height": edge})
            svg = (ICONS / source).read_text(encoding="utf-8")
            page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{edge}px;height:{edge}px}}</style>{svg}")
            page.screenshot(path=ICONS / result, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
