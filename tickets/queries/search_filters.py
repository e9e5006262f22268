"""The filters beside a search: open or ended, stage, status, shop, team; what is not known is said, not obeyed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from tickets.models import OPEN_STATUSES, Stage, Status


@dataclass(frozen=True)
class Filter:
    """One choice over what is found. `condition` turns a chosen value into a query."""

    name: str
    label: str
    choices: list
    condition: Callable


def search_filters_for(actor):
    """Those that make a difference to this person, in the order they are shown."""
    teams, shops = actor.user.places()
    found = [
        Filter("is", _("Open or ended"), [("open", _("open")), ("ended", _("ended"))], open_condition),
        Filter("stage", _("Stage"), Stage.choices, lambda value: Q(stage=value)),
        Filter("status", _("Status"), Status.choices, lambda value: Q(status=value)),
        Filter("shop", _("Shop"), pairs(shops), lambda value: Q(shop__code=value)),
        Filter(
            "team",
            _("Team"),
            [("own", _("my teams")), *pairs(teams)],
            lambda value: team_condition(value, teams),
        ),
    ]
    return [choice for choice in found if len(choice.choices) > 1]


def open_condition(value):
    return Q(status__in=OPEN_STATUSES) if value == "open" else ~Q(status__in=OPEN_STATUSES)


def team_condition(value, teams):
    return Q(team__in=teams) if value == "own" else Q(team__code=value)


def pairs(places):
    return [(place.code, place.name) for place in places]


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
