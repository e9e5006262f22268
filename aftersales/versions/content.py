"""The versioned content that the ground itself owns: calendars."""

from aftersales.versions.registry import versioned
from aftersales.worktime import parse_calendar

versioned("calendar")(parse_calendar)
