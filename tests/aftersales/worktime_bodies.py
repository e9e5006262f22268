"""Calendars that the tests of working time share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aftersales.worktime import parse_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE_DAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*OFFICE_DAYS, "sat", "sun")
NATIONAL_DAY = {"zh": "国庆节", "en": "National Day"}


def weekly(*hours, days=OFFICE_DAYS):
    return {day: list(hours) for day in days}


def body(**changes):
    """An office in Shanghai, nine to six with a lunch break."""
    return {
        "code": "office",
        "name": {"zh": "办公时间", "en": "Office hours"},
        "time_zone": "Asia/Shanghai",
        "weekly": weekly("09:00-12:00", "13:00-18:00"),
        **changes,
    }


def calendar(**changes):
    return parse_calendar(body(**changes))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_zone(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shanghai(text):
    return in_zone(text, SHANGHAI)


def berlin(text):
    return in_zone(text, BERLIN)
