"""What every page of the desk shows around its content."""

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from staff.models import Notification, Role

LEADS = {Role.SUPERVISOR, Role.MANAGER, Role.ADMIN}
FLOOR = {Role.WAREHOUSE, Role.INSPECTOR}
READERS = {Role.QUALITY, Role.AUDITOR}
WATCHING = frozenset(LEADS | READERS | {Role.AGENT, Role.FINANCE})
MOST_COUNTED = 100


class Gate(NamedTuple):
    """An entry of the rail: its key, its pages by name (the first that exists), and who sees it."""

    key: str
    pages: tuple
    icon: str
    label: str
    roles: frozenset = frozenset(Role.values)
    wide: bool = False  # only where the rail has room
    for_team_leads: bool = False  # whatever their role

    def opens_to(self, user):
        return user.role in self.roles or (self.for_team_leads and bool(user.led_shop_ids()))


RAIL = (
    Gate("queue", ("queue",), "inbox", _("Queue")),
    Gate("search", ("search",), "search", _("Search")),
    Gate("receive", ("receive",), "barcode", _("Receive"), frozenset(FLOOR | LEADS)),
    Gate("wall", ("wall",), "activity", _("Wall"), WATCHING, for_team_leads=True),
    Gate("history", ("history",), "chart-bar", _("Report"), WATCHING, True, for_team_leads=True),
    Gate("knowledge", ("knowledge",), "book", _("Knowledge"), wide=True),
    Gate("inbox", ("inbox",), "bell", _("Notices")),
    Gate("surveys", ("surveys", "survey_results"), "stars", _("Surveys"), frozenset(LEADS | READERS), True),
    Gate("mail", ("sent_mail",), "mail", _("Mail"), frozenset(LEADS | {Role.AUDITOR}), True),
    Gate("procedures", ("procedures",), "route", _("SOPs"), frozenset(LEADS | READERS), True),
    Gate("time_rules", ("time_rules",), "clock-cog", _("Deadlines"), frozenset(LEADS | READERS), True),
    Gate("settings", ("settings",), "settings", _("Settings"), frozenset({Role.ADMIN, Role.MANAGER}), True),
)


def desk(request):
    """The rail's items and the unread notices of a logged-in person; asked only when a rail is drawn."""
    return {"nav": SimpleLazyObject(lambda: rail(getattr(request, "user", None)))}


def rail(user):
    """What this person's role opens, as far as it is there."""
    if user is None or not user.is_authenticated:
        return []
    found = [(gate, address(gate.pages)) for gate in RAIL if gate.opens_to(user)]
    return [
        {
            "key": gate.key,
            "url": url,
            "icon": gate.icon,
            "label": gate.label,
            "wide": gate.wide,
            "count": unread(user) if gate.key == "inbox" else 0,
        }
        for gate, url in found
        if url
    ]


def opens(key, user):
    """Whether the rail offers this to the person: the page behind it asks the same."""
    return next(gate for gate in RAIL if gate.key == key).opens_to(user)


def address(names):
    """The first page of these that exists; a part of the desk may not be installed."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def unread(user):
    """How many notices wait, no further than a hundred."""
    return Notification.objects.filter(user=user, read_at=None).order_by()[:MOST_COUNTED].count()
