"""Due times that somebody else worked out: read from their form, held against ours.

    {"id": "C1", "timezone": "Asia/Tokyo", "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
     "holidays": ["2026-11-23"], "special_days": {"2026-11-28": [["10:00", "12:00"]]},
     "breaks": {"2026-11-27": [["15:00", "15:30"]]}, "pauses": [["2026-11-27T01:00:00Z", "2026-11-27T02:00:00Z"]],
     "start": "2026-11-20T07:00:00Z", "minutes": 180, "expected_due": "2026-11-24T02:00:00Z"}

A file is a list of cases, or {"calendars": {name: ...}, "cases": [...]}: then a case may have the name of its
calendar as `calendar`, in place of its time zone and hours. Entries not named here are the writer's notes.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from aftersales.errors import Invalid, Refused

from .parsing import listing, mapping, parse_calendar, refusal

LONGEST_MINUTES = 20 * 366 * 1440


@dataclass(frozen=True)
class Verdict:
    """What became of a case: `problem` is why there is no due time of ours.

    Where nothing is worked between closing and the next opening, a target that runs out at closing may be
    called due at either. Ours is due at closing; theirs `at_opening` is the same working time.
    """

    name: str
    ours: datetime | None = None
    theirs: datetime | None = None
    at_opening: bool = False
    problem: str = ""

    @property
    def agrees(self):
        return self.at_opening or (self.ours is not None and self.ours == self.theirs)


def read_cases(data):
    """(cases, calendars by name) of a file's bytes, or the sentence that says why it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:  # also bytes that are no text
        raise Invalid(_("This is not a JSON file: %(error)s.") % {"error": error}) from None
    if not isinstance(found, dict):
        found = {"cases": found}
    cases = listing(found.get("cases"), "cases")
    if not cases:
        raise refusal(_("There are no cases in this file."), "cases")
    return cases, mapping(found.get("calendars", {}), "calendars")


def judge(case, calendars, position):
    """One case; what is wrong with it is its own verdict, the others are judged all the same."""
    name = _("case %(position)d") % {"position": position + 1}
    try:
        name = str(mapping(case).get("id") or name)
        return _judged(case, calendars, name)
    except Refused as refused:
        return Verdict(name, problem=str(refused))


def _judged(case, calendars, name):
    kept = _calendar(case, calendars)
    start, theirs = _instant(case, "start"), _instant(case, "expected_due")
    ours = kept.add_around(start, _minutes(case), _pauses(case.get("pauses")))
    at_opening = ours != theirs and kept.next_opening(ours) == theirs
    return Verdict(name, ours, theirs, at_opening)


def _calendar(case, calendars):
    written = case.get("calendar", case)
    if isinstance(written, str):
        if written not in calendars:
            raise refusal(_("There is no calendar “%(name)s” in this file.") % {"name": written}, "calendar")
        written = calendars[written]
    mapping(written, "calendar")
    for key in ("timezone", "hours"):
        if key not in written:
            raise refusal(_("This is missing."), key)
    try:
        return parse_calendar(_body(written))
    except Invalid as refused:  # by the names of this form
        raise Invalid(
            str(refused).replace("weekly", "hours", 1).replace("time_zone", "timezone", 1)
        ) from None


def _body(written):
    return {
        "code": "case",
        "name": {"en": "Case"},
        "time_zone": written["timezone"],
        "weekly": _joined(written["hours"], "hours"),
        "holidays": [{"name": {"en": "Holiday"}, "days": written.get("holidays")}],
        "breaks": _joined(written.get("breaks", {}), "breaks"),
        "special_days": _joined(written.get("special_days", {}), "special_days"),
    }


def _joined(table, place):
    """["09:00", "17:00"] as a calendar writes it."""
    return {
        key: [
            "-".join(_pair(interval, place, key, number))
            for number, interval in enumerate(listing(hours, place, key))
        ]
        for key, hours in mapping(table, place).items()
    }


def _pair(value, *place):
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(end, str) for end in value)):
        raise refusal(_("This has to be a pair: from and to."), *place)
    return value


def _pauses(value):
    pauses = []
    for number, pause in enumerate(listing(value, "pauses")):
        begins, ends = (_read(text, "pauses", number) for text in _pair(pause, "pauses", number))
        if ends < begins:
            raise refusal(_("This pause ends before it begins."), "pauses", number)
        pauses.append((begins, ends))
    return pauses


def _minutes(case):
    minutes = case.get("minutes")
    is_number = isinstance(minutes, int | float) and not isinstance(minutes, bool)
    if not is_number or not 0 <= minutes <= LONGEST_MINUTES:
        raise refusal(
            _("This has to be a number of minutes, from 0 to %(most)d.") % {"most": LONGEST_MINUTES},
            "minutes",
        )
    return minutes


def _instant(case, key):
    return _read(case.get(key), key)


def _read(text, *place):
    try:
        at = datetime.fromisoformat(text)
        if at.utcoffset() is not None:
            return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass  # the sentence below fits these, too
    raise refusal(
        _("“%(text)s” is not an instant. Write it like 2026-01-31T09:00:00Z.") % {"text": text}, *place
    )
