import asyncio

from app.everywhere.features import FEATURES, NO, Feature
from app.everywhere.places import PAGE
from app.page.placement import Timings, about, spent, summed_up, verdict
from app.page.storage import MemoryStorage

KEEP = Feature("keep", "Keep my notes", secret=NO, shared=NO, heavy=NO, runs_in=PAGE)
FINISH = Feature("complete", "Finish my words", secret=NO, shared=NO, heavy=NO, models=("completion",))
EXPLAIN = Feature("explain", "Explain this", secret="the provider's key", shared=NO, heavy="a model of gigabytes", sends="the selected text", instead="complete")
LIKE = Feature("like", "Like a note", secret=NO, shared="others see the count", heavy=NO, sends="which note", instead_why_none="nobody else would see it")
TABLE = (KEEP, FINISH, EXPLAIN, LIKE)
MODELS = {"completion": {"transferred": 1_993_487, "licence": "MIT"}}


def test_of_a_feature_of_the_device_it_is_said_where_it_runs_with_which_models_and_that_nothing_is_sent():
    lines = dict(about(FINISH, TABLE, MODELS, 8.4))
    assert [lines[question] for question in ("Needs a secret?", "Shared with others?", "Too heavy?")] == [["No."]] * 3
    assert lines["Models"] == ["completion, 2.0 MB. Licence: MIT."]
    assert lines["Last time here"] == ["8 ms, from question to answer."]
    assert lines["What it sends"] == ["Nothing."] and lines["Without a network"] == ["The same."]
    assert dict(about(KEEP, TABLE, {}))["Last time here"] == ["Not asked on this device yet."]
    assert "Models" not in dict(about(KEEP, TABLE, {}))


def test_the_first_yes_decides_and_no_further_question_is_asked():
    lines = dict(about(EXPLAIN, TABLE, {}))
    assert lines["Needs a secret?"] == ["Yes: the provider's key. This decided."]
    assert "Shared with others?" not in lines and "Too heavy?" not in lines
    assert lines["Where it runs"] == ["On the server."]
    assert lines["What it sends"] == ["The selected text."] and lines["Without a network"] == ["«Finish my words» serves instead."]
    assert dict(about(LIKE, TABLE, {}))["Without a network"] == ["Nobody else would see it."]


def test_the_whole_table_in_a_sentence():
    assert summed_up(TABLE) == "2 of 4 features run on this device; 2 need a server."
    assert summed_up(TABLE[:3]) == "2 of 3 features run on this device; 1 needs a server."
    assert summed_up(FEATURES).startswith("All ")


def test_the_advisors_verdict_in_a_few_words():
    assert verdict({"decided_by": "shared", "confidence": 0.934}) == "On a server: it must be shared. 93 % sure."
    assert verdict({"decided_by": "none", "confidence": 1}) == "On the device. 100 % sure."


def test_times_are_written_as_people_say_them():
    assert [spent(ms) for ms in (0, 1, 999, 1240)] == ["under 1 ms", "1 ms", "999 ms", "1.2 s"]


def test_the_last_times_are_there_at_the_next_start_and_newer_ones_count():
    async def story():
        storage = MemoryStorage()
        first = Timings(storage)
        first.took("keep", 3)
        first.took("complete", 20)
        await first.keep()
        second = Timings(storage)
        second.took("complete", 9)
        assert await second.known() == {"keep": 3, "complete": 9}
        await second.keep()
        assert await Timings(storage).known() == {"keep": 3, "complete": 9}

    asyncio.run(story())


def test_where_nothing_was_asked_nothing_is_written():
    storage = MemoryStorage()
    asyncio.run(Timings(storage).keep())
    assert asyncio.run(storage.get("settings", "feature times")) is None
