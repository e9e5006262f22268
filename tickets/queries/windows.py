"""How long something may be asked for, counted in days."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def last_moment(delivered_at, days, zone):
    """The end of the last day, counted from the day after delivery, in the shop's own time zone."""
    first_day = delivered_at.astimezone(ZoneInfo(zone)).date()
    return datetime.combine(first_day + timedelta(days=days + 1), time(), ZoneInfo(zone))
