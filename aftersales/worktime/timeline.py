"""Opening hours on the line of time: sorted intervals with running totals, laid out as far as asked."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain
from typing import NamedTuple

from django.utils.translation import gettext as _

from aftersales.errors import NotPossible

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
MICROS = 1_000_000  # integers throughout: what is added comes back exactly
DAY_SECONDS = 86_400

FIRST_YEAR, LAST_YEAR = 1900, 2200
HORIZON_YEARS = 20
HORIZON = HORIZON_YEARS * 366 * DAY_SECONDS * MICROS
# How many years past its start a search looks before it lays out more; the last step covers the horizon.
YEARS_AHEAD = (1, 4, HORIZON_YEARS + 1)


class BeyondHorizon(NotPossible):
    """The answer lies further away than a promise can sensibly reach."""

    code = "beyond_horizon"


class Span(NamedTuple):
    """Whole years of opening hours; `totals[i]` is what was worked before interval `i` begins."""

    first_year: int
    last_year: int
    begins: list[int]
    ends: list[int]
    totals: list[int]

    def worked_until(self, at):
        i = bisect_right(self.begins, at) - 1
        if i < 0:
            return 0
        return self.totals[i] + min(at, self.ends[i]) - self.begins[i]

    def instant_of(self, total):
        """The first instant at which `total`, above zero, has been worked."""
        i = bisect_left(self.totals, total, lo=1) - 1
        return self.begins[i] + total - self.totals[i]

    def is_open(self, at):
        i = bisect_right(self.begins, at) - 1
        return i >= 0 and at < self.ends[i]


class Timeline:
    """A calendar's hours as instants, in microseconds since 1970.

    It grows by replacing `_span` with a longer one in a single assignment, so threads may share it
    without a lock: the worst that happens is the same work done twice.
    """

    def __init__(self, calendar):
        self._calendar = calendar
        self._years = {}
        self._span = Span(FIRST_YEAR, FIRST_YEAR - 1, [], [], [0])

    def reached(self, start, year, work):
        span = self._span
        if span.first_year < year < span.last_year:
            # Nearly every answer lies in what is laid out already; calls would cost as much as the search.
            i = bisect_right(span.begins, start) - 1
            total = work if i < 0 else span.totals[i] + min(start, span.ends[i]) - span.begins[i] + work
            if total <= span.totals[-1]:
                i = bisect_left(span.totals, total, lo=1) - 1
                return self._within_horizon(start, span.begins[i] + total - span.totals[i])
        for span in self._spans_ahead(year):
            total = span.worked_until(start) + work
            if total <= span.totals[-1]:
                return self._within_horizon(start, span.instant_of(total))
        raise self._beyond_horizon()

    def next_opening(self, at, year):
        for span in self._spans_ahead(year):
            if span.is_open(at):
                return at
            i = bisect_right(span.begins, at)
            if i < len(span.begins):
                return self._within_horizon(at, span.begins[i])
        raise self._beyond_horizon()

    def worked(self, start, end, start_year, end_year):
        span = self._covering(min(start_year, end_year) - 1, max(start_year, end_year) + 1)
        return span.worked_until(end) - span.worked_until(start)

    def is_open(self, at, year):
        return self._covering(year - 1, year + 1).is_open(at)

    def open_on(self, day):
        """The intervals that begin on this day, without the breaks."""
        pieces = [self._interval(day, hours) for hours in self._calendar.hours_on(day)]
        if self._calendar.breaks:
            for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
                for hours in self._calendar.breaks_on(near):
                    pieces = list(_without(pieces, *self._interval(near, hours)))
        return [(begin, end) for begin, end in pieces if begin < end]

    def _spans_ahead(self, year):
        for ahead in YEARS_AHEAD:
            # A year before, because the caller's year may differ from the calendar's around New Year.
            yield self._covering(year - 1, year + ahead)

    def _within_horizon(self, start, found):
        # Checked on the answer, so that it does not depend on how much happens to be laid out already.
        if found - start > HORIZON:
            raise self._beyond_horizon()
        return found

    def _beyond_horizon(self):
        return BeyondHorizon(
            _(
                "The calendar “%(code)s” has too little working time: "
                "the answer is more than %(years)d years away."
            )
            % {"code": self._calendar.code, "years": HORIZON_YEARS}
        )

    def _covering(self, first_year, last_year):
        span = self._span
        if span.first_year <= first_year and last_year <= span.last_year:
            return span
        return self._grow(span, first_year, last_year)

    def _grow(self, span, first_year, last_year):
        if first_year < FIRST_YEAR or last_year > LAST_YEAR:
            raise BeyondHorizon(
                _("Working time is counted from %(first)d to %(last)d.")
                % {"first": FIRST_YEAR + 1, "last": LAST_YEAR - HORIZON_YEARS - 1}
            )
        if span.begins:
            first_year, last_year = min(first_year, span.first_year), max(last_year, span.last_year)
        for year in range(first_year, last_year + 1):
            if year not in self._years:
                self._years[year] = self._lay_out(year)
        years = (self._years[year] for year in range(first_year, last_year + 1))
        self._span = grown = _span(first_year, last_year, chain.from_iterable(years))
        return grown

    def _lay_out(self, year):
        days = range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        return [interval for day in days for interval in self.open_on(date.fromordinal(day))]

    def _interval(self, day, hours):
        zone = self._calendar.zone
        return instant(day, hours.opens, zone), instant(day, hours.closes, zone)


def _span(first_year, last_year, intervals):
    """Join what touches or overlaps, so that nothing is counted twice, and add up."""
    begins, ends = [], []
    for begin, end in intervals:
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(begin)
            ends.append(end)
    lengths = (end - begin for begin, end in zip(begins, ends, strict=True))
    return Span(first_year, last_year, begins, ends, list(accumulate(lengths, initial=0)))


def _without(pieces, cut_begin, cut_end):
    for begin, end in pieces:
        yield begin, min(end, max(begin, cut_begin))
        yield max(begin, min(end, cut_end)), end


def instant(day, minute, zone):
    """When the wall clock of that zone first shows, or jumps over, this minute of the day."""
    later_days, minute_of_day = divmod(minute, 1440)
    ordinal = day.toordinal() + later_days
    wall = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), zone)
    wall = wall.replace(hour=minute_of_day // 60, minute=minute_of_day % 60)
    shown = (ordinal - EPOCH_DAY) * DAY_SECONDS + minute_of_day * 60
    before, after = _seconds(wall.utcoffset()), _seconds(wall.replace(fold=1).utcoffset())
    if after > before:
        return _jump(shown - after, shown - before, after, zone) * MICROS
    return (shown - before) * MICROS


def _jump(low, high, offset_after, zone):
    """The second in (low, high] at which the clocks are put forward."""
    while high - low > 1:
        middle = (low + high) // 2
        if _seconds(as_datetime(middle * MICROS, zone).utcoffset()) == offset_after:
            high = middle
        else:
            low = middle
    return high


def _seconds(offset):
    return offset.days * DAY_SECONDS + offset.seconds


def as_micros(at):
    if at.utcoffset() is None:
        raise ValueError("Working time needs instants with a time zone.")
    since = at - EPOCH
    return (since.days * DAY_SECONDS + since.seconds) * MICROS + since.microseconds


def as_datetime(micros, zone):
    at = EPOCH + timedelta(microseconds=micros)
    return at if zone is UTC else at.astimezone(zone)
