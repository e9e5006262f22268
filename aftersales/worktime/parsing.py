"""From the body of a calendar version to a `Calendar`, or a sentence that names what is wrong where.

    {"code": "cn_office", "name": {"zh": "...", "en": "..."}, "time_zone": "Asia/Shanghai",
     "weekly": {"mon": ["09:00-12:00", "13:00-18:00"], "fri": ["22:00-06:00"]},
     "holidays": [{"name": {"zh": "...", "en": "..."}, "days": ["2026-01-01"]}],
     "make_up_days": ["2026-01-04"], "make_up_hours": ["09:00-18:00"],
     "special_days": {"2026-12-24": ["09:00-12:00"]}, "breaks": {"2026-03-02": ["10:00-11:30"]},
     "announced_from": "2026-01-01", "announced_until": "2026-12-31"}

Only code, name, time_zone and weekly are required. Hours may run over midnight; 24:00 ends a day.
"""

import re
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aftersales.errors import Invalid

from .calendars import Calendar, Holiday, Hours, Name

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING_WEEK = 5  # make-up days borrow the hours of Monday to Friday, never of a weekend
DAY = 1440
INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24:00))", re.ASCII)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
REQUIRED = ("code", "name", "time_zone", "weekly")
OPTIONAL = (
    *("holidays", "make_up_days", "make_up_hours", "special_days", "breaks"),
    *("announced_from", "announced_until"),
)


def parse_calendar(body: dict) -> Calendar:
    _check_keys(body)
    weekly = _weekly(body["weekly"])
    holidays = _holidays(body.get("holidays"))
    make_up_days = frozenset(_days(body.get("make_up_days"), "make_up_days"))
    special_days = _hours_by_day(body.get("special_days"), "special_days")
    _check_each_day_is_one_thing(holidays, make_up_days, special_days)
    return Calendar(
        code=_text(body["code"], "code"),
        name=_name(body["name"], "name"),
        time_zone=_zone(body["time_zone"]),
        weekly=weekly,
        holidays=holidays,
        make_up_days=make_up_days,
        make_up_hours=_make_up_hours(body.get("make_up_hours"), weekly, make_up_days),
        special_days=special_days,
        breaks=_hours_by_day(body.get("breaks"), "breaks"),
        **_announced(body),
    )


def _check_keys(body):
    mapping(body)
    for key in REQUIRED:
        if key not in body:
            raise refusal(_("This is missing."), key)
    for key in body:
        if key not in REQUIRED + OPTIONAL:
            raise refusal(_("A calendar has no such entry."), key)


def _weekly(value):
    for key in mapping(value, "weekly"):
        if key not in WEEKDAYS:
            raise refusal(_("Weekdays are written mon, tue, wed, thu, fri, sat, sun."), "weekly", key)
    weekly = tuple(_hours_list(value.get(day, []), "weekly", day) for day in WEEKDAYS)
    if not any(weekly):
        raise refusal(_("This calendar is never open. Give at least one weekday hours."), "weekly")
    _check_nights(weekly)
    return weekly


def _check_nights(weekly):
    """Each day's own hours are known to be apart: look for a night that runs into the next day's hours."""
    for number, hours in enumerate(weekly):
        tomorrow = (number + 1) % 7
        if hours and weekly[tomorrow] and hours[-1].closes - DAY > weekly[tomorrow][0].opens:
            raise refusal(
                _("The night of %(day)s still runs when %(tomorrow)s opens.")
                % {"day": WEEKDAYS[number], "tomorrow": WEEKDAYS[tomorrow]},
                "weekly",
                WEEKDAYS[tomorrow],
            )


def _make_up_hours(value, weekly, make_up_days):
    if value is not None:
        hours = _hours_list(value, "make_up_hours")
        if not hours:
            raise refusal(_("Give the hours of make-up days, or leave this out."), "make_up_hours")
        return hours
    borrowed = next((hours for hours in weekly[:WORKING_WEEK] if hours), ())
    if make_up_days and not borrowed:
        raise refusal(
            _("Monday to Friday have no hours that a make-up day could take over. Give make_up_hours."),
            "make_up_days",
        )
    return borrowed


def _holidays(value):
    found = []
    for number, entry in enumerate(listing(value, "holidays")):
        for key in ("name", "days"):
            if key not in mapping(entry, "holidays", number):
                raise refusal(_("This is missing."), "holidays", number, key)
        name = _name(entry["name"], "holidays", number, "name")
        found += [Holiday(day, name) for day in _days(entry["days"], "holidays", number, "days")]
    return tuple(found)


