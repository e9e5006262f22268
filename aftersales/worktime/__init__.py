"""Working time: what a calendar says, laid out on the line of time, added, measured and explained."""

from .calendars import Calendar, Holiday, Hours, Name
from .parsing import parse_calendar
from .timeline import BeyondHorizon

__all__ = ["parse_calendar", "Calendar", "Holiday", "Hours", "Name", "BeyondHorizon"]
