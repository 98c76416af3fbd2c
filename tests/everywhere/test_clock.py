from app.everywhere.clock import milliseconds, timestamp


def test_a_timestamp_is_iso_8601_in_utc_with_milliseconds():
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert timestamp(1795242975825) == "2026-11-21T06:36:15.825Z"


def test_leap_days_and_the_ends_of_years_are_right():
    assert timestamp(951782400000) == "2000-02-29T00:00:00.000Z"
    assert timestamp(1709164799999) == "2024-02-28T23:59:59.999Z"
    assert timestamp(1709251199999) == "2024-02-29T23:59:59.999Z"
    assert timestamp(1798761599999) == "2026-12-31T23:59:59.999Z"
    assert timestamp(4107542400000) == "2100-03-01T00:00:00.000Z"


def test_timestamps_sort_as_the_moments_do():
    moments = [999, 1000, 59999, 86400000, 1795242975825, 1795242975826]
    texts = [timestamp(ms) for ms in moments]
    for earlier, later in zip(texts, texts[1:]):
        assert earlier < later


def test_milliseconds_are_read_back_from_a_timestamp():
    for ms in (0, 999, 951782400000, 1795242975825, 4107542400000):
        assert milliseconds(timestamp(ms)) == ms
