"""The other views, the links, and that all of it can be reached and read."""

import re

import pytest
from playwright.sync_api import expect

from app.everywhere.features import FEATURES

pytestmark = pytest.mark.app(engine=False, offline_copy=False)


def test_what_runs_where_shows_every_feature_of_the_table(app):
    app.open_view("What runs where")
    rows = app.page.get_by_role("list", name="On this device").get_by_role("listitem")
    expect(rows).to_have_count(len(FEATURES))
    for feature in FEATURES:
        expect(rows.get_by_text(feature.title, exact=True)).to_be_visible()
    # What was asked has its time; what is opened, its answers and the models with their sizes and licences.
    app.open_view("Notes")
    app.write_note("Beans")
    app.open_view("What runs where")
    expect(rows.filter(has_text="Keep my notes")).to_have_text(re.compile(r"Keep my notes.*\d ms"))
    rows.get_by_text("Finish my words", exact=True).click()
    finish = rows.filter(has_text="Finish my words")
    for said in ("Needs a secret?No.", "Shared with others?No.", "Too heavy?No.", "completion.en, 2.0 MB. Licence: CDLA-Sharing-1.0", "What it sendsNothing."):
        expect(finish).to_contain_text(said)


def test_insights_count_what_was_written_and_not_what_is_in_the_trash(app):
    app.open_view("Insights")
    expect(app.page.get_by_text("When you have written something")).to_be_visible()
    app.open_view("Notes")
    app.write_note("one two three")
    app.write_note("four five")
    app.write_note("six")
    app.button("Move to trash").click()
    expect(app.notes).to_have_count(2)
    app.open_view("Insights")
    numbers = {term.inner_text(): term.locator("+ dd").inner_text() for term in app.page.locator("#insights dt").all()}
    assert numbers == {"Notes": "2", "Words": "5", "Days written": "1", "Current streak": "1 day", "Longest streak": "1 day"}


def test_the_network_status_says_that_nothing_was_sent_and_when_one_flies(app):
    expect(app.network).to_have_text("Online, nothing sent")
    app.page.context.set_offline(True)
    expect(app.network).to_have_text("Airplane mode")
    app.page.context.set_offline(False)
    expect(app.network).to_have_text("Online, nothing sent")


def test_an_address_with_a_view_opens_that_view(open_app):
    app = open_app(engine=False, offline_copy=False, path="#/settings")
    expect(app.page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(app.note).to_be_hidden()


def test_a_new_note_from_another_view_leaves_that_view_and_it_can_be_opened_again(app):
    app.open_view("Settings")
    app.button("New note").click()
    expect(app.note).to_be_focused()
    app.open_view("Settings")
    expect(app.page.get_by_role("heading", name="Settings")).to_be_visible()


def test_no_view_is_wider_than_a_phone(open_app):
    app = open_app(engine=False, offline_copy=False, viewport=(390, 844), touch=True)
    app.write_note("A title of a note that is much too long to be shown in one line of a phone, by far")
    for view in ("Notes", "Insights", "What runs where", "Settings"):
        app.open_view(view)
        assert app.page.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_on_a_phone_the_text_comes_first_and_the_list_is_one_tap_away(open_app):
    app = open_app(engine=False, offline_copy=False, viewport=(390, 844), touch=True)
    app.write_note("First")
    assert app.note.bounding_box()["y"] < app.notes.first.bounding_box()["y"]
    app.page.get_by_role("link", name="Notes", exact=True).tap()
    expect(app.notes.first).to_be_in_viewport()


def test_at_a_desk_notes_text_and_alongside_stand_side_by_side(app):
    app.write_note("First")
    columns = [app.notes.first.bounding_box()["x"], app.note.bounding_box()["x"], app.alongside.bounding_box()["x"]]
    assert columns == sorted(columns) and columns[1] - columns[0] > 200


def test_everything_in_the_bar_is_reached_with_the_tab_key(app):
    app.page.get_by_role("link", name="Skip to the note").focus()
    names = []
    for _ in range(5):
        app.page.keyboard.press("Tab")
        names.append(app.page.evaluate("document.activeElement.textContent.trim()"))
    assert names == ["Notes", "Insights", "What runs where", "Settings", "New note"]


@pytest.mark.app(engine=False, offline_copy=True)
def test_the_browser_finds_nothing_that_keeps_it_from_being_installed(app):
    app.wait_ready_to_fly()
    session = app.page.context.new_cdp_session(app.page)
    assert session.send("Page.getAppManifest")["errors"] == []
    # An incognito window, which every test is, is never offered an installation.
    errors = [error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert set(errors) <= {"in-incognito"}


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_texts_have_enough_contrast(open_app, scheme):
    app = open_app(engine=False, offline_copy=False, color_scheme=scheme)
    app.write_note("First")
    poor = app.page.evaluate(POOR_CONTRAST)
    app.open_view("Insights")
    expect(app.page.get_by_role("grid")).to_be_visible()
    assert poor + app.page.evaluate(POOR_CONTRAST) == []


# The texts that stand out too little from their ground, with their ratio.
POOR_CONTRAST = """() => {
        const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
        const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = (element) => {
            for (let e = element; e; e = e.parentElement) {
                const colour = parse(getComputedStyle(e).backgroundColor);
                if (colour[3] !== 0) return colour;
            }
        };
        return [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && !e.disabled
                && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .map((e) => {
                const [a, b] = [luminance(parse(getComputedStyle(e).color)), luminance(ground(e))].sort((x, y) => y - x);
                return [e.textContent.trim(), (a + 0.05) / (b + 0.05)];
            }).filter(([, ratio]) => ratio < 4.5);
    }"""


@pytest.mark.app(engine=False, offline_copy=False, viewport=(390, 844), touch=True)
def test_on_a_phone_the_saving_state_and_the_buttons_have_room_beside_each_other(app):
    app.write_note("Planted beans.")
    boxes = [app.saving.bounding_box()] + [app.button(name).bounding_box() for name in ("Attach", "Pin", "Preview", "History", "Move to trash")]
    for number, one in enumerate(boxes):
        assert 0 <= one["x"] and one["x"] + one["width"] <= 390
        for other in boxes[number + 1:]:
            apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert apart_x or apart_y, (one, other)
