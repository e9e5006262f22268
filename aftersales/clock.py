"""The one clock. Python asks `now()`; SQL decides what is due by `statement_timestamp()`.

Both add the same offset, which is zero but in tests of clock jumps and while the demo is played: a
constant beside `statement_timestamp()` keeps the expression stable, so that an index still serves it.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, Value
from django.db.models.functions import Now
from django.utils import timezone


def offset():
    """How far the product's clock is ahead of the machine's."""
    return timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def now():
    """The present moment, aware, in UTC."""
    return timezone.now() + offset()


def db_now():
    """The database's own present as an expression: PostgreSQL's clock alone decides what is due."""
    if not settings.CLOCK_OFFSET_SECONDS:
        return Now()
    return ExpressionWrapper(Now() + Value(offset(), DurationField()), output_field=DateTimeField())


def skew():
    """How far this machine's clock is ahead of the database's, to within the time that asking takes.

    Nothing is due early or twice by it, for the database alone decides what is due; but what we write down of when
    something happened is off by as much.
    """
    asked = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told = cursor.fetchone()[0]
    return asked + (timezone.now() - asked) / 2 - told
