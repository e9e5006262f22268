"""Whole months where the days hold them: every day is counted once, whatever the period."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aftersales.history.queries.sums import next_month, pieces

DAY = timedelta(days=1)
days = st.dates(date(2023, 1, 1), date(2027, 12, 31))


@settings(deadline=None)
@given(days, st.integers(0, 900))
def test_every_day_is_in_one_piece(first, length):
    last = first + length * DAY
    covered = []
    for grain, begin, end in pieces(first, last):
        if grain == "m":
            assert begin.day == 1
            assert (end + DAY).day == 1
        covered += [begin + at * DAY for at in range((end - begin).days + 1)]

    assert sorted(covered) == [first + at * DAY for at in range(length + 1)]


def test_two_years_are_few_pieces():
    assert pieces(date(2024, 3, 15), date(2026, 3, 14)) == [
        ("m", date(2024, 4, 1), date(2026, 2, 28)),
        ("d", date(2024, 3, 15), date(2024, 3, 31)),
        ("d", date(2026, 3, 1), date(2026, 3, 14)),
    ]
    assert next_month(date(2025, 12, 31)) == date(2026, 1, 1)
