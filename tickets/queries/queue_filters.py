"""The filters of the queue: each with its choices for one person; what is not known is said, not obeyed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.clock import now
from tickets.models import NEVER, Stage, WaitingOn
from tickets.queries.catalogue import categories
from tickets.queries.due_hours import due_in_hour, hour_choices


@dataclass(frozen=True)
class Filter:
    """One choice over the queue. `condition` turns a chosen value into a query."""

    name: str
    label: str
    choices: list
    condition: Callable


def filters_for(actor):
    """Those that make a difference to this person, in the order they are shown."""
    teams, shops = actor.user.places()
    found = [
        Filter("stage", _("Stage"), Stage.choices[:-1], lambda value: Q(stage=value)),
        Filter("waiting_on", _("Waiting on"), WaitingOn.choices, lambda value: Q(waiting_on=value)),
        Filter("due", _("Due"), due_choices(), due_condition),
        Filter("assignee", _("Whose"), whose_choices(), lambda value: whose_condition(value, actor)),
        Filter("team", _("Team"), pairs(teams), lambda value: Q(team__code=value)),
        Filter("shop", _("Shop"), pairs(shops), lambda value: Q(shop__code=value)),
        Filter("category", _("Category"), category_choices(), lambda value: Q(category__code=value)),
    ]
    return [choice for choice in found if len(choice.choices) > 1]


def pairs(places):
    return [(place.code, place.name) for place in places]


def category_choices():
    side = "zh" if (get_language() or "").startswith("zh") else "en"
    return [(code, category.name[side]) for code, category in categories().items()]


def due_choices():
    return [
        ("late", _("late")),
        ("2h", _("within 2 hours")),
        ("24h", _("within 24 hours")),
        ("paused", _("clock stands still")),
        *hour_choices(now()),
    ]


def due_condition(value):
    if value == "paused":
        return Q(next_due_at=NEVER)
    ahead = {"late": 0, "2h": 2, "24h": 24}.get(value)
    return due_in_hour(value, now()) if ahead is None else Q(next_due_at__lt=now() + timedelta(hours=ahead))


def whose_choices():
    return [("me", _("mine")), ("nobody", _("nobody's")), ("others", _("of others"))]


def whose_condition(value, actor):
    return {
        "me": Q(assignee=actor.id),
        "nobody": Q(assignee=None),
        "others": Q(assignee__isnull=False) & ~Q(assignee=actor.id),
    }[value]


def chosen(filters, params):
    """({name: value}, sentences): what of the address is obeyed, and what is left out and why."""
    values, notes = {}, []
    for choice in filters:
        value = params.get(choice.name, "")
        if value in dict(choice.choices):
            values[choice.name] = value
        elif value:
            notes.append(
                _("“%(value)s” is not a choice of “%(filter)s”; it was left out.")
                % {"value": value[:60], "filter": choice.label}
            )
    return values, notes


def conditions(filters, values):
    return [choice.condition(values[choice.name]) for choice in filters if choice.name in values]
