"""Insights, as a person meets them: by mouse, by keys, and by what assistive technology is told."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from app.everywhere.days import day_of, monday, number_of
from app.everywhere.note import new_note

PATIENCE = 60_000
LEARNING = 240_000  # the learner fetches 20 MB and imports scikit-learn
# Notes as an earlier visit left them.
PUT = """async (notes) => {
    const db = await new Promise((done, failed) => {
        const opening = indexedDB.open("carryon");
        opening.onsuccess = () => done(opening.result);
        opening.onerror = failed;
    });
    const tx = db.transaction("notes", "readwrite");
    notes.forEach((note) => tx.objectStore("notes").put(note));
    await new Promise((done) => { tx.oncomplete = done; });
    db.close();
}"""


def note(number, text, day, *, title="", time="12:00", **more):
    return new_note(f"{number:026}", f"{day}T{time}:00.000Z", title, text) | {"revision": 1} | more


def ago(days):
    return (date.today() - timedelta(days=days)).isoformat()


def with_notes(app, *notes):
    app.page.evaluate(PUT, list(notes))
    return app.reload()


def numbers(app):
    expect(app.page.locator("#insights-numbers dd").first).to_be_visible(timeout=PATIENCE)
    return {term.inner_text(): term.locator("+ dd").inner_text() for term in app.page.locator("#insights-numbers dt").all()}


def section(app, name):
    return app.page.get_by_role("region", name=name, exact=True)


def rows_of(app, name):
    """The rows of a table that is opened by its summary: [[cell]]."""
    app.page.get_by_text(name, exact=True).click()
    table = app.page.get_by_role("table").last
    expect(table).to_be_visible()
    return [row.get_by_role("rowheader").all_inner_texts() + row.get_by_role("cell").all_inner_texts() for row in table.get_by_role("row").all()[1:]]


@pytest.fixture
def no_engine(open_app):
    return lambda **more: open_app(engine=False, offline_copy=False, **more)


def test_the_calendar_is_walked_by_keys_and_a_day_lists_its_notes_which_open(no_engine):
    app = with_notes(no_engine(), note(1, "Beans sown along the fence.", ago(1)), note(2, "Noor came by.", ago(1), title="A visit"), note(3, "Rain.", ago(2)),
                     note(4, "Old.", ago(30)), note(5, "Gone.", ago(3), deleted=ago(2) + "T00:00:00.000Z"), note(6, "  ", ago(4)))
    app.open_view("Insights")
    grid = section(app, "Calendar").get_by_role("grid")
    expect(grid).to_be_visible()
    assert numbers(app) == {"Notes": "4", "Words": "10", "Days written": "3", "Current streak": "2 days", "Longest streak": "2 days"}
    grid.locator("[tabindex='0']").focus()  # today
    for key in ("ArrowUp", "ArrowLeft", "ArrowRight"):
        app.page.keyboard.press(key)
    cell = app.page.locator(":focus")
    expect(cell).to_have_accessible_name(re.compile(": 8 words, 2 notes$"))
    app.page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-selected", "true")
    expect(cell).to_be_focused()
    day = app.page.get_by_role("list", name="Notes of the day").get_by_role("listitem")
    expect(day).to_have_count(2)
    app.page.keyboard.press("Home")
    expect(app.page.locator(":focus")).to_have_accessible_name(re.compile("nothing written$"))
    day.filter(has_text="A visit").get_by_role("button").click()
    expect(app.note).to_have_value("Noor came by.")


def test_the_same_days_stand_in_a_table_and_are_chosen_there_too(no_engine):
    app = with_notes(no_engine(), note(1, "one two", ago(1)), note(2, "three", ago(400)))
    app.open_view("Insights")
    assert [row[1:] for row in rows_of(app, "Calendar as a table")] == [["2", "1"]]
    app.page.get_by_role("combobox", name="Year of the calendar").select_option(ago(400)[:4])
    row = app.page.get_by_role("table").last.get_by_role("row").last
    expect(row).to_contain_text("1")
    row.get_by_role("button").click()
    expect(app.page.get_by_role("list", name="Notes of the day").get_by_role("listitem")).to_have_count(1)


def test_words_a_week_are_plotted_say_what_is_seen_and_stand_in_a_table(no_engine):
    this_week = day_of(monday(number_of(ago(0))))
    app = with_notes(no_engine(), note(1, "one two three", this_week), note(2, "four", ago(100)), note(3, "five six", ago(800)))
    assert not [url for url in app.watch.requests if "uplot" in url.lower()]
    app.open_view("Insights")
    words = section(app, "Words a week")
    plot = words.get_by_role("img")
    expect(plot.locator("canvas")).to_be_visible(timeout=PATIENCE)
    expect(plot).to_have_accessible_name(re.compile("^Words a week 4 words in the last year.*: 3\\.$"))
    assert len(rows_of(app, "Words a week as a table")) == 52
    words.get_by_role("radio", name="12 weeks").check()
    expect(plot).to_have_accessible_name(re.compile("3 words in the last 12 weeks"))
    expect(words.get_by_role("row")).to_have_count(13)
    expect(words.get_by_role("row").nth(1)).to_contain_text("3")
    words.get_by_role("radio", name="All").check()
    expect(plot).to_have_accessible_name(re.compile("6 words since the first note"))
    assert app.page.evaluate("getComputedStyle(document.querySelector('#words-plot canvas')).position") == "relative"  # its stylesheet came


def test_what_was_written_on_this_day_in_earlier_years_is_there_and_opens(no_engine):
    today = date.today()
    year_ago = today.replace(year=today.year - 1, day=min(today.day, 28)) if (today.month, today.day) == (2, 29) else today.replace(year=today.year - 1)
    app = with_notes(no_engine(), note(1, "The first frost.", year_ago.isoformat()), note(2, "Not this day.", ago(200)))
    app.open_view("Insights")
    there = app.page.get_by_role("list", name="Notes of this day in earlier years").get_by_role("listitem")
    expect(there).to_have_count(1)
    expect(there).to_contain_text("A year ago")
    there.get_by_role("button").click()
    expect(app.note).to_have_value("The first frost.")


def test_what_has_nothing_to_show_says_what_is_missing(no_engine):
    app = no_engine()
    app.open_view("Insights")
    expect(app.page.get_by_text("When you have written something")).to_be_visible()
    expect(app.page.get_by_role("img")).to_have_count(0)
    app = with_notes(app, note(1, "one two", ago(100)))
    expect(app.page.get_by_text("Nothing was written on")).to_be_visible()
    expect(section(app, "Mood")).to_contain_text("it is switched off")
    expect(app.button("Find themes")).to_be_disabled()
    section(app, "Words a week").get_by_role("radio", name="12 weeks").check()
    expect(section(app, "Words a week")).to_contain_text("Nothing was written in the last 12 weeks.")
    expect(section(app, "Words a week").get_by_role("img")).to_have_count(0)


def test_a_hostile_note_is_text_here_too(no_engine):
    app = with_notes(no_engine(), note(1, "<img src=x onerror=alert(1)>", ago(0), title="<script>alert(2)</script>"))
    app.open_view("Insights")
    app.page.get_by_role("gridcell", name=re.compile("1 note$")).click()
    expect(app.page.get_by_role("list", name="Notes of the day")).to_have_text("<script>alert(2)</script>")


def test_on_a_phone_days_are_wide_enough_for_fingers(no_engine):
    app = with_notes(no_engine(viewport=(390, 844), touch=True), note(1, "one two", ago(0)))
    app.open_view("Insights")
    today = app.page.get_by_role("gridcell", name=re.compile("1 note$"))
    expect(today).to_be_in_viewport()  # the newest weeks are in sight
    box = today.bounding_box()
    assert box["width"] >= 24 and box["height"] >= 24
    assert app.page.evaluate("document.documentElement.scrollWidth") <= 390


SAID = {
    0: "I was so happy today, everything was wonderful. We planted beans, roses and onions in the garden plot with Noor.",
    1: "We rowed the old boat down the river to the jetty, past the heron. Harriet steered, and we took the train from Lyon.",
    2: "I hated this day, it was awful and I cried. The oven burned the dough and the rice stuck to the saucepan.",
}


def test_the_engine_tells_moods_names_and_themes_each_with_what_it_rests_on(open_app):
    """One engine and one learner for all of it: each start costs seconds."""
    app = open_app(engine=False, offline_copy=False, timezone_id="Pacific/Auckland")
    notes = [note(at, f"{SAID[at % 3]} Entry {at}.", ago(3 + at), time="23:30") for at in range(60)]
    with_notes(app, *notes, note(98, "Heute war ich mit dem Hund im Wald, und es hat den ganzen Tag geregnet.", ago(2)), note(99, "Happy! Wonderful.", ago(2), mood="sadness"))
    app.open_view("Insights")
    counted = numbers(app)
    by_page = rows_of(app, "Calendar as a table")
    app.open_view("Notes")
    app.switch_completion(True)
    app.wait_engine()
    app.open_view("Insights")
    expect(app.page.locator("#insights")).not_to_have_attribute("data-busy", "true", timeout=PATIENCE)

    # Days are the reader's, whoever counts them.
    assert numbers(app) == counted and counted["Notes"] == "62"
    table = app.page.get_by_role("table").first
    assert [row.get_by_role("rowheader").all_inner_texts() + row.get_by_role("cell").all_inner_texts() for row in table.get_by_role("row").all()[1:]] == by_page

    mood = section(app, "Mood")
    expect(mood).to_contain_text("in English only")
    expect(mood).to_contain_text("1 are in other languages")
    expect(mood).to_contain_text("Of 1 note you said the mood yourself")
    expect(mood.get_by_role("img").locator("canvas")).to_be_visible()
    weeks = rows_of(app, "Mood as a table")
    totals = [sum(int(row[at]) for row in weeks) for at in (1, 2, 3, 4)]
    assert totals[0] >= 15 and totals[1] >= 15 and sum(totals) == 61, totals

    people = app.page.get_by_role("list", name="People mentioned")
    expect(people.get_by_role("button", name="Noor, 20 notes")).to_be_visible()
    expect(app.page.get_by_role("list", name="Towns mentioned").get_by_role("button")).to_have_text(["Lyon20"])
    people.get_by_role("button", name="Harriet, 20 notes").click()
    expect(app.page.get_by_role("searchbox", name="Search notes")).to_have_value('"Harriet"')
    expect(app.page.get_by_role("list", name="Search results").get_by_role("listitem")).to_have_count(20, timeout=PATIENCE)

    app.open_view("Insights")
    app.button("Find themes").click()
    themes = app.page.get_by_role("list", name="Themes found")
    expect(themes.locator("> li")).to_have_count(3, timeout=LEARNING)
    expect(app.status("Themes")).to_contain_text("3 themes in")
    river = themes.locator("> li").filter(has_text="Harriet").or_(themes.locator("> li").filter(has_text="boat")).or_(themes.locator("> li").filter(has_text="river"))
    river.first.locator("summary").first.click()
    expect(river.first.get_by_role("img").locator("canvas")).to_be_visible(timeout=PATIENCE)
    of_it = river.first.get_by_role("list").get_by_role("button")
    expect(of_it.first).to_be_visible()
    of_it.first.click()
    expect(app.note).to_have_value(re.compile("We rowed the old boat"))

    # Off means off.
    app.open_view("Settings")
    app.page.get_by_role("switch", name="Notice the mood").uncheck()
    app.open_view("Insights")
    expect(app.status("Moods")).to_have_text("Switched off in the settings.")
    assert not app.page.get_by_role("alert").is_visible()
