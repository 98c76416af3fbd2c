"""The user's own words: learning, taking back, seeing and forgetting."""

import json
import random

import numpy as np
import pytest

from app.engine.word_counts import WordCounts
from app.engine.own_words import NOTE_CHARACTERS, OwnWords

TEA = "Tea with Noor. More tea with Noor, at 5.\nThen home."
RAIN = "It rained. Noor came home late, and I made tea with mint. Tea with Noor."


def test_a_deleted_note_leaves_nothing_behind():
    own = OwnWords()
    own.learn("rain", RAIN)
    before = own.counts()
    own.learn("tea", TEA)
    assert own.counts() != before
    own.unlearn("tea")
    assert own.counts() == before
    own.unlearn("rain")
    assert own.counts() == OwnWords().counts()


def test_a_new_version_replaces_the_old_one_exactly():
    own, fresh = OwnWords(), OwnWords()
    for version in (TEA, TEA + " And more tea.", "noor", TEA.upper(), RAIN):
        own.learn("note", version)
    fresh.learn("note", RAIN)
    assert own.counts() == fresh.counts()


def test_the_same_sentence_in_two_notes_is_counted_twice_and_taken_back_once():
    own = OwnWords()
    own.learn("one", "More tea.")
    own.learn("two", "More tea.")
    own.unlearn("one")
    assert own.learned("tea") == [{"word": "tea", "count": 1}]


def test_learned_words_are_listed_by_use_and_as_the_user_writes_them():
    own = OwnWords()
    own.learn("tea", TEA)
    assert own.learned(limit=3) == [{"word": "Noor", "count": 2}, {"word": "tea", "count": 2}, {"word": "with", "count": 2}]
    assert own.learned("NOO") == [{"word": "Noor", "count": 2}]


def test_a_capital_at_the_start_of_a_sentence_says_nothing_about_a_word():
    own = OwnWords()
    own.learn("tea", "Tea is good. Tea helps.")
    assert own.surface("tea") is None


def test_a_forgotten_word_is_gone_and_stays_away_until_it_is_remembered():
    own = OwnWords()
    own.learn("tea", TEA)
    own.forget("Noor")
    own.learn("rain", RAIN)
    assert own.learned("noor") == []
    assert own.forgotten() == ["noor"]
    assert "noor" not in json.dumps(own.counts()).lower()
    own.remember("noor")
    own.learn("rain", RAIN)
    assert own.learned("noor") == [{"word": "Noor", "count": 2}]


def test_forgetting_before_and_after_learning_give_the_same_state():
    early, late = OwnWords(), OwnWords()
    early.forget("noor")
    early.learn("tea", TEA)
    late.learn("tea", TEA)
    late.forget("noor")
    assert early.counts() == late.counts()
    late.unlearn("tea")
    assert late.counts() == OwnWords().counts()


def test_numbers_and_addresses_are_never_learned():
    own = OwnWords()
    own.learn("secret", "Mail me@example.org or call +31 6 1234 5678, see https://example.org/secret, pin 4711.")
    assert [row["word"] for row in own.learned()] == ["call", "mail", "or", "pin", "see"]


BASE = {"mint": 0, "noor": 1, "tea": 2, "with": 3}


def mixed(own, *context, prefix=""):
    """Return (p of mint, noor, tea and with; p of other words) over an even base model."""
    own.attach(BASE)
    low, high = (0, 4) if not prefix else (1, 2) if prefix == "n" else (4, 4)
    p = np.full(high - low, 0.25, np.float32)
    others = own.mix(p, low, high, [("word", word) for word in context], prefix)
    return p, others


def test_nothing_learned_leaves_the_base_model_alone():
    assert mixed(OwnWords())[0].tolist() == [0.25] * 4


def test_what_followed_before_is_predicted_after_the_same_words():
    own = OwnWords()
    own.learn("tea", TEA)
    p, _ = mixed(own, "tea", "with")
    assert BASE["noor"] == p.argmax()
    assert p[1] > mixed(own, "tea")[0][1]


def test_more_uses_weigh_more():
    own, habit = OwnWords(), OwnWords()
    own.learn("1", "tea with noor")
    for number in range(20):
        habit.learn(str(number), "tea with noor")
    assert mixed(habit, "tea", "with")[0][1] > 2 * mixed(own, "tea", "with")[0][1] > 0.5


def test_a_prefix_gives_the_same_probability_as_no_prefix():
    own = OwnWords()
    own.learn("tea", TEA)
    assert mixed(own, "tea", "with", prefix="n")[0][0] == mixed(own, "tea", "with")[0][1]


