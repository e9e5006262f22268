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
from aftersales.web.keyset import COUNT_CAP, Keyset
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
COUNTS_FRESH_SECONDS = 5.0
AGENT_STEPS = ("", Role.AGENT, "system")
_counted = {}  # (shop ids, role) -> (until, counts that are alike for all of them)


# -- views ------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """A saved look at the open requests; `meets` gives its condition for one person."""

    code: str
    name: str
    meets: Callable


def steps_of_role(actor):
    """What waits on anybody of this role: for agents what nobody has yet, for leads what needs a yes."""
    if actor.role == Role.AGENT:
        pool = Q(assignee=None, step_role__in=AGENT_STEPS)
    elif actor.role in LEADS:
        pool = Q(step_role=actor.role) | Q(step_role=Role.SUPERVISOR, step_kind="approve")
    else:
        pool = Q(step_role=actor.role)
    return Q(waiting_on__in=OURS) & pool


def own_steps(actor):
    """What waits on this person alone, and is not counted with their role's."""
    roles = {Role.AGENT: AGENT_STEPS}.get(actor.role, ("", actor.role))
    own = Q(assignee=actor.id, waiting_on__in=OURS)
    return own if actor.role in LEADS else own & Q(step_role__in=roles)


def my_steps(actor):
    return own_steps(actor) | steps_of_role(actor)


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
        View(
            "approval",
            gettext_lazy("Needs approval"),
            lambda actor: Q(step_role=Role.SUPERVISOR, step_kind="approve"),
        ),
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
    """{view code: how many}, by one statement. What everybody of a role sees alike is remembered for some
    seconds; then only one's own steps are counted, by their index."""
    key = (tuple(actor.user.shop_ids()), actor.role)
    own = own_steps(actor) & ~steps_of_role(actor)
    open_tickets = Ticket.objects.visible_to(actor).open()
    until, alike = _counted.get(key, (0.0, None))
    if until > time.monotonic():
        return alike | {"mine": alike["mine"] + open_tickets.filter(own)[:COUNT_CAP].count()}
    asked = {view.code: Count("pk", filter=view.meets(actor)) for view in VIEWS.values()}
    asked |= {"mine": Count("pk", filter=steps_of_role(actor)), "own": Count("pk", filter=own)}
    alike = open_tickets[:LOOKED_AT].aggregate(**asked)
    own_count = alike.pop("own")
    _counted[key] = (time.monotonic() + COUNTS_FRESH_SECONDS, alike)
    return alike | {"mine": alike["mine"] + own_count}


def forget():
    _counted.clear()


# -- rows -------------------------------------------------------------------------

FIRST_PRODUCT = (
    TicketLine.objects.filter(ticket=OuterRef("pk"))
    .order_by("id")
    .values(product=JSONObject(title="order_line__title", sort="order_line__product_class"))[:1]
)
# What a row shows: without the rest, a page of fifty is read in half the time.
SHOWN_OF_TICKET = """
    number version status stage waiting_on priority step_code procedure_version_id next_due_at value_minor
    currency resolved_at merged_into
"""
SHOWN_BESIDE = """
    shop__name_zh shop__name_en order__number customer__name category__name
    assignee__name_zh assignee__name_en assignee__username
"""


def in_view(actor, view, conditions=()):
    """The open requests of a view that meet all filters."""
    return Ticket.objects.visible_to(actor).open().filter(VIEWS[view].meets(actor), *conditions)


def with_row_parts(tickets):
    """What a row shows, by one join and one statement for each ticket's nearest clock."""
    running = SlaClock.objects.filter(state=ClockState.RUNNING).order_by("ticket_id", "due_at")
    return (
        tickets.select_related("shop", "order", "customer", "category", "assignee")
        .only(*SHOWN_OF_TICKET.split(), *SHOWN_BESIDE.split())
        .annotate(product=Subquery(FIRST_PRODUCT))
        .prefetch_related(Prefetch("clocks", queryset=running.distinct("ticket_id"), to_attr="nearest"))
    )


def rows(tickets, *, cursor=""):
    """(rows, next cursor): a page of the nearest due."""
    found, following = NEAREST_DUE.page(with_row_parts(tickets), cursor=cursor)
    return [row(ticket) for ticket in found], following


def row(ticket):
    """One row as the page shows it, headed by the next step."""
    nearest = sla.standing(ticket.nearest[0]) if ticket.nearest else None
    product = ticket.product or {}
    return {
        "ticket": ticket,
        "step": headline(ticket),
        "due_at": None if ticket.next_due_at == NEVER else ticket.next_due_at,
        "tone": nearest.tone if nearest else "",
        "share": nearest.share if nearest else 0,
        "is_late": ticket.next_due_at < now(),
        "product": product.get("title", ""),
        "icon": product_icon(product.get("sort", "")),
    }


def headline(ticket):
    """What is to be done next, in the reader's language: it heads the row and the page."""
    if ticket.step_code:
        return compiled(ticket.procedure_version_id).content.step(ticket.step_code).name
    if ticket.merged_into_id:
        return _("merged")
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
