"""Themes: notes that go together, the same ones every time."""

import asyncio

import pytest

from app.engine.theme_names import ThemeNames
from tests.learner.classroom import a_note, memory_of, taught

pytest.importorskip("sklearn")

from app.learner.themes import LEAST_NOTES, SHOWN, _months, themes  # noqa: E402

WORDS = {
    "garden": "beans roses slugs compost spade seedlings hedge",
    "river": "boat heron current jetty oars weir swimming",
    "kitchen": "flour oven saucepan rice onions broth dough",
}


def told(kind, number):
    words = WORDS[kind].split()
    first = number % len(words)
    return " ".join(words[first:] + words[:first - 1]) + f" entry{number}."


def diary(count=60, kinds=tuple(WORDS), **more):
    return [a_note(at, told(kinds[at % len(kinds)], at), day=f"2025-{1 + at % 12:02}-09", **more) for at in range(count)]


def of(notes):
    return themes({}, taught(memory_of(notes)))


def test_notes_about_the_same_are_of_one_theme():
    found = of(diary())
    assert (found["language"], found["notes"], found["others"]) == ("en", 60, 0)
    assert len(found["themes"]) == 3 and [theme["size"] for theme in found["themes"]] == [20, 20, 20]
    for theme in found["themes"]:
        assert len({int(id) % 3 for id in theme["ids"]}) == 1


def test_the_same_notes_have_the_same_themes_in_whatever_order_they_came():
    notes = diary()
    assert of(notes) == of(notes[::-1])


def test_too_few_notes_have_no_themes_and_are_told_how_many_it_takes():
    found = of(diary(LEAST_NOTES - 1))
    assert found["themes"] == [] and found["notes"] == LEAST_NOTES - 1 and found["least"] == LEAST_NOTES
    assert of([]) == {"language": "", "notes": 0, "others": 0, "least": LEAST_NOTES, "themes": []}


def test_notes_that_all_say_the_same_are_one_theme_or_none():
    found = of([a_note(at, "The same every day.") for at in range(100)])
    assert len(found["themes"]) <= 1


def test_other_languages_are_counted_and_not_asked():
    memory = memory_of(diary() + [a_note(100 + at, f"Ich und der Hund {at}.") for at in range(5)])
    found = themes({}, taught(memory))
    assert found["notes"] == 60 and found["others"] == 5


def test_a_large_theme_names_its_nearest_notes_only():
    found = of(diary(240))
    assert max(theme["size"] for theme in found["themes"]) > SHOWN
    assert all(len(theme["ids"]) == min(SHOWN, theme["size"]) for theme in found["themes"])


def test_months_have_no_gaps_and_say_how_many_notes_there_were_in_all():
    import numpy as np
    days = np.array([20241231, 20250109, 20250110, 20250301, 0])
    assert _months(days, days[[1, 3]]) == [["2024-12", 0, 1], ["2025-01", 1, 2], ["2025-02", 0, 0], ["2025-03", 1, 1]]
    assert _months(days[4:], days[4:]) == []


class Phrases:
    """Every word of a note is a phrase of it."""

    def answer(self, payload):
        return {"phrases": [{"phrase": word.strip(".,")} for word in payload["text"].split()][:payload["limit"]]}


def named(*groups):
    notes = {f"{group}-{at}": ({"language": "en"}, "", text) for group, texts in enumerate(groups) for at, text in enumerate(texts)}

    async def pause():
        pass
    answer = ThemeNames(Phrases(), notes.get, pause).answer({"themes": [[f"{group}-{at}" for at in range(len(texts))] + ["gone"] for group, texts in enumerate(groups)]})
    return asyncio.run(answer)["names"]


def test_a_theme_is_named_by_what_many_of_its_notes_hold_and_few_of_the_others():
    names = named(["Beans today", "beans again today", "Beans and slugs", "slugs, today"], ["boat today", "Boat again", "boat", "oars today"])
    assert names == [["Beans", "slugs"], ["boat"]]


def test_a_theme_that_nothing_tells_apart_has_no_name():
    assert named(["one two", "three four"], ["one three", "two four"]) == [[], []]
    assert named(["alone"]) == [[]] and named([]) == [[]] and named() == []


def test_a_word_is_not_found_within_another():
    assert named(["art", "art", "art"], ["party", "start", "cart"]) == [["art"], []]


def test_scripts_without_spaces_are_named_too():
    names = named(["\u7d19\u306e\u672c \u7d19", "\u767d\u3044\u7d19 \u7d19"], ["\u5ddd \u9ce5", "\u5ddd \u8239"])
    assert names[0] == ["\u7d19"] and names[1] == ["\u5ddd"]
