"""Completion as a person meets it, with the real model in the real engine."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Notebook


@pytest.fixture(scope="module")
def desk(browser, server):
    """One notebook with its engine ready, for all tests here: each begins with a new note."""
    from tests.browser.driver import NO_OFFLINE_COPY, Watch

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(NO_OFFLINE_COPY)
    watch = Watch(context)
    app = Notebook(context.new_page(), watch, server.address).open().wait_engine()
    yield app
    context.close()
    assert not watch.complaints(), watch.complaints()


@pytest.fixture
def app(desk):
    desk.new_note()
    return desk


def test_a_word_begun_is_finished_with_tab(app):
    app.write("I am looking forw")
    expect(app.suggestion).to_have_text(re.compile("^ard"))
    suggested = app.suggestion.inner_text()
    app.page.keyboard.press("Tab")
    assert app.text == "I am looking forw" + suggested
    expect(app.note).to_be_focused()


def test_what_is_suggested_is_seen_as_a_ghost_right_after_the_caret(app):
    app.write("I am looking forw")
    ghost = app.page.locator("#mirror span")
    expect(app.suggestion).to_have_text("ard to")  # what it says once all of the model is there
    expect(ghost).to_have_text("ard to")
    # Asked in one go: the ghost is drawn anew with each answer of the engine.
    app.until("""(() => {
        const area = document.querySelector('textarea'), ghost = document.querySelector('#mirror span'), style = getComputedStyle(area);
        const ruler = Object.assign(document.createElement('span'), { textContent: area.value });
        ruler.style.font = style.font; ruler.style.position = 'absolute'; ruler.style.whiteSpace = 'pre';
        document.body.append(ruler);
        const width = ruler.getBoundingClientRect().width;
        ruler.remove();
        return ghost && Math.abs(ghost.getBoundingClientRect().left - area.getBoundingClientRect().left - width) < 1.5;
    })()""")


def test_ctrl_and_arrow_takes_one_word_and_the_rest_stays(app):
    app.write("I am looking forw")
    expect(app.suggestion).to_have_text("ard to")
    app.page.keyboard.press("Control+ArrowRight")
    assert app.text == "I am looking forward"
    expect(app.suggestion).to_have_text(" to")


def test_escape_dismisses_until_something_else_is_typed(app):
    app.write("I am looking forw")
    expect(app.suggestion).not_to_be_empty()
    app.page.keyboard.press("Escape")
    expect(app.suggestion).to_be_empty()
    app.page.wait_for_timeout(200)
    expect(app.suggestion).to_be_empty()
    app.page.keyboard.type("a")
    expect(app.suggestion).to_have_text(re.compile("^rd"))


def test_typing_what_the_ghost_says_only_shortens_it(app):
    app.write("I am looking forw")
    expect(app.suggestion).to_have_text(re.compile("^ard"))
    app.page.keyboard.type("a")
    expect(app.suggestion).to_have_text(re.compile("^rd"))
    assert app.text == "I am looking forwa"


def test_without_a_suggestion_tab_moves_on_as_ever(app):
    app.write("xqzzk")
    app.page.wait_for_timeout(150)
    expect(app.suggestion).to_be_empty()
    app.page.keyboard.press("Tab")
    expect(app.note).not_to_be_focused()
    assert app.text == "xqzzk"


def test_in_the_middle_of_a_line_and_in_a_selection_nothing_is_suggested(app):
    app.write("I am looking forw is what I wrote")
    for _ in range(len(" is what I wrote")):
        app.page.keyboard.press("ArrowLeft")
    app.page.keyboard.type("a")
    app.page.wait_for_timeout(150)
    expect(app.suggestion).to_be_empty()
    app.page.keyboard.press("Shift+End")
    app.page.wait_for_timeout(100)
    expect(app.suggestion).to_be_empty()


def test_a_moved_caret_takes_the_ghost_away(app):
    app.write("I am looking forw")
    expect(app.suggestion).not_to_be_empty()
    app.page.keyboard.press("ArrowLeft")
    expect(app.suggestion).to_be_empty()


def test_nothing_is_suggested_or_accepted_while_an_input_method_composes(app):
    app.write("I am looking for")
    expect(app.suggestion).to_be_attached()
    composer = app.page.context.new_cdp_session(app.page)
    composer.send("Input.imeSetComposition", {"text": "w", "selectionStart": 1, "selectionEnd": 1})
    app.page.wait_for_timeout(250)
    expect(app.suggestion).to_be_empty()
    composer.send("Input.imeSetComposition", {"text": "わたし", "selectionStart": 3, "selectionEnd": 3})
    app.page.wait_for_timeout(150)
    expect(app.suggestion).to_be_empty()
    composer.send("Input.insertText", {"text": "ward"})
    expect(app.note).to_have_value("I am looking forward")
    expect(app.suggestion).to_have_text(re.compile("to"))


def test_words_of_ones_own_notes_are_learned_suggested_and_can_be_forgotten(app):
    for text in ("Zubrowka tasted of Bialowieza again.", "Again Zubrowka from Bialowieza, with Mirela."):
        app.write_note(text)
    app.write_note("Mirela called from Bialowieza.")
    app.new_note()
    app.write("We drove to Bialow")
    expect(app.suggestion).to_have_text(re.compile("^ieza"))
    app.wait_saved()
    app.open_learned()
    words = app.page.get_by_role("list", name="Learned words").get_by_role("listitem")
    expect(words.filter(has_text="Bialowieza")).to_be_visible()
    app.button("Forget Bialowieza").click()
    expect(app.page.get_by_role("list", name="Forgotten words").get_by_role("listitem")).to_contain_text("bialowieza")
    app.open_view("Notes")
    app.new_note()
    app.write("We drove to Bialow")
    app.page.wait_for_timeout(200)
    assert "ieza" not in app.suggestion.inner_text()
    # Forgotten stays forgotten over a restart, in an engine that reads the notebook anew.
    app.wait_saved()
    app.reload().wait_engine()
    app.new_note()
    app.write("We drove to Bialow")
    app.page.wait_for_timeout(500)
    assert "ieza" not in app.suggestion.inner_text()
    app.wait_saved()
    app.open_learned()
    app.button("Remember bialowieza").click()
    expect(words.filter(has_text="Bialowieza")).to_be_visible()
    app.open_view("Notes")


def test_a_deleted_note_takes_its_words_back(app):
    for _ in range(3):
        app.write_note("Quizzaciously Quizzaciously said.")
    app.open_learned()
    word = app.page.get_by_role("list", name="Learned words").get_by_role("listitem").filter(has_text=re.compile("quizzaciously", re.I))
    expect(word).to_be_visible()
    app.open_view("Notes")
    for _ in range(3):
        there = app.notes.filter(has_text="Quizzaciously").count()
        app.turn_to("Quizzaciously")
        expect(app.note).to_have_value(re.compile("Quizz"))
        app.button("Move to trash").click()
        expect(app.notes.filter(has_text="Quizzaciously")).to_have_count(there - 1)
    app.open_learned()
    expect(word).to_have_count(0)
    app.open_view("Notes")


def test_the_language_a_model_does_not_know_gets_silence_and_not_nonsense(app):
    for text in ("今日は雨が降って", "Сегодня я про", "مرحبا كيف", "🌙🌙🌙"):
        app.note.fill("")
        app.write(text)
        app.page.wait_for_timeout(120)
        expect(app.suggestion).to_be_empty()


@pytest.mark.app(viewport=(390, 844), touch=True, offline_copy=False)
def test_on_touch_three_chips_stand_under_the_text_and_one_tap_takes_a_word(open_app):
    app = open_app(viewport=(390, 844), touch=True, offline_copy=False).wait_engine()
    app.write("I am looking forw")
    expect(app.chips.first).to_have_text("forward")
    assert app.chips.count() <= 3
    # Looked at before the next key: each key draws the chips anew.
    assert app.chips.first.bounding_box()["height"] >= 44
    app.chips.first.tap()
    assert app.text == "I am looking forward "
    expect(app.note).to_be_focused()
    app.page.keyboard.type(".")
    assert app.text == "I am looking forward. "
