"""Who works when: by the hours of a calendar, and until when somebody is away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models import Shift
from staff.shifts import Shifts, Standing

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # a Wednesday, 12:00 in Shanghai
NIGHT = datetime(2026, 11, 25, 18, tzinfo=UTC)  # 02:00 on Thursday


@pytest.fixture
def shift(amy, shop):
    """Amy's shift, and how she stands at a time."""

    def look(at, **fields):
        Shift.objects.update_or_create(user=amy, defaults=fields)
        return Shifts([shop.pk], [amy.pk]), amy.pk, at

    return look


def test_nobody_has_said(amy, shop):
    shifts = Shifts([shop.pk], [amy.pk])

    assert shifts.standing(amy.pk, NOON) == Standing.UNKNOWN
    assert shifts.back_at(amy.pk, NOON) == NOON
    assert shifts.leaves_at(amy.pk, NOON) is None


def test_within_the_hours_one_is_there_until_they_end(shift):
    shifts, amy, at = shift(NOON + 3 * HOUR, calendar="cn_office")

    assert shifts.standing(amy, at) == Standing.ON
    assert shifts.back_at(amy, at) == at
    leaves = shifts.leaves_at(amy, at)
    assert shifts.standing(amy, leaves - timedelta(seconds=1)) == Standing.ON
    assert shifts.standing(amy, leaves) == Standing.OFF


def test_at_night_one_is_back_in_the_morning(shift):
    shifts, amy, at = shift(NIGHT, calendar="cn_office")

    assert shifts.standing(amy, at) == Standing.OFF
    assert shifts.leaves_at(amy, at) is None
    back = shifts.back_at(amy, at)
    assert at < back < at + 12 * HOUR
    assert shifts.standing(amy, back) == Standing.ON


def test_who_is_away_is_away_whatever_the_hours(shift):
    shifts, amy, at = shift(NOON, calendar="24x7", away_until=NOON + 2 * HOUR)

    assert shifts.standing(amy, at) == Standing.AWAY
    assert shifts.back_at(amy, at) == NOON + 2 * HOUR
    assert shifts.standing(amy, NOON + 2 * HOUR) == Standing.ON


def test_around_the_clock_nobody_goes(shift):
    shifts, amy, at = shift(NOON, calendar="24x7")

    assert shifts.standing(amy, at) == Standing.ON
    assert shifts.leaves_at(amy, at) is None


def test_a_calendar_that_is_gone_says_nothing(shift):
    shifts, amy, at = shift(NOON, calendar="no_such")

    assert shifts.standing(amy, at) == Standing.UNKNOWN


def test_all_shifts_are_read_in_one_statement(amy, leo, shop):
    """Beside what the calendars take, which a process remembers."""
    Shift.objects.create(user=amy, calendar="cn_office")
    Shift.objects.create(user=leo, calendar="24x7")

    with CaptureQueriesContext(connection) as queries:
        shifts = Shifts([shop.pk], [amy.pk, leo.pk])
        shifts.standing(amy.pk, NOON), shifts.leaves_at(leo.pk, NOON)

    assert sum("staff_shift" in query["sql"] for query in queries) == 1
