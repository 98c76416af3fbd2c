from app.everywhere.days import Tally, anniversaries, day_of, monday, number_of, shade, shades, streaks, weeks


def rows(*days):
    return [[day, 1, 10] for day in days]


def test_a_day_and_its_number_are_two_names_of_one_thing():
    assert number_of("1970-01-01") == 0 and day_of(0) == "1970-01-01"
    assert day_of(number_of("2024-02-28") + 1) == "2024-02-29"
    assert day_of(number_of("2100-02-28") + 1) == "2100-03-01"
    for number in range(-800, 40000, 97):
        assert number_of(day_of(number)) == number


def test_a_week_begins_on_monday():
    assert day_of(monday(number_of("2025-03-09"))) == "2025-03-03"
    assert day_of(monday(number_of("2025-03-10"))) == "2025-03-10"


def test_a_tally_has_each_day_on_which_something_was_written_in_order():
    tally = Tally()
    for day, words in (("2025-03-10", 5), ("2024-12-31", 2), ("2025-03-10", 7), ("2025-01-01", 0)):
        tally.add(day, words)
    assert tally.rows() == [["2024-12-31", 1, 2], ["2025-01-01", 1, 0], ["2025-03-10", 2, 12]]
    assert Tally().rows() == []


def test_a_streak_goes_on_while_today_can_still_be_written():
    written = rows("2025-02-27", "2025-02-28", "2025-03-01", "2025-03-05", "2025-03-06")
    assert streaks(written, "2025-03-06") == (2, 3)
    assert streaks(written, "2025-03-07") == (2, 3)
    assert streaks(written, "2025-03-08") == (0, 3)
    assert streaks([], "2025-03-08") == (0, 0)


def test_a_day_ahead_of_the_clock_makes_no_streak():
    assert streaks(rows("2025-03-10"), "2025-03-08") == (0, 1)


def test_weeks_have_no_gaps_and_end_with_this_one():
    written = [["2025-03-02", 1, 5], ["2025-03-03", 1, 6], ["2025-03-20", 2, 7]]
    assert weeks(written, "2025-03-22") == [["2025-02-24", 1, 5], ["2025-03-03", 1, 6], ["2025-03-10", 0, 0], ["2025-03-17", 2, 7]]
    assert weeks(written, "2025-03-22", 2) == [["2025-03-10", 0, 0], ["2025-03-17", 2, 7]]
    assert weeks([], "2025-03-22") == [["2025-03-17", 0, 0]]


def test_a_week_that_has_not_come_is_not_shown():
    assert weeks([["2025-03-20", 1, 5], ["2026-01-01", 1, 5]], "2025-03-22") == [["2025-03-17", 1, 5]]
    assert weeks([["2026-01-01", 1, 5]], "2025-03-22") == [["2025-03-17", 0, 0]]


def test_this_day_in_earlier_years_reaches_back_to_the_first_note():
    assert anniversaries("2025-03-09", "2023-03-10") == ["2024-03-09", "2023-03-09"]
    assert anniversaries("2025-03-09", "2025-01-01") == []
    assert anniversaries("2024-02-29", "2019-01-01") == ["2020-02-29"]


def test_a_shade_is_a_quarter_of_the_days_that_were_written():
    least = shades([10, 20, 30, 40, 50, 60, 70, 80])
    assert [shade(words, least) for words in (0, 1, 20, 30, 49, 50, 70, 900)] == [0, 1, 1, 2, 2, 3, 4, 4]
    assert shade(5, shades([])) == 4 and shade(0, shades([])) == 0


def test_a_clock_that_was_wrong_once_draws_no_two_thousand_years():
    assert len(weeks(rows("0001-01-01", "2025-03-20"), "2025-03-22")) == 2600
    tally = Tally()
    tally.add("9999-12-31", 1)
    tally.add("0001-01-01", 1)
    assert [row[0] for row in tally.rows()] == ["0001-01-01", "9999-12-31"]
