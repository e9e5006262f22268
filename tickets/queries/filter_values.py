"""How the value of a filter is read from outside: each kind of value in its own form, refused with a sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.clock import now
from aftersales.errors import Invalid
from aftersales.money import exponent
from aftersales.storable import is_storable
from tickets.queries.due_hours import due_in_hour

MOST_COUNTED = 50
LONGEST_TEXT = 120
SETS = ("is", "is_not", "any_of", "none_of")
NEGATIVE = ("is_not", "none_of")
SEVERAL = ("any_of", "none_of")
BY_HOUR = ("in_hour", "before")  # take an hour of the clock in place of a span
OPS = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "any_of": gettext_lazy("is one of"),
    "none_of": gettext_lazy("is none of"),
    "within": gettext_lazy("within"),
    "in_hour": gettext_lazy("in the hour"),
    "before": gettext_lazy("before"),
    "older": gettext_lazy("longer ago than"),
    "newer": gettext_lazy("in the last"),
    "never": gettext_lazy("never"),
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
}
SPAN = re.compile(r"([1-9]\d{0,3})([hd])", re.ASCII)
HOUR_CODE = re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\dZ", re.ASCII)
SLUG = re.compile(r"[\w.@+-]{1,60}", re.ASCII)


@dataclass(frozen=True)
class Field:
    """One field. `meets(op, values, actor)` is the query of a positive operator; a negative one is its NOT."""

    name: str
    label: str
    ops: tuple
    meets: Callable
    takes: str = "choice"  # how a value is asked for: choice, text, span, hour, amount, number
    choices: Callable = lambda actor: []  # (actor) -> [(code, label)]
    always: tuple = ()  # those of the choices that need no look at the database
    may_read: Callable = lambda actor: True  # who may not read the field may not filter by it either
    is_costly: bool = False  # looks into another table for each request


def shown(value):
    """Somebody's own value as a sentence may quote it: short, and writable in UTF-8."""
    return str(value)[:LONGEST_TEXT].encode("utf-8", "replace").decode()


# -- values as they come from outside -----------------------------------------------------


def read_text(value, field):
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= LONGEST_TEXT or not is_storable(value):
        raise Invalid(
            _("“%(field)s” takes a text of up to %(most)s characters.")
            % {"field": field.label, "most": LONGEST_TEXT}
        )
    return value.strip()


def read_choice(value, field):
    """Its form alone; whether it is one of the choices is asked of each reader."""
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        raise Invalid(
            _("“%(value)s” is not a choice of “%(field)s”.") % {"value": shown(value), "field": field.label}
        )
    return value


def read_span(value, field):
    if not isinstance(value, str) or not SPAN.fullmatch(value):
        raise Invalid(
            _("“%(field)s” takes a number of hours or days, like 12h or 3d.") % {"field": field.label}
        )
    return value


def read_hour(value, field):
    try:
        if HOUR_CODE.fullmatch(value):
            due_in_hour(value, now())
            return value
    except (ValueError, TypeError):
        pass
    raise Invalid(_("“%(field)s” takes an hour, like 2026-01-31T15Z.") % {"field": field.label})


def read_amount(value, field):
    """{"minor": 200000, "currency": "CNY"}."""
    if not isinstance(value, dict) or set(value) != {"minor", "currency"}:
        raise Invalid(_("“%(field)s” takes “minor” and “currency”.") % {"field": field.label})
    exponent(value["currency"])
    if type(value["minor"]) is not int or not 0 <= value["minor"] < 2**63:
        raise Invalid(_("“minor” is a whole number in the currency's smallest unit."))
    return {"minor": value["minor"], "currency": value["currency"]}


def read_number(value, field):
    if type(value) is not int or not 1 <= value <= MOST_COUNTED:
        raise Invalid(
            _("“%(field)s” takes a whole number from 1 to %(most)s.")
            % {"field": field.label, "most": MOST_COUNTED}
        )
    return value


READ = {
    "choice": read_choice,
    "text": read_text,
    "span": read_span,
    "hour": read_hour,
    "amount": read_amount,
    "number": read_number,
}


def span_of(value):
    number, unit = SPAN.fullmatch(value).groups()
    return timedelta(**{{"h": "hours", "d": "days"}[unit]: int(number)})


def any_of(parts):
    """The OR of them; nothing meets none."""
    found = None
    for part in parts:
        part = part if isinstance(part, Q) else Q(part)
        found = part if found is None else found | part
    return Q(pk__in=[]) if found is None else found
