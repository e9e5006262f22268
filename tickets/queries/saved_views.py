"""The views of a person: those that the desk brings, and those that people have saved; all are filters."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from aftersales.errors import Invalid
from staff.models import Role
from tickets.models import Reach, SavedView, Scope, Sort
from tickets.policies import leads
from tickets.queries import filters
from tickets.queries.columns import DEFAULT
from tickets.queries.own_steps import OURS


@dataclass(frozen=True)
class View:
    """A look at requests: which, in what order, with which columns."""

    code: str
    name: str
    filter: filters.Group
    scope: str = Scope.OPEN
    sort: str = Sort.DUE
    columns: tuple = DEFAULT
    saved: Any = None  # the SavedView; None for the desk's own


def condition(field, op, value):
    return {"field": field, "op": op, "value": value}


def built_in(code, name, *conditions):
    return View(code, name, filters.kept({"all": list(conditions)} if conditions else {}))


ours = [str(each) for each in OURS]
BUILT_IN = {
    view.code: view
    for view in (
        built_in("mine", gettext_lazy("My next steps"), condition("turn", "is", "me")),
        built_in("unassigned", gettext_lazy("Unassigned"), condition("assignee", "is", "nobody")),
        built_in("replied", gettext_lazy("Customer replied"), condition("replied", "is", "yes")),
        built_in("waiting", gettext_lazy("Waiting on others"), condition("waiting_on", "none_of", ours)),
        built_in("due", gettext_lazy("Due within 2 hours"), condition("due", "within", "2h")),
        built_in(
            "approval",
            gettext_lazy("Needs approval"),
            condition("step_role", "any_of", ["supervisor", "finance"]),
            condition("step_kind", "is", "approve"),
        ),
        built_in(
            "parcel",
            gettext_lazy("Parcel arrived"),
            condition("step_role", "any_of", ["warehouse", "inspector"]),
            condition("waiting_on", "any_of", ours),
        ),
        built_in("all", gettext_lazy("All open")),
    )
}
READERS = (Role.AUDITOR, Role.QUALITY)  # they have no steps of their own


def first_view(role):
    return "all" if role in READERS else "mine"


def saved_rows(actor, *, removed=False):
    """What this actor may see: their own, their teams', their shops'; a shop's key the shop's."""
    rows = SavedView.objects.filter(removed_at__isnull=not removed)
    standing = rows.select_related("team", "shop").order_by("name", "id")
    if actor.user is None:
        return standing.filter(reach=Reach.SHOP, shop=actor.shop_id)
    teams, shops = actor.user.places()
    return standing.filter(
        Q(reach=Reach.PERSONAL, owner=actor.id)
        | Q(reach=Reach.TEAM, team__in=[team.pk for team in teams])
        | Q(reach=Reach.SHOP, shop__in=[shop.pk for shop in shops])
    )


def view_of(row):
    """The saved row as a view; a filter that no longer reads is told by the exception."""
    return View(row.code, row.name, filters.kept(row.filter), row.scope, row.sort, tuple(row.columns), row)


def views_of(actor):
    """{code: view}: the desk's own, then the saved ones whose fields this actor may read."""
    found = dict(BUILT_IN)
    for row in saved_rows(actor):
        try:
            view = view_of(row)
        except Invalid:  # a field that is gone from the desk
            view = replace(BUILT_IN["all"], code=row.code, name=row.name, filter=filters.NOTHING, saved=row)
        if all(each.field.may_read(actor) for each in view.filter.conditions()):
            found[view.code] = view
    return found


def places_led(actor):
    """(teams, shops) that this actor keeps views for."""
    teams, shops = actor.user.places()
    return [team for team in teams if leads(actor, team=team)], [
        shop for shop in shops if leads(actor, shop=shop)
    ]
