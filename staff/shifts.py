"""Who works when: the working calendar of each person, and whether they are there now.

shifts = Shifts(shop_ids, user_ids)
shifts.standing(user_id, at)     # Standing.ON, OFF, AWAY or UNKNOWN
shifts.back_at(user_id, at)      # when they are there (again); `at` itself if they are, or if nobody has said
shifts.leaves_at(user_id, at)    # when somebody who is there goes, or None
"""

from datetime import UTC, timedelta

from django.db import models
from django.utils.translation import pgettext_lazy

from aftersales.versions.registry import published
from aftersales.worktime.timeline import BeyondHorizon, as_datetime, as_micros
from staff.models import Shift


class Standing(models.TextChoices):
    ON = "on", pgettext_lazy("shift", "on shift")
    OFF = "off", pgettext_lazy("shift", "off shift")
    AWAY = "away", pgettext_lazy("shift", "away")
    UNKNOWN = "unknown", pgettext_lazy("shift", "hours not known")


class Shifts:
    """The shifts of these people, read in one statement; calendars as one of these shops has them."""

    def __init__(self, shop_ids, user_ids):
        self._of = {shift.user_id: shift for shift in Shift.objects.filter(user__in=list(user_ids))}
        self._calendars = calendars_of(shop_ids) if self._of else {}

    def calendar(self, user_id):
        """The person's working calendar, or None: nobody has said, or it is no longer published."""
        shift = self._of.get(user_id)
        return self._calendars.get(shift.calendar) if shift else None

    def away_until(self, user_id, at):
        shift = self._of.get(user_id)
        return shift.away_until if shift and shift.away_until and shift.away_until > at else None

    def standing(self, user_id, at):
        if self.away_until(user_id, at):
            return Standing.AWAY
        calendar = self.calendar(user_id)
        if calendar is None:
            return Standing.UNKNOWN
        return Standing.ON if calendar.is_open(at) else Standing.OFF

    def back_at(self, user_id, at):
        begin = self.away_until(user_id, at) or at
        calendar = self.calendar(user_id)
        if calendar is None:
            return begin
        try:
            return calendar.next_opening(begin)
        except BeyondHorizon:
            return begin

    def leaves_at(self, user_id, at):
        """When somebody who is on shift goes; None for others, and for who works around the clock."""
        if self.standing(user_id, at) != Standing.ON:
            return None
        calendar = self.calendar(user_id)
        closing = closing_of(calendar, at)
        return None if closing is None or calendar.is_open(closing) else closing


def closing_of(calendar, at):
    """The end of the opening hours that `at` lies in."""
    today, micros = at.astimezone(calendar.zone).date(), as_micros(at)
    for day in (today - timedelta(days=1), today):  # hours of the night began yesterday
        for begin, end in calendar.timeline.open_on(day):
            if begin <= micros < end:
                return as_datetime(end, UTC)
    return None


def calendars_of(shop_ids):
    """{code: calendar} in force for these shops: their own before the pack's; of two shops' own the first one's."""
    found, places = {}, {shop_id: place for place, shop_id in enumerate([*shop_ids, None])}
    served = [version for version in published("calendar") if version.shop_id in places]
    for version in sorted(served, key=lambda version: places[version.shop_id]):
        found.setdefault(version.code, version.content)
    return found
