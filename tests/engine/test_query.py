"""What is typed into the search box."""

import pytest

from app.engine.query import LONGEST_QUERY, MOST_WORDS, parse


def said(text):
    """What a query says, without what is empty."""
    return {name: value for name, value in vars(parse(text)).items() if value}


@pytest.mark.parametrize("text, meant", [
    ("leaking roof ", {"words": ["leaking", "roof"]}),
    ("roo", {"words": ["roo"], "typing": True}),
    ('"north wall" ', {"phrases": ["north wall"]}),
    ('"still typing', {"phrases": ["still typing"]}),
    ("tag:Garden ", {"tags": ["garden"]}),
    ('TAG:"two words" ', {"tags": ["two words"]}),
    ("tag:#café ", {"tags": ["cafe"]}),
    ("-tag:dream ", {"without_tags": ["dream"]}),
    ("before:2025 ", {"before": 20250101}),
    ("after:2025-03 ", {"after": 20250301}),
    ("after:2025-3-9 before:2025-04 ", {"after": 20250309, "before": 20250401}),
    ("-after:2024 ", {"before": 20240101}),
    ("lang:de ", {"language": "de"}),
    ('cello -pixel -"half calf" ', {"words": ["cello"], "without": ["pixel", "half calf"]}),
    ("well-known e-mail ", {"words": ["well-known", "e-mail"]}),
    ("https://example.org ", {"words": ["https://example.org"]}),
    ("- ", {"words": ["-"]}),
    ("tag: ", {}), ('"" ', {}), ("", {}), ("   ", {}),
])
def test_a_query_says_what_it_says(text, meant):
    assert said(text) == meant


@pytest.mark.parametrize("date", ["yesterday", "2025-13", "25", "2025-03-09T10:00", "9.3.2025"])
def test_a_date_that_is_none_is_told(date):
    assert f"«{date}»" in parse(f"before:{date} ").problems[0]


def test_a_pasted_page_is_cut():
    query = parse("word " * 5000)
    assert len(query.words) == MOST_WORDS
    assert parse("x" * 10_000).words == ["x" * LONGEST_QUERY]


@pytest.mark.parametrize("text", [".*[(", "\\", "(?:", '"""', "-----", ":::", "tag:tag:tag:", "\0", "\ud800", '-"', "-tag:\"", "before:before:"])
def test_any_text_is_a_query(text):
    parse(text)
