"""The queue: its views, the filters over them, their counters and their rows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.clock import now
from aftersales.versions.registry import compiled
from aftersales.web.keyset import Keyset
from staff.models import Role
from tickets import sla
from tickets.icons import product_icon
from tickets.models import NEVER, ClockState, SlaClock, Stage, Ticket, TicketLine, WaitingOn
from tickets.policies import LEADS

NEAREST_DUE = Keyset("next_due_at", "id")
OURS = (WaitingOn.US, WaitingOn.WAREHOUSE)
SOON = timedelta(hours=2)
# Counters look at so many open requests and no more, so that they cost the same at any size.
LOOKED_AT = 20_000
COUNTS_FRESH_SECONDS = 3.0
REMEMBERED_PEOPLE = 2_000
_counted = {}  # user id -> (until, counts)


# -- views ------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """A saved look at the open requests; `meets` gives its condition for one person."""

    code: str
    name: str
    meets: Callable


def my_steps(actor):
    """What I can do next: what is mine, what nobody has yet, and what anyone of my role does."""
    if actor.role == Role.AGENT:
        mine = (Q(assignee=actor.id) | Q(assignee=None)) & Q(step_role__in=("", Role.AGENT, "system"))
    elif actor.role in LEADS:
        mine = Q(assignee=actor.id) | Q(step_role=actor.role) | Q(step_kind="approve")
    else:
        mine = Q(step_role=actor.role) | Q(assignee=actor.id, step_role="")
    return Q(waiting_on__in=OURS) & mine


VIEWS = {
    view.code: view
    for view in (
        View("mine", gettext_lazy("My next steps"), my_steps),
        View("unassigned", gettext_lazy("Unassigned"), lambda actor: Q(assignee=None)),
        View(
            "replied",
            gettext_lazy("Customer replied"),
            lambda actor: Q(last_customer_message_at__gt=F("last_reply_at")),
        ),
        View("waiting", gettext_lazy("Waiting on others"), lambda actor: ~Q(waiting_on__in=OURS)),
        View("due", gettext_lazy("Due within 2 hours"), lambda actor: Q(next_due_at__lt=now() + SOON)),
        View("approval", gettext_lazy("Needs approval"), lambda actor: Q(step_kind="approve")),
        View(
            "parcel",
            gettext_lazy("Parcel arrived"),
            lambda actor: Q(step_role__in=(Role.WAREHOUSE, Role.INSPECTOR), waiting_on__in=OURS),
        ),
        View("all", gettext_lazy("All open"), lambda actor: Q()),
    )
}
READERS = (Role.AUDITOR, Role.QUALITY)  # they have no steps of their own


def first_view(role):
    return "all" if role in READERS else "mine"


def counts(actor):
    """{view code: how many}, in one statement, remembered for some seconds per person."""
    until, found = _counted.get(actor.id, (0.0, {}))
    if until < time.monotonic():
        if len(_counted) > REMEMBERED_PEOPLE:
            _counted.clear()
        found = (
            Ticket.objects.visible_to(actor)
            .open()[:LOOKED_AT]
            .aggregate(**{view.code: Count("pk", filter=view.meets(actor)) for view in VIEWS.values()})
        )
        _counted[actor.id] = (time.monotonic() + COUNTS_FRESH_SECONDS, found)
    return found


def forget():
    _counted.clear()


# -- rows -------------------------------------------------------------------------

FIRST_PRODUCT = (
    TicketLine.objects.filter(ticket=OuterRef("pk"))
    .order_by("id")
    .values(product=JSONObject(title="order_line__title", sort="order_line__product_class"))[:1]
)
# What a row does not show and what may be large.
UNSHOWN = ["contact", "metadata", *(f"order__{name}" for name in ("payments", "deliveries", "invoice"))]


def in_view(actor, view, conditions=()):
    """The open requests of a view that meet all filters."""
    return Ticket.objects.visible_to(actor).open().filter(VIEWS[view].meets(actor), *conditions)


def with_row_parts(tickets):
    """What a row shows, by one join and one statement for the running clocks."""
    running = SlaClock.objects.filter(state=ClockState.RUNNING).order_by("due_at")
    return (
        tickets.select_related("shop", "order", "customer", "category", "assignee")
        .defer(*UNSHOWN)
        .annotate(product=Subquery(FIRST_PRODUCT))
        .prefetch_related(Prefetch("clocks", queryset=running, to_attr="running_clocks"))
    )


def rows(tickets, *, cursor=""):
    """(rows, next cursor): a page of the nearest due."""
    found, following = NEAREST_DUE.page(with_row_parts(tickets), cursor=cursor)
    return [row(ticket) for ticket in found], following


def row(ticket):
    """One row as the page shows it, headed by the next step."""
    nearest = ticket.running_clocks[0] if ticket.running_clocks else None
    product = ticket.product or {}
    return {
        "ticket": ticket,
        "step": headline(ticket),
        "due_at": None if ticket.next_due_at == NEVER else ticket.next_due_at,
        "clock": sla.standing(nearest) if nearest else None,
        "is_late": ticket.next_due_at < now(),
        "product": product.get("title", ""),
        "icon": product_icon(product.get("sort", "")),
    }


def headline(ticket):
    """What is to be done next, in the reader's language: it heads the row and the page."""
    if ticket.step_code:
        return compiled(ticket.procedure_version_id).content.step(ticket.step_code).name
    if not ticket.is_open:
        return ticket.get_status_display()
    return {
        Stage.RECEIVE: _("Wait for the goods"),
        Stage.INSPECT: _("Inspect the goods"),
    }.get(ticket.stage, _("Mark resolved"))


# -- search -----------------------------------------------------------------------


def look_up(actor, text):
    """Requests by their number, the shop's own number, or the number of their order: exact, open or not.

    Each is asked by its own index; a person may type the blanks that the page paints between groups.
    """
    plain = "".join(text.split())[:120]
    visible = Ticket.objects.visible_to(actor)
    by_number = visible.filter(number=plain.upper())
    if not plain or by_number.exists():
        return by_number if plain else visible.none()
    shops = actor.user.shop_ids()
    named = Q(order__number__in=(plain, text)) | Q(order__external_id__in=(plain, text))
    by_order = visible.filter(named, order__shop__in=shops)
    return by_order if by_order.exists() else visible.filter(external_id__in=(plain, text))
