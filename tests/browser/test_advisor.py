"""The advisor as somebody asks it: one feature, a list, an idea."""

from playwright.sync_api import expect

# Milliseconds for two models that are loaded at the first question.
PATIENCE = 60_000


def ask(app, text):
    app.page.get_by_role("textbox", name="A feature, a list or an idea").fill(text)
    app.button("Where should it run?").click()


def test_a_feature_a_list_and_an_idea_are_told_where_they_should_run(app):
    app.wait_engine()
    app.open_view("What runs where")
    advice = app.page.get_by_role("list", name="Advice").get_by_role("listitem")
    ask(app, "metronome")
    expect(advice).to_have_count(1, timeout=PATIENCE)
    expect(advice).to_contain_text("On the device")
    ask(app, "- Likes: a heart under every photo, and everybody sees how many tapped it\n- Unit converter: miles to kilometres\n- <b>Pay</b>: pay by card at the checkout")
    expect(advice).to_have_count(3)
    expect(app.status("Advisor")).to_have_text("1 of 3 can run on the device.")
    expect(advice.filter(has_text="Likes")).to_contain_text("On a server: it must be shared")
    expect(advice.filter(has_text="<b>Pay</b>")).to_contain_text("On a server: it needs a secret")
    expect(app.page.get_by_role("heading", name="What a backend would hold")).to_be_visible()
    ask(app, "  ")
    expect(app.status("Advisor")).to_have_text("Describe a feature first.")
    expect(advice).to_have_count(0)