def _check_each_day_is_one_thing(holidays, make_up_days, special_days):
    off = {holiday.day for holiday in holidays}
    for day in sorted(make_up_days):
        if day in off:
            raise refusal(_("%(day)s is both a holiday and a make-up day.") % {"day": day}, "make_up_days")
    for day, _hours in special_days:
        if day in off or day in make_up_days:
            raise refusal(
                _("%(day)s has hours of its own and is also a holiday or a make-up day.") % {"day": day},
                "special_days",
            )


def _hours_by_day(value, *place):
    days = mapping({} if value is None else value, *place)
    return tuple((_day(key, *place, key), _hours_list(hours, *place, key)) for key, hours in days.items())


def _hours_list(value, *place):
    """One day's hours in order, none inside another."""
    texts = listing(value, *place, may_be_none=False)
    hours = sorted(_hours(text, *place, number) for number, text in enumerate(texts))
    for earlier, later in pairwise(hours):
        if later.opens < earlier.closes:
            raise refusal(
                _("%(earlier)s and %(later)s overlap.")
                % {"earlier": _written(earlier), "later": _written(later)},
                *place,
            )
    return tuple(hours)


def _hours(text, *place):
    match = INTERVAL.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise refusal(_("“%(text)s” is not an interval. Write it like 09:00-18:00.") % {"text": text}, *place)
    from_hour, from_minute, to_hour, to_minute, midnight = match.groups()
    opens = int(from_hour) * 60 + int(from_minute)
    closes = DAY if midnight else int(to_hour) * 60 + int(to_minute)
    if opens == closes:
        raise refusal(_("%(text)s has no length. A whole day is 00:00-24:00.") % {"text": text}, *place)
    return Hours(opens, closes if closes > opens else closes + DAY)


def _written(hours):
    closes = hours.closes if hours.closes <= DAY else hours.closes - DAY
    return f"{hours.opens // 60:02}:{hours.opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


def _days(value, *place):
    return [_day(text, *place, number) for number, text in enumerate(listing(value, *place))]


def _day(text, *place):
    try:
        if isinstance(text, str) and ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # like the 30th of February: the sentence below fits it too
    raise refusal(_("“%(text)s” is not a day. Write it like 2026-01-31.") % {"text": text}, *place)


def _announced(body):
    """From which day until which the holidays are known; open on a side that is left out."""
    ends = {
        key: None if body.get(key) is None else _day(body[key], key)
        for key in ("announced_from", "announced_until")
    }
    if all(ends.values()) and ends["announced_from"] > ends["announced_until"]:
        raise refusal(
            _("Known from %(announced_from)s, but only until %(announced_until)s.") % ends, "announced_from"
        )
    return ends


def check_breaks(calendar):
    """Before a calendar is put in force, not when one is read that is: over midnight and longer than half a day,
    a break was most likely written the wrong way round."""
    for day, pieces in calendar.breaks:
        for piece in pieces:
            if piece.closes > DAY and piece.closes - piece.opens > DAY // 2:
                raise refusal(
                    _(
                        "%(text)s would run over midnight for more than half a day. If that is meant, write two."
                    )
                    % {"text": _written(piece)},
                    *("breaks", day.isoformat()),
                )


def _zone(value):
    try:
        ZoneInfo(_text(value, "time_zone"))
    except (LookupError, ValueError, OSError):  # unknown; not a name at all; a folder of zones
        raise refusal(
            _("“%(zone)s” is not a time zone. Write it like Asia/Shanghai.") % {"zone": value}, "time_zone"
        ) from None
    return value


def _name(value, *place):
    mapping(value, *place)
    name = Name(zh=value.get("zh") or "", en=value.get("en") or "")
    if not all(isinstance(text, str) for text in name) or not any(text.strip() for text in name):
        raise refusal(_("Give a name in Chinese (zh), in English (en) or both."), *place)
    return name


def _text(value, *place):
    if not isinstance(value, str) or not value.strip():
        raise refusal(_("This cannot be empty."), *place)
    return value


def mapping(value, *place):
    if not isinstance(value, dict):
        raise refusal(_("This has to be a set of named entries."), *place)
    return value


def listing(value, *place, may_be_none=True):
    if value is None and may_be_none:
        return []
    if not isinstance(value, list | tuple):
        raise refusal(_("This has to be a list."), *place)
    return value


def refusal(sentence, *place):
    """People count from one, JSON pointers from nought."""
    shown = " › ".join(str(part + 1 if isinstance(part, int) else part) for part in place)
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return Invalid(f"{shown}: {sentence}" if shown else sentence, field=pointer)
