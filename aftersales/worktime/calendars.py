"""A calendar: when a team works, and the questions one may ask of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .explanation import explain
from .timeline import DAY_SECONDS, MICROS, Timeline, as_datetime, as_micros


class Hours(NamedTuple):
    """Open from `opens` to `closes`, minutes after midnight; `closes` above 1440 runs into the next day."""

    opens: int
    closes: int


class Name(NamedTuple):
    """What people call it; at least one of the two is written."""

    zh: str = ""
    en: str = ""


class Holiday(NamedTuple):
    day: date
    name: Name


@dataclass(frozen=True)
class Calendar:
    """Weekly hours in local wall time, and the days that differ.

    A day's hours are, in this order: none on a holiday, its own on a special day, the make-up hours on
    a make-up day, else those of its weekday. Hours belong to the day they *begin* on. A holiday
    therefore takes away a night shift that begins on it, up to the morning after; the part after
    midnight of a shift that began the evening before stays, although it lies on the holiday. Breaks are
    cut out by the clock, whichever day the hours began on.

    Hours are wall times, durations are time that really passes: a night shift through the change of
    clocks is an hour longer or shorter. An opening or closing that the clocks jump over happens at the
    jump; one they pass twice happens at the first pass.
    """

    code: str
    name: Name
    time_zone: str
    weekly: tuple[tuple[Hours, ...], ...]
    holidays: tuple[Holiday, ...] = ()
    make_up_days: frozenset[date] = frozenset()
    make_up_hours: tuple[Hours, ...] = ()
    special_days: tuple[tuple[date, tuple[Hours, ...]], ...] = ()
    breaks: tuple[tuple[date, tuple[Hours, ...]], ...] = ()
    announced_from: date | None = None
    announced_until: date | None = None

    def add(self, start: datetime, work: int | timedelta) -> datetime:
        """The first instant, in UTC, at which so much has been worked since `start`.

        `work` is minutes or a timedelta. A total that is reached at closing time is reached at closing
        time, not at the next opening; no work at all is reached at `start`, open or not. Whoever wants
        the next opening asks `next_opening` for it.
        """
        micros, at = _work_in_micros(work), as_micros(start)
        return as_datetime(self.timeline.reached(at, start.year, micros) if micros else at, UTC)

    def add_around(self, start: datetime, work: int | timedelta, pauses) -> datetime:
        """As `add`, for a clock that stands still in `pauses`, pairs of instants in any order.

        A total that is reached when a pause begins is reached then.
        """
        left = timedelta(microseconds=_work_in_micros(work))
        for begins, ends in sorted(pauses):
            due = self.add(start, left)
            if due <= begins:
                return due
            left -= max(self.between(start, begins), timedelta(0))
            start = max(start, ends)
        return self.add(start, left)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative when `end` is the earlier."""
        return timedelta(
            microseconds=self.timeline.worked(as_micros(start), as_micros(end), start.year, end.year)
        )

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at this instant; the opening belongs to it, the closing does not."""
        return self.timeline.is_open(as_micros(at), at.year)

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening; in UTC."""
        return as_datetime(self.timeline.next_opening(as_micros(at), at.year), UTC)

    def explain(self, start: datetime, due: datetime) -> list[dict]:
        """How the working time from `start` to `due` comes about, row by row: see `explanation`."""
        return explain(self, start, due)

    def is_announced(self, day: date) -> bool:
        """Whether the holidays of that day are known, or the calendar merely guesses by weekday."""
        begins, ends = self.announced_from, self.announced_until
        return (begins is None or begins <= day) and (ends is None or day <= ends)

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours that begin on this day, breaks not yet taken out."""
        if day in self.holiday_names:
            return ()
        if day in self._special_hours:
            return self._special_hours[day]
        if day in self.make_up_days:
            return self.make_up_hours
        return self.weekly[day.weekday()]

    def breaks_on(self, day: date) -> tuple[Hours, ...]:
        return self._break_hours.get(day, ())

    def is_special(self, day: date) -> bool:
        return day in self._special_hours

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def holiday_names(self) -> dict[date, Name]:
        """The first name wins where two holidays share a day."""
        return {holiday.day: holiday.name for holiday in reversed(self.holidays)}

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self)

    @cached_property
    def _special_hours(self):
        return dict(self.special_days)

    @cached_property
    def _break_hours(self):
        return dict(self.breaks)


def _work_in_micros(work):
    if isinstance(work, timedelta):
        micros = (work.days * DAY_SECONDS + work.seconds) * MICROS + work.microseconds
    else:
        micros = round(work * 60 * MICROS)
    if micros < 0:
        raise ValueError("Working time to add cannot be negative.")
    return micros
