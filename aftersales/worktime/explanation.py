"""Why a due time is what it is: the hours that counted, and the days met on the way that differ.

Each row is a dict: `from` and `to` (in the calendar's zone), `minutes` worked in it, `reason`, and
`name` (`{"zh", "en"}`, of a holiday, else None). Reasons: `open`, `make_up_day` and `special_day` count;
`holiday` (consecutive days of one name are one row) and `not_announced` (before or after what is known of
the holidays: counted by weekday) count nothing. Closed nights and weekends are not mentioned.
"""

from datetime import date, timedelta
from itertools import groupby

from .timeline import MICROS, as_datetime, as_micros, instant

MINUTE = 60 * MICROS


def explain(calendar, start, due):
    begin, end = as_micros(start), as_micros(due)
    if begin >= end:
        return []
    first = as_datetime(begin, calendar.zone).date()
    last = as_datetime(end - 1, calendar.zone).date()
    rows = [
        *_unannounced(calendar, begin, end),
        *_holidays(calendar, first, last),
        *_worked(calendar, begin, end, first, last),
    ]
    return sorted(rows, key=lambda row: row["from"])


def _worked(calendar, begin, end, first, last):
    """Whole minutes are cut from the running total, so that the rows always add up to it."""
    total = 0
    for reason, piece_begin, piece_end in _joined(_pieces(calendar, begin, end, first, last)):
        before, total = total, total + piece_end - piece_begin
        yield _row(calendar, piece_begin, piece_end, reason, minutes=total // MINUTE - before // MINUTE)


def _pieces(calendar, begin, end, first, last):
    # The night shift of the day before may still be running.
    for day in _days(first - timedelta(days=1), last):
        for piece_begin, piece_end in calendar.timeline.open_on(day):
            # What is already counted moves `begin` on: make-up hours may overlap last night's shift.
            piece_begin, piece_end = max(piece_begin, begin), min(piece_end, end)
            if piece_begin < piece_end:
                yield _reason(calendar, day), piece_begin, piece_end
                begin = piece_end


def _joined(pieces):
    """Pieces of one reason that touch are one: around the clock is a single row."""
    current = None
    for reason, begin, end in pieces:
        if current and current[0] == reason and current[2] == begin:
            current = reason, current[1], end
            continue
        if current:
            yield current
        current = reason, begin, end
    if current:
        yield current


def _reason(calendar, day):
    if calendar.is_special(day):
        return "special_day"
    return "make_up_day" if day in calendar.make_up_days else "open"


def _holidays(calendar, first, last):
    days = (day for day in _days(first, last) if day in calendar.holiday_names)

    def run(numbered):
        # Within consecutive days of one name, the day's number less its place is the same.
        place, day = numbered
        return day.toordinal() - place, calendar.holiday_names[day]

    for (_number, name), numbered in groupby(enumerate(days), key=run):
        days_off = [day for _place, day in numbered]
        begin = instant(days_off[0], 0, calendar.zone)
        end = instant(days_off[-1], 1440, calendar.zone)
        yield _row(calendar, begin, end, "holiday", name=name._asdict())


def _unannounced(calendar, begin, end):
    if calendar.announced_from:
        known = instant(calendar.announced_from, 0, calendar.zone)
        if begin < known:
            yield _row(calendar, begin, min(end, known), "not_announced")
    if calendar.announced_until:
        unknown = instant(calendar.announced_until, 1440, calendar.zone)
        if unknown < end:
            yield _row(calendar, max(begin, unknown), end, "not_announced")


def _row(calendar, begin, end, reason, *, minutes=0, name=None):
    return {
        "from": as_datetime(begin, calendar.zone),
        "to": as_datetime(end, calendar.zone),
        "minutes": minutes,
        "reason": reason,
        "name": name,
    }


def _days(first, last):
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
