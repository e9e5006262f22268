"""The filters beside a search: open or ended, stage, status, shop, team."""

from django.db.models import Q
from django.utils.translation import gettext as _

from tickets.models import OPEN_STATUSES, Stage, Status
from tickets.queries.queue_filters import Filter, pairs


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
