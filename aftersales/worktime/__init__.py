"""Working time: what a calendar says, laid out on the line of time, added, measured and explained."""

from .calendars import Calendar, Holiday, Hours, Name
from .parsing import check_breaks, parse_calendar
from .timeline import BeyondHorizon

__all__ = ["check_breaks", "parse_calendar", "Calendar", "Holiday", "Hours", "Name", "BeyondHorizon"]
