"""The versioned content that the ground itself owns: calendars."""

from aftersales.versions.registry import checked_when_published, versioned
from aftersales.worktime import check_breaks, parse_calendar

versioned("calendar")(parse_calendar)


@checked_when_published("calendar")
def check_calendar(version, calendar):
    """What is in force was read by older rules, and goes on."""
    check_breaks(calendar)
