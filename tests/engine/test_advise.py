"""The advisor: what it says of features, of lists and of product ideas, and when it is unsure."""

import asyncio
import json

import pytest

from app.engine.advise import Advise
from app.everywhere.advice_words import ANSWERS, NONE
from app.everywhere.errors import ModelError
from app.everywhere.features import FEATURES
from app.everywhere.places import TESTS
from tests.engine.shipped import ROOT, Shipped


@pytest.fixture(scope="module")
def advise():
    return asyncio.run(Advise.load(Shipped()))


def one(advise, text):
    features = advise.answer({"text": text})["features"]
    assert len(features) == 1, [row["name"] for row in features]
    return features[0]


@pytest.mark.parametrize("text, decided", [
    ("metronome", "none"),
    ("split a dinner bill with friends", "none"),
    ("search my own notes by meaning", "none"),
    ("Share the chart as an image", "none"),
    ("Sync the beat to the song that is playing", "none"),
    ("A secret diary behind my fingerprint", "none"),
    ("AI summary of a meeting", "secret"),
    ("Take card payments for the workshop", "secret"),
    ("Likes, with a count that everybody sees", "shared"),
    ("See the same shopping list on my wife's phone", "shared"),
    ("Search every paper ever published", "heavy"),
])
def test_the_test_that_decides(advise, text, decided):
    row = one(advise, text)
    assert row["decided_by"] == decided and row["place"] == ("device" if decided == "none" else "server")
    assert not row["unsure"] and row["ask"] == ""


def test_a_model_of_a_provider_is_secret_and_heavy_and_secret_decides(advise):
    row = one(advise, "A large language model explains the selected text")
    assert (row["decided_by"], row["secret"], row["shared"], row["heavy"]) == ("secret", True, False, True)


@pytest.mark.parametrize("text, why", [
    ("likes", "Likes must be shared across users, so the count lives on the backend."),
    ("Users can leave comments under a video", "Leaving comments under a video must be shared across users, so what people write lives on the backend."),
    ("metronome", "The metronome can run on the device: all it takes is a clock, and nothing in it is secret, shared or too heavy."),
    ("As a tired reader I want to listen to white noise", "Listening to white noise can run on the device: "),
    ("Vote counter for hands in the room", "The vote counter for hands in the room can run on the device: "),
    ("Keeps my recipes with photos", "Keeping my recipes with photos can run on the device: "),
    ("On this day, a year ago", "\u00abOn this day\u00bb can run on the device: "),
    ("AI summary of a meeting", "The AI summary of a meeting must be done by a provider's large model"),
])
def test_why_names_the_thing_and_the_reason(advise, text, why):
    assert one(advise, text)["why"].startswith(why)


def test_an_idea_in_a_sentence_is_taken_apart(advise):
    answer = advise.answer({"text": "a recipe app with likes and an AI that plans the week"})
    assert [(row["name"], row["decided_by"]) for row in answer["features"]] == [
        ("a recipe app", "none"), ("likes", "shared"), ("an AI that plans the week", "secret")]
    assert answer["inventory"] == {
        "secrets": [{"needs": "the model provider's API key", "for": ["an AI that plans the week"]}],
        "shared": [{"needs": "what users show each other", "for": ["likes"]}],
        "heavy": [{"needs": "a large model", "for": ["an AI that plans the week"]}]}


def test_a_list_is_read_line_by_line_without_its_bullets(advise):
    answer = advise.answer({"text": "Our app can:\n- metronome\n 2) Checkout: pay by card\n\n\u2022 [ ] live chat with friends\r\n"})
    assert [(row["name"], row["description"]) for row in answer["features"]] == [
        ("metronome", "metronome"), ("Checkout", "pay by card"), ("live chat with friends", "live chat with friends")]
    assert [row["place"] for row in answer["features"]] == ["device", "server", "server"]


def test_one_feature_with_an_and_in_it_stays_one(advise):
    assert one(advise, "Crop and rotate photos with my finger, and undo it")["place"] == "device"


@pytest.mark.parametrize("text", [
    "\U0001f389\U0001f680\U0001f389", "\u53cb\u9054\u3068\u5171\u6709\u3059\u308b\u8cb7\u3044\u7269\u30ea\u30b9\u30c8", "12345", "...", "\ud800", "\0", "asdf qwer zxcv uiop",
    "Die Nutzer k\u00f6nnen ihre Termine mit der Familie abstimmen.", "Los usuarios pueden dejar comentarios debajo de cada receta.",
    "Les utilisateurs peuvent payer leur abonnement avec une carte.", "\u041f\u043e\u0437\u0432\u043e\u043d\u0438\u0442\u044c \u0434\u0440\u0443\u0433\u0443",
])
def test_what_is_not_english_is_unsure_and_asks(advise, text):
    row = one(advise, text)
    assert row["unsure"] and row["ask"].endswith("?") and row["confidence"] < 0.5


@pytest.mark.parametrize("text", ["", " ", "\n\n", "- \n* \n", "\u2022"])
def test_nothing_is_said_of_nothing(advise, text):
    assert advise.answer({"text": text}) == {"features": [], "inventory": {"secrets": [], "shared": [], "heavy": []}}


@pytest.mark.parametrize("text", ["a" * 10_000, "chat " * 2_000, "an app with " + "likes and " * 2_000, "- likes\n" * 10_000, "and and and with with : : -" * 400, "1) " * 3_000])
def test_a_very_long_text_is_answered_within_limits(advise, text):
    answer = advise.answer({"text": text})
    assert 0 < len(answer["features"]) <= 200
    assert all(len(row["why"]) < 3_000 and 0 <= row["confidence"] <= 1 for row in answer["features"])


def test_the_answers_agree_with_the_verdict(advise):
    lines = [line.split(" | ", 1)[1].replace(" | ", ": ") for line in
             (ROOT / "models/training/advisor/examples.txt").read_text(encoding="utf-8").splitlines() if " | " in line and not line.startswith("#")]
    for row in advise.answer({"text": "\n".join(lines[::7])})["features"]:
        first = next((test for test in TESTS if row[test]), "none")
        assert row["decided_by"] == first and row["place"] == ("device" if first == "none" else "server")
        assert row["why"].endswith(".") and row["why"][0] == row["why"][0].upper() and "{" not in row["why"] and "the the" not in row["why"]


def test_the_examples_are_many_and_none_stands_twice():
    lines = [line for line in (ROOT / "models/training/advisor/examples.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [tuple(part.strip() for part in line.split(" | ")) for line in lines]
    assert all(len(row) == 3 and all(row) for row in rows)
    assert {row[0].partition("+")[0] for row in rows} == {"-", *ANSWERS} - {NONE}
    assert len(rows) >= 1_200 and len({row[1:] for row in rows}) == len(rows)
    assert 0.4 <= sum(row[0] == "-" for row in rows) / len(rows) <= 0.45


def test_it_agrees_with_most_of_what_the_placement_table_says_of_carryon(advise):
    titles = [row.title for row in FEATURES if row.on_device]
    advice = advise.answer({"text": "\n".join(titles)})["features"]
    assert sum(row["place"] == "device" for row in advice) >= 0.8 * len(titles)


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b"\xff", json.dumps({"format": 9}).encode(), json.dumps({"format": 1, "cues": []}).encode()])
def test_a_damaged_file_is_refused(damage):
    with pytest.raises(ModelError, match="advisor"):
        asyncio.run(Advise.load(Shipped({"advisor": damage})))
