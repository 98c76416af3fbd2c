"""Markdown as it will look, and that nothing in a note ever executes."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.app(engine=False, offline_copy=False)

# What a hostile note could try; each would set `document.title` or ask for a file if it worked.
HOSTILE = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<svg onload=\"document.title='owned'\"><script>document.title='owned'</script></svg>",
    "<svg><animate onbegin=\"document.title='owned'\" attributeName=x dur=1s>",
    "<iframe srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>",
    "<iframe src=\"javascript:parent.document.title='owned'\"></iframe>",
    "<math><mtext></table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=document.title='owned'&gt;\">",
    "<details open ontoggle=\"document.title='owned'\">x</details>",
    "<body onload=\"document.title='owned'\"><base href=\"https://evil.example/\">",
    "<form action=\"https://evil.example/\"><input name=a autofocus onfocus=\"document.title='owned'\"></form>",
    "<a href=\"javascript:document.title='owned'\">link</a>",
    "[link](javascript:document.title='owned')",
    "[link](JaVaScRiPt:document.title='owned')",
    "[link](&#106;avascript:document.title='owned')",
    "[link](java\tscript:document.title='owned')",
    "[link](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[link](vbscript:msgbox)",
    "[link](blob:https://evil.example/x)",
    "![x](x\" onerror=\"document.title='owned')",
    "![x](javascript:document.title='owned')",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)",
    "![beacon](https://evil.example/pixel.gif)",
    "<link rel=stylesheet href=\"https://evil.example/x.css\"><style>@import 'https://evil.example/y.css'</style>",
    "<object data=\"https://evil.example/x.swf\"></object><embed src=\"https://evil.example/x\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<x style=\"background:url(https://evil.example/z)\">x</x>",
    "`<img src=x onerror=document.title='owned'>`",
    "```html\n<script>document.title='owned'</script>\n```",
    "| <img src=x onerror=document.title='owned'> | b |\n|---|---|\n| <script>document.title='owned'</script> | d |",
    "<<script>script>document.title='owned'<</script>/script>",
]


def test_markdown_is_shown_as_it_will_look_and_back(app):
    app.note.fill("# Sunday\n\n- *ripe* figs\n- [ ] bread\n\n> quiet\n\n[a page](https://example.org/)\n\n`x < y`")
    app.button("Preview").click()
    expect(app.preview.get_by_role("heading", name="Sunday")).to_be_visible()
    expect(app.preview.get_by_role("listitem")).to_have_count(2)
    expect(app.preview.get_by_role("checkbox")).to_be_disabled()
    expect(app.preview.get_by_role("link", name="a page")).to_have_attribute("rel", "noopener noreferrer")
    expect(app.note).to_be_hidden()
    app.button("Preview").click()
    expect(app.note).to_be_visible()


@pytest.mark.parametrize("note", HOSTILE)
def test_nothing_in_a_note_executes_or_asks_the_network(next_note, note):
    app = next_note
    asked = len(app.watch.requests)
    title = app.page.title()
    app.title.fill(note.replace("\n", " "))
    app.note.fill(note)
    app.wait_saved()
    app.button("Preview").click()
    expect(app.preview).to_be_visible()
    for link in app.preview.locator("a[href]").all():
        assert link.get_attribute("href").split(":")[0] in ("http", "https", "mailto")
    assert app.preview.locator("script, iframe, svg, object, embed, form, style, link, base, meta, math").count() == 0
    assert app.preview.evaluate("root => [...root.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on') || n === 'style')") == []
    app.page.wait_for_timeout(50)
    assert app.page.title() == title
    assert app.watch.requests[asked:] == []


def test_a_picture_that_lies_in_the_note_is_shown_and_one_from_elsewhere_is_named(app):
    dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    app.note.fill(f"![dot]({dot})\n\n![the view](https://example.org/view.jpg)")
    app.button("Preview").click()
    expect(app.preview.get_by_role("img", name="dot")).to_be_visible()
    expect(app.preview).to_contain_text("[picture: the view]")


def test_turning_to_another_note_leaves_the_preview(app):
    app.write_note("# One")
    app.button("Preview").click()
    app.button("New note").click()
    expect(app.note).to_be_visible()
    expect(app.preview).to_be_hidden()