@pytest.mark.parametrize("context", [[], ["tea"], ["tea", "with"], ["never", "seen"]])
def test_own_and_base_probabilities_sum_to_one(context):
    own = OwnWords()
    own.learn("tea", "Tea with tea with noor, with mint")
    p, others = mixed(own, *context)
    assert p.sum() + sum(others.values()) == pytest.approx(1)


def test_a_word_that_the_base_model_does_not_know_is_offered_from_its_second_use():
    own = OwnWords()
    own.learn("one", "Lunch with Zuleika")
    assert mixed(own, "with", prefix="zu")[1] == {}
    own.learn("two", "We miss Zuleika")
    assert list(mixed(own, "with", prefix="zu")[1]) == ["zuleika"]


def test_attaching_the_base_model_before_or_after_learning_gives_the_same():
    before, after = OwnWords(), OwnWords()
    before.attach(BASE)
    before.learn("tea", TEA)
    after.learn("tea", TEA)
    after.attach(BASE)
    assert before.counts() == after.counts()


def test_of_an_endless_note_only_the_end_is_learned():
    own = OwnWords()
    own.learn("long", "early words. " * 400_000 + "the last line")
    assert own.learned("line") and own.counts()["used"] <= NOTE_CHARACTERS / 2


def test_any_text_can_be_learned_and_taken_back():
    own = OwnWords()
    for number, text in enumerate(["", "\x02 \x03", "😀😀", "今日は", "שלום עולם", "x" * 100_000, "\u0301\u0301", "'''"]):
        own.learn(str(number), text)
    for number in range(8):
        own.unlearn(str(number))
    assert own.counts() == OwnWords().counts()


# -- gathered ----------------------------------------------------------------------------------

SAYINGS = [TEA, RAIN, "Zuleika came. zuleika went. Zuleika!", "", "tea", "Tea", "TEA tea Tea.", "Ärger mit İstanbul. ΟΔΟΣ ΟΔΟΣ.", "x" * 300, "\x02 \x03", "今日は\n\nshe said 5 things"]


@pytest.mark.parametrize("seed", range(6))
def test_whenever_words_are_gathered_the_counts_are_the_same(seed):
    chance = random.Random(seed)
    gathering, plain = OwnWords(), OwnWords()
    for own in (gathering, plain):
        own.attach(BASE)
    for _ in range(60):
        note_id, text, act = str(chance.randrange(8)), chance.choice(SAYINGS), chance.random()
        if act < 0.1:
            gathering.forget("noor")
            plain.forget("noor")
        elif act < 0.3:
            gathering.unlearn(note_id)
            plain.unlearn(note_id)
        else:
            (gathering.read if act < 0.6 else gathering.learn)(note_id, text, 1)
            plain.learn(note_id, text)
        if act > 0.9:
            gathering.gather()
        elif act > 0.8:
            gathering.catch_up()
    gathering.catch_up()
    assert gathering.counts() == plain.counts()
    gathering.gather()
    assert gathering.counts() == plain.counts()
    for context in ([], ["tea"], ["tea", "with"]):
        ours, theirs = (mixed(own, *context) for own in (gathering, plain))
        np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-5)
        assert ours[1] == pytest.approx(theirs[1])


def test_gathered_words_are_the_same_bytes_in_whatever_order_and_never_hold_what_was_taken_back():
    one, other = OwnWords(), OwnWords()
    for number, text in enumerate(SAYINGS):
        one.read(str(number), text, 1)
    one.read("gone", "A secret about Ophelia.", 1)
    one.gather()
    one.unlearn("gone")
    one.gather()
    for number, text in reversed(list(enumerate(SAYINGS))):
        other.learn(str(number), text, 1)
        other.gather()
    assert one.gathered.pack() == other.gathered.pack() and b"phelia" not in one.gathered.pack()


def test_what_is_kept_is_what_is_read_again():
    own, after = OwnWords(), OwnWords()
    own.attach(BASE)
    after.attach(BASE)
    own.learn("tea", TEA, 3)
    own.learn("rain", RAIN, 1)
    own.gather()
    after.forget("mint")
    after.learn("new", "Mint and tea.", 1)
    after.restore(WordCounts.read(own.gathered.pack()))
    assert after.revision("tea") == 3 and after.revision("new") == 1 and after.revision("never") == -1
    own.forget("mint")
    own.learn("new", "Mint and tea.", 1)
    assert after.counts() == own.counts()


def test_what_waits_is_not_counted_before_it_is_gathered():
    own = OwnWords()
    own.read("tea", TEA, 1)
    assert own.learned() == [] and own.ungathered == 1 and own.revision("tea") == 1
    own.gather()
    assert own.learned("noor") == [{"word": "Noor", "count": 2}] and own.ungathered == 0
