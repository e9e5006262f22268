"""Working time held against a person who counts minutes with the calendar and a clock on the wall in hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftersales.worktime import parse_calendar

from .worktime_bodies import ALL_DAYS, NATIONAL_DAY

MINUTE = timedelta(minutes=1)
# Days on which something happens to the clocks, and one on which nothing does.
WHERE = {
    "Asia/Shanghai": (date(2026, 10, 1),),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Asia/Kathmandu": (date(2026, 10, 25),),  # a quarter of an hour beside all others
}
# Whole hours: what a closing within the hour that comes twice means is a rule of its own, with its own
# examples in test_worktime_calendars. By day any quarter will do.
night_edges = st.integers(0, 4).map(lambda hour: hour * 60)
day_edges = st.integers(20, 95).map(lambda quarter: quarter * 15)
edges = st.one_of(night_edges, day_edges)


def written(minute):
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


@st.composite
def hours_of_a_day(draw, may_be_none=True):
    """Up to three intervals in order; the last may run over midnight, up to five."""
    cuts = sorted(draw(st.lists(edges, min_size=2, max_size=6, unique=True)))
    pairs = [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2)]
    if draw(st.booleans()) and pairs[0][0] >= 300:
        pairs[-1] = (pairs[-1][0], 1440 + draw(night_edges))
    if may_be_none and draw(st.booleans()):
        return []
    return pairs


def intervals(pairs):
    return [f"{written(opens)}-{'24:00' if closes == 1440 else written(closes)}" for opens, closes in pairs]


def apart(week):
    """The hours of each weekday that no night before still runs into; parsing refuses the others."""
    kept = {}
    for number, day in enumerate(ALL_DAYS):
        night = week[ALL_DAYS[number - 1]]
        runs_until = max((closes - 1440 for _opens, closes in night), default=0)
        kept[day] = [pair for pair in week[day] if pair[0] >= runs_until]
    return kept


@st.composite
def calendars(draw):
    """(body, hours by date, breaks by date, a day to look at): as a calendar writes it and as a person reads it."""
    zone = draw(st.sampled_from(sorted(WHERE)))
    day = draw(st.sampled_from(WHERE[zone]))
    week = apart({name: draw(hours_of_a_day()) for name in ALL_DAYS})
    week["wed"] = week["wed"] or [(600, 900)]
    near = [day + timedelta(days=number) for number in range(-1, 3)]
    kinds = {at: draw(st.sampled_from(["usual", "holiday", "made up", "special"])) for at in near}
    special = {at: draw(hours_of_a_day()) for at, kind in kinds.items() if kind == "special"}
    made_up = draw(hours_of_a_day(may_be_none=False))
    breaks = {at: draw(hours_of_a_day()) for at in near}
    body = {
        "code": "drawn",
        "name": NATIONAL_DAY,
        "time_zone": zone,
        "weekly": {name: intervals(pairs) for name, pairs in week.items()},
        "holidays": [
            {"name": NATIONAL_DAY, "days": [str(at) for at, kind in kinds.items() if kind == "holiday"]}
        ],
        "make_up_days": [str(at) for at, kind in kinds.items() if kind == "made up"],
        "make_up_hours": intervals(made_up),
        "special_days": {str(at): intervals(pairs) for at, pairs in special.items()},
        "breaks": {str(at): intervals(pairs) for at, pairs in breaks.items()},
    }

    def hours_on(at):
        kind = kinds.get(at, "usual")
        if kind == "usual":
            return week[ALL_DAYS[at.weekday()]]
        return {"holiday": [], "made up": made_up, "special": special.get(at)}[kind]

    return body, hours_on, lambda at: breaks.get(at, []), day


def covers(pairs_on, wall):
    """Whether an interval that begins on the wall's day, or ran on from the day before, holds this minute."""
    minute = wall.hour * 60 + wall.minute
    today, yesterday = pairs_on(wall.date()), pairs_on(wall.date() - timedelta(days=1))
    return any(opens <= minute < closes for opens, closes in today) or any(
        opens <= minute + 1440 < closes for opens, closes in yesterday
    )


def looked_at(drawn, count, offset):
    """(calendar, start, for each minute since then whether it is worked)."""
    body, hours_on, breaks_on, day = drawn
    zone = ZoneInfo(body["time_zone"])
    start = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC) + offset * MINUTE
    walls = ((start + number * MINUTE).astimezone(zone) for number in range(count))
    return (
        parse_calendar(body),
        start,
        [covers(hours_on, wall) and not covers(breaks_on, wall) for wall in walls],
    )


few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(calendars(), st.integers(-900, 300))
def test_working_time_is_what_counting_minutes_gives(drawn, offset):
    kept, start, minutes = looked_at(drawn, 2 * 1440, offset)

    counted = 0
    for number, is_open in enumerate(minutes):
        at = start + number * MINUTE
        assert kept.is_open(at) is is_open, at
        assert kept.between(start, at) == counted * MINUTE
        counted += is_open
        if is_open:
            assert kept.add(start, counted) == at + MINUTE  # at closing, too: not at the next opening


@few
@given(
    calendars(),
    st.lists(st.tuples(st.integers(-300, 2000), st.integers(0, 900)), max_size=4),
    st.integers(1, 900),
)
def test_a_clock_that_stands_still_counts_only_the_minutes_between_its_pauses(drawn, pauses, work):
    kept, start, minutes = looked_at(drawn, 3 * 1440, 0)

    def stands_still(number):
        return any(begins <= number < begins + length for begins, length in pauses)

    worked = [number for number, is_open in enumerate(minutes) if is_open and not stands_still(number)]
    if len(worked) >= work:
        due = kept.add_around(
            start,
            work,
            [(start + begins * MINUTE, start + (begins + length) * MINUTE) for begins, length in pauses],
        )
        assert due == start + (worked[work - 1] + 1) * MINUTE
