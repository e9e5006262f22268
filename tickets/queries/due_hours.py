"""Hours ahead as a choice over requests: the wall's columns, and what its numbers lead to in the queue."""

from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

HOUR = timedelta(hours=1)
AHEAD = 12
CODE = "%Y-%m-%dT%HZ"


def hours_ahead(at, count=AHEAD):
    """The beginnings of this hour and those after it."""
    first = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [first + number * HOUR for number in range(count)]


def hour_code(hour):
    return hour.strftime(CODE)


def hour_name(hour):
    """`15:00` on the reader's clock."""
    return f"{timezone.localtime(hour):%H:%M}"


def hour_choices(at):
    """[(code, "15:00-16:00")] of the hours ahead."""
    return [(hour_code(hour), f"{hour_name(hour)}–{hour_name(hour + HOUR)}") for hour in hours_ahead(at)]


def hour_of(code):
    return datetime.strptime(code, CODE).replace(tzinfo=UTC)


def due_before(code):
    """What becomes due before that hour begins, and what is late already."""
    return Q(next_due_at__lt=hour_of(code))


def due_in_hour(code, at):
    """What becomes due in that hour; of the present one only what is not late already."""
    hour = hour_of(code)
    return Q(next_due_at__gte=max(hour, at), next_due_at__lt=hour + HOUR)
