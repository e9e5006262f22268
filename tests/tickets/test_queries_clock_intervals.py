"""What has counted of a clock and what is left, in minutes that add up to its target."""

from datetime import timedelta

import pytest

from tests.tickets.sla_cases import HOUR, MINUTE, MONDAY, unsaved_clock
from tickets.models import ClockState, Pause
from tickets.queries.clock_intervals import intervals, sums
from tickets.queries.clocks import explain_clock
from tickets.sla import seconds_left

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def told(moment, *, pauses=(), **changes):
    """[(from, to, minutes, ahead)] and the two sums."""
    clock = unsaved_clock(**changes)
    rows = intervals(clock, explain_clock(clock, pauses)["rows"], moment)
    summed = sums(rows, seconds_left(clock, moment))
    shape = [(row["from"], row["to"], row["minutes"], row["ahead"]) for row in rows]
    return shape, (summed["counted_minutes"], summed["left_minutes"])


def test_what_has_counted_is_told_apart_from_what_is_left():
    moment = MONDAY + HOUR + 30 * SECOND

    rows, summed = told(moment)

    assert rows == [(MONDAY, moment, 60, False), (moment, MONDAY + 4 * HOUR, 180, True)]
    assert summed == (60, 180)


def test_days_to_come_are_ahead():
    evening, tomorrow = MONDAY + 12 * HOUR, MONDAY + 24 * HOUR

    rows, summed = told(
        evening + 3 * HOUR, calendar="cn_extended", started_at=evening, due_at=tomorrow + 2 * HOUR
    )

    assert rows == [
        (evening, evening + 2 * HOUR, 120, False),
        (tomorrow, tomorrow + 2 * HOUR, 120, True),
    ]
    assert summed == (120, 120)


def test_what_counts_ends_where_the_clock_stopped():
    stopped = {"state": ClockState.MET, "stopped_at": MONDAY + 90 * MINUTE}

    assert told(MONDAY + 9 * HOUR, **stopped) == ([(MONDAY, MONDAY + 90 * MINUTE, 90, False)], (90, None))


def test_nothing_counted_of_what_stopped_before_opening():
    night = MONDAY - 2 * HOUR  # 07:00
    stopped = {"state": ClockState.MET, "stopped_at": night + 12 * MINUTE}

    assert told(
        MONDAY + HOUR, calendar="cn_extended", started_at=night, due_at=MONDAY + 4 * HOUR, **stopped
    ) == ([], (0, None))


def test_a_late_clock_counted_its_whole_target():
    assert told(MONDAY + 6 * HOUR) == ([(MONDAY, MONDAY + 4 * HOUR, 240, False)], (240, 0))


def test_a_part_of_a_second_that_a_pause_cut_off_is_no_minute():
    begin, end = MONDAY + HOUR, MONDAY + 2 * HOUR
    pause = Pause(pk=1, started_at=begin + 0.4 * SECOND, ended_at=end, waiting_on="customer")
    due = end + 3 * HOUR - SECOND  # three hours less 0.4 s were left, and kept in whole seconds

    for moment in (end + 90 * MINUTE + 7 * SECOND, due + HOUR):
        assert sum(told(moment, pauses=[pause], due_at=due)[1]) == 240


def test_a_paused_clock_has_counted_what_it_used():
    pause = Pause(pk=1, started_at=MONDAY + HOUR, ended_at=None, waiting_on="customer")
    paused = {"state": ClockState.PAUSED, "paused_at": MONDAY + HOUR, "remaining_seconds": 3 * 3600}

    rows, summed = told(MONDAY + 9 * HOUR, pauses=[pause], **paused)

    assert rows == [(MONDAY, MONDAY + HOUR, 60, False), (MONDAY + HOUR, None, 0, False)]
    assert summed == (60, 180)


def test_a_pause_in_which_it_stopped_ends_there():
    pause = Pause(pk=1, started_at=MONDAY + HOUR, ended_at=None, waiting_on="customer")
    stopped = {"state": ClockState.MET, "stopped_at": MONDAY + 2 * HOUR}

    rows, _summed = told(MONDAY + 9 * HOUR, pauses=[pause], **stopped)

    assert rows[-1] == (MONDAY + HOUR, MONDAY + 2 * HOUR, 0, False)
