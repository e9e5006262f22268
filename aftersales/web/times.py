"""How moments and spans are said to people: short in the page, exact in the tooltip."""

from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.languages import side_of

MINUTE, HOUR, DAY = 60, 3600, 86400
SHOWS_TIME_LEFT = 4 * HOUR  # nearer than this people think in minutes, further away in clock times

WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
MONTHS = (
    pgettext_lazy("month", "Jan"),
    pgettext_lazy("month", "Feb"),
    pgettext_lazy("month", "Mar"),
    pgettext_lazy("month", "Apr"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "Jun"),
    pgettext_lazy("month", "Jul"),
    pgettext_lazy("month", "Aug"),
    pgettext_lazy("month", "Sep"),
    pgettext_lazy("month", "Oct"),
    pgettext_lazy("month", "Nov"),
    pgettext_lazy("month", "Dec"),
)


def due_text(at, *, seen_at=None):
    """Time left while it is short, then the clock time, the weekday, the day; late is marked."""
    seen_at = seen_at or now()
    left = (at - seen_at).total_seconds()
    if left < 0:
        return gettext("−%(span)s") % {"span": span_text(-left)}
    if left <= SHOWS_TIME_LEFT:
        return span_text(left)
    local, today = timezone.localtime(at), timezone.localtime(seen_at).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if days < 7:
        return gettext("%(weekday)s %(time)s") % {
            "weekday": WEEKDAYS[local.weekday()],
            "time": f"{local:%H:%M}",
        }
    return day_text(local, today=today, weekday=side_of() == "zh")


def span_text(seconds):
    """A length of time in its two largest units; a started minute counts."""
    minutes = _started_minutes(seconds)
    if minutes < 24 * 60:
        return _hours_text(minutes)
    days, hours = divmod(minutes // 60, 24)
    if not hours:
        return gettext("%(days)d d") % {"days": days}
    return gettext("%(days)d d %(hours)d h") % {"days": days, "hours": hours}


def work_text(seconds):
    """A length of working time: in hours, however many, for nobody works a day of 24."""
    return _hours_text(_started_minutes(seconds))


def _started_minutes(seconds):
    seconds = abs(seconds)
    return max(-(-int(seconds) // MINUTE), 1) if seconds else 0


def _hours_text(minutes):
    if minutes < 60:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if not minutes:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}


def when_text(at, *, seen_at=None):
    """When something happened: the time today, day and time before that."""
    local = timezone.localtime(at)
    today = timezone.localtime(seen_at or now()).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{day_text(local, today=today)} {local:%H:%M}"


def dated_text(at):
    """When something happened, today's with its day, too: for tables that reach over many days."""
    local = timezone.localtime(at)
    return f"{day_text(local)} {local:%H:%M}"


def day_text(day, *, today=None, weekday=False):
    """A calendar day; the year only when it is not this one."""
    today = today or timezone.localtime(now()).date()
    words = {"day": day.day, "month": MONTHS[day.month - 1], "weekday": WEEKDAYS[day.weekday()]}
    text = _("%(weekday)s %(day)d %(month)s") if weekday else _("%(day)d %(month)s")
    text %= words
    if day.year == today.year:
        return text
    return gettext("%(day)s %(year)d") % {"day": text, "year": day.year}


def exact_text(at):
    """The whole truth, with the zone, for tooltips and small print."""
    local = timezone.localtime(at)
    return f"{_exact_day(local.date(), get_language())} {local:%H:%M} {_zone(local)}"


@lru_cache(maxsize=256)  # a page has many times of few days
def _exact_day(day, language):
    words = {"day": day.day, "month": MONTHS[day.month - 1], "weekday": WEEKDAYS[day.weekday()]}
    return gettext("%(day)s %(year)d") % {"day": _("%(weekday)s %(day)d %(month)s") % words, "year": day.year}


def _zone(local):
    minutes = int(local.utcoffset().total_seconds()) // MINUTE
    hours, minutes = divmod(abs(minutes), 60)
    sign = "−" if local.utcoffset().total_seconds() < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
