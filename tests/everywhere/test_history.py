from app.everywhere.clock import milliseconds, timestamp
from app.everywhere.history import DAY, HOUR, MINUTE, Session, believed, kept_ms, lost, note_of, revision_of, thinned
from app.everywhere.note import new_note
from app.everywhere.ulid import new_ulid

NOW = 1_795_242_975_000
ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def at(ms):
    return ID + "-" + new_ulid(ms, bytes(10))


def note(text, updated=NOW, **fields):
    return new_note(ID, timestamp(updated), "", text) | {"revision": 3} | fields


def due(session, old, new, now=NOW):
    found = session.due(old, new, timestamp(now))
    return found and (found[0]["text"], found[1])


def test_a_revision_holds_the_state_and_its_id_the_note_and_the_moment():
    revision = revision_of(note("Rain.", tags=["home"]), new_ulid(NOW, bytes(10)), "pause")
    assert (revision["text"], revision["tags"], revision["revision"]) == ("Rain.", ["home"], 3)
    assert note_of(revision["id"]) == ID and kept_ms(revision["id"]) == NOW


def test_what_is_lost_is_what_one_edit_took_away():
    for old, new, characters in (("", "a", 0), ("rain", "rain and sun", 0), ("rain and sun", "rain", 8), ("abc", "xyz", 3),
                                 ("one two three", "one three", 4), ("aaa", "aa", 1), ("naïve ☕ day", "naïve day", 2)):
        assert lost(old, new) == characters, (old, new)


def test_writing_on_after_a_pause_keeps_the_state_before():
    session = Session()
    assert due(session, note("Rain.", NOW - 6 * MINUTE), note("Rain. S")) == ("Rain.", "pause")
    session.kept(timestamp(NOW))
    assert due(session, note("Rain. S", NOW), note("Rain. Su"), NOW + 250) is None


def test_the_first_words_of_a_note_keep_nothing_and_neither_does_a_pin():
    assert due(Session(), note("", NOW - DAY), note("R")) is None
    assert due(Session(), note("Rain.", NOW - DAY), note("Rain.", pinned=True)) is None


def test_tags_that_are_given_one_after_the_other_after_a_pause_keep_one_state():
    session = Session()
    assert due(session, note("Rain.", NOW - DAY), note("Rain.", tags=["a"]))
    session.kept(timestamp(NOW))
    assert due(session, note("Rain.", NOW - DAY, tags=["a"]), note("Rain.", tags=["a", "b"]), NOW + MINUTE) is None


def test_writing_without_a_pause_keeps_a_state_now_and_then_and_a_long_note_less_often():
    for text, minutes in (("Rain.", 15), ("x" * 400_000, 60)):
        session = Session()
        assert due(session, note(text), note(text + "1")) is None
        assert due(session, note(text, NOW + (minutes - 1) * MINUTE), note(text + "2"), NOW + (minutes - 1) * MINUTE) is None
        assert due(session, note(text, NOW + minutes * MINUTE), note(text + "3"), NOW + minutes * MINUTE)[1] == "writing"


def test_much_that_is_deleted_at_once_or_replaced_keeps_the_state_before():
    assert due(Session(), note("x" * 200), note("")) == ("x" * 200, "deletion")
    assert due(Session(), note("x" * 200), note("y" * 500))[1] == "deletion"
    assert due(Session(), note("x" * 200), note("x" * 190)) is None


def test_what_is_deleted_little_by_little_keeps_the_state_in_which_it_was_longest():
    session = Session()
    for length in range(400, 290, -10):
        assert due(session, note("x" * length), note("x" * (length - 10))) is None
    assert due(session, note("x" * 290), note("x" * 280)) == ("x" * 400, "deletion")
    session.kept(timestamp(NOW))
    assert due(session, note("x" * 280), note("x" * 270), NOW + 1) is None


def test_a_merge_keeps_what_it_replaces_but_not_each_time():
    session = Session()
    assert session.merging(note("theirs"), timestamp(NOW))[1] == "merge"
    session.kept(timestamp(NOW))
    assert session.merging(note("theirs"), timestamp(NOW + 1000)) is None
    assert session.merging(note("theirs"), timestamp(NOW + 3 * MINUTE))


def test_revisions_thin_out_with_age():
    ids = [at(NOW - hours * HOUR) for hours in range(0, 2 * 365 * 24)][::-1] + [at(NOW - minutes * MINUTE) for minutes in range(0, 60, 5)][::-1]
    gone = set(thinned(ids, NOW))
    ages = [(NOW - kept_ms(id)) // HOUR for id in ids if id not in gone]
    assert len([age for age in ages if age < 24]) == 24 + 12
    assert len([age for age in ages if 24 <= age < 7 * 24]) == 144
    assert 23 <= len([age for age in ages if 7 * 24 <= age < 31 * 24]) <= 26
    assert 46 <= len([age for age in ages if 31 * 24 <= age < 365 * 24]) <= 50
    assert 11 <= len([age for age in ages if 365 * 24 <= age]) <= 14


def test_thinning_again_takes_nothing_and_thinning_later_leaves_enough():
    ids = [at(NOW - minutes * MINUTE) for minutes in range(0, 40 * 24 * 60, 60)][::-1]
    for _ in range(2):
        gone = thinned(ids, NOW)
        ids = [id for id in ids if id not in gone]
    assert gone == []
    for days in range(0, 800, 7):
        gone = thinned(ids, NOW + days * DAY)
        ids = [id for id in ids if id not in gone]
        assert ids
    assert at(NOW) in ids


def test_a_clock_that_was_set_back_a_year_takes_nothing():
    ids = [at(NOW - hours * HOUR) for hours in range(24)][::-1]
    assert thinned(ids, NOW - 365 * DAY) == []
    assert thinned([at(NOW - 365 * DAY), at(NOW + 365 * DAY)], NOW) == []


def test_the_newest_always_stays():
    ids = [at(NOW - seconds) for seconds in range(9)][::-1]
    for years in (1, 10, 100):
        assert at(NOW) not in thinned(ids, NOW + years * 365 * DAY)


def walked(nows, known=None):
    known = known or {"moment": timestamp(NOW), "day": ""}
    moment = ""
    for now in nows:
        moment, known = believed(timestamp(now), known)
    return (milliseconds(moment) - NOW) / DAY, known


def test_a_clock_that_is_looked_at_every_day_is_believed():
    assert walked([NOW + days * DAY for days in range(100)])[0] == 99
    assert walked([NOW + hours * HOUR for hours in range(60)])[0] == 59 / 24


def test_a_clock_that_jumps_a_year_ahead_is_believed_by_three_days_however_often_it_is_asked():
    assert walked([NOW + 365 * DAY + minutes * MINUTE for minutes in range(60)])[0] == 3


def test_when_the_wrong_clock_is_put_right_nothing_is_older_than_it_is():
    days, known = walked([NOW + 365 * DAY, NOW + 366 * DAY])
    assert days == 6
    assert walked([NOW + DAY], known)[0] == 1
    assert walked([NOW + days * DAY for days in range(1, 20)], known)[0] == 19


def test_a_holiday_is_caught_up_with():
    assert walked([NOW + (60 + days) * DAY for days in range(40)])[0] == 99


def test_a_clock_set_back_makes_things_younger_and_forgets_nothing():
    assert walked([NOW - 365 * DAY])[0] == -365
    assert walked([NOW - 365 * DAY, NOW + HOUR])[0] == 1 / 24
