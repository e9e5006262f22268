"""Working time held against its laws, and against a count minute by minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from aftersales.worktime import Hours

from .worktime_bodies import ALL_DAYS, NATIONAL_DAY, calendar, weekly

MINUTE = timedelta(minutes=1)
CHANGES_OF_CLOCKS = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC))

CALENDARS = {
    "office": calendar(
        holidays=[{"name": NATIONAL_DAY, "days": [f"2026-10-0{day}" for day in range(1, 8)]}],
        make_up_days=["2026-10-10"],
    ),
    "nights": calendar(weekly=weekly("21:00-05:30", days=ALL_DAYS), time_zone="Europe/Berlin"),
    "always": calendar(weekly=weekly("00:00-24:00", days=ALL_DAYS), time_zone="America/New_York"),
    "odd": calendar(
        weekly={"mon": ["00:00-00:01"], "sat": ["10:00-11:30", "23:30-00:30"]},
        breaks={"2026-11-21": ["11:00-11:10"]},
        time_zone="Asia/Kathmandu",
    ),
}
calendars = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.get)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
work = st.timedeltas(timedelta(microseconds=1), timedelta(hours=300))


@given(calendars, instants, work)
def test_what_is_added_lies_between(kept, start, work):
    assert kept.between(start, kept.add(start, work)) == work


@given(calendars, instants, work)
def test_the_due_instant_is_the_first_that_reaches_the_total(kept, start, work):
    due = kept.add(start, work)

    assert kept.between(start, due - timedelta(microseconds=1)) == work - timedelta(microseconds=1)


@given(calendars, instants, work, work)
def test_adding_twice_is_adding_the_sum(kept, start, one, other):
    assert kept.add(kept.add(start, one), other) == kept.add(start, one + other)


@given(calendars, instants, instants, work)
def test_a_later_start_is_never_due_earlier(kept, one, other, work):
    earlier, later = sorted((one, other))

    assert kept.add(earlier, work) <= kept.add(later, work)


@given(calendars, instants, work, work)
def test_more_work_is_due_later(kept, start, one, other):
    less, more = sorted((one, other))

    assert kept.add(start, less) <= kept.add(start, more)


@given(calendars, instants, instants, instants)
def test_between_adds_up_over_any_third_instant(kept, one, other, third):
    assert kept.between(one, other) + kept.between(other, third) == kept.between(one, third)


@given(calendars, instants, instants)
def test_between_never_exceeds_the_time_that_passes(kept, one, other):
    earlier, later = sorted((one, other))

    assert timedelta(0) <= kept.between(earlier, later) <= later - earlier


@given(calendars, instants)
def test_the_next_opening_is_open_and_nothing_is_worked_before_it(kept, at):
    opening = kept.next_opening(at)

    assert opening >= at
    assert kept.is_open(opening)
    assert kept.between(at, opening) == timedelta(0)
    assert (opening == at) == kept.is_open(at)


# Half hours, but 02:30: what a closing between two and three means when the clocks are put back is a
# rule of its own with its own examples in test_worktime_calendars.
half_hours = st.integers(0, 47).filter(lambda half: half != 5).map(lambda half: half * 30)


@st.composite
def berlin_weeks(draw):
    """For each weekday at most one shift, short enough to end before the next one may begin."""
    week = {}
    for day in draw(st.lists(st.sampled_from(ALL_DAYS), min_size=1, unique=True)):
        opens, closes = draw(half_hours), draw(half_hours)
        if opens != closes:
            week[day] = [f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"]
    return week or weekly("09:00-17:00")


def apart(week):
    """Without the nights that would run into the next day's shift, which parsing refuses."""
    return {
        day: hours
        for day, hours in week.items()
        if hours[0][6:] > hours[0][:5] or ALL_DAYS[(ALL_DAYS.index(day) + 1) % 7] not in week
    }


berlin_calendars = (
    berlin_weeks()
    .map(apart)
    .filter(bool)
    .flatmap(
        lambda week: st.sampled_from(
            [
                {},
                {"holidays": [{"name": NATIONAL_DAY, "days": ["2026-03-28", "2026-10-25"]}]},
                {"make_up_days": ["2026-03-29"], "make_up_hours": ["08:00-10:00", "23:00-01:00"]},
            ]
        ).map(lambda changes: calendar(weekly=week, time_zone="Europe/Berlin", **changes))
    )
)


def open_by_the_wall_clock(kept, at):
    """Whether a person with the calendar in hand, looking at the clock on the wall, would be at work."""
    wall = at.astimezone(ZoneInfo(kept.time_zone))
    minute = wall.hour * 60 + wall.minute
    today, yesterday = kept.hours_on(wall.date()), kept.hours_on(wall.date() - timedelta(days=1))
    overnight = [Hours(hours.opens - 1440, hours.closes - 1440) for hours in yesterday]
    return any(hours.opens <= minute < hours.closes for hours in (*today, *overnight))


@settings(max_examples=40, deadline=None)
@given(berlin_calendars, st.sampled_from(CHANGES_OF_CLOCKS), st.integers(-1500, 0))
def test_around_the_change_of_clocks_working_time_is_what_counting_minutes_gives(kept, change, offset):
    start = change + offset * MINUTE

    counted = 0
    for number in range(2 * 1440):
        at = start + number * MINUTE
        assert kept.between(start, at) == counted * MINUTE
        is_open = open_by_the_wall_clock(kept, at)
        assert kept.is_open(at) is is_open
        counted += is_open
        if is_open:
            assert kept.add(start, counted) == at + MINUTE
