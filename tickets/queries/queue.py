"""The rows of the queue: in what order they come, what each shows, and the search by number."""

from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.languages import side_of
from aftersales.versions.registry import compiled
from aftersales.web.keyset import Keyset
from tickets import sla
from tickets.icons import product_icon
from tickets.models import NEVER, ClockState, Scope, SlaClock, Sort, Stage, Ticket, TicketLine
from tickets.queries.columns import DEFAULT, further

# Each rests on an index; those of ended requests are the ones that still do at any number of them.
ORDERS = {
    Sort.DUE: Keyset("next_due_at", "id"),
    Sort.NEWEST: Keyset("id", descending=True),
    Sort.OLDEST: Keyset("id"),
    Sort.CHANGED: Keyset("updated_at", "id", descending=True),
    Sort.UNTOUCHED: Keyset("updated_at", "id"),
}
SORTS = {
    Scope.OPEN: (Sort.DUE, Sort.NEWEST, Sort.OLDEST, Sort.CHANGED, Sort.UNTOUCHED),
    Scope.ENDED: (Sort.NEWEST, Sort.OLDEST),
    Scope.ALL: (Sort.NEWEST, Sort.OLDEST),
}


def sort_in(scope, sort):
    """The order if the scope has it, else the first that it has."""
    return sort if sort in SORTS[scope] else SORTS[scope][0]


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
# Names of what stands beside it: as words, because an object for each costs more than the statement.
BESIDE = {
    "customer_name": F("customer__name"),
    "order_number": F("order__number"),
    "category_name": F("category__name"),
    "shop_zh": F("shop__name_zh"),
    "shop_en": F("shop__name_en"),
    "assignee_zh": F("assignee__name_zh"),
    "assignee_en": F("assignee__name_en"),
}


def with_row_parts(tickets, columns=DEFAULT):
    """What a row shows, by one join and one statement for each ticket's nearest clock."""
    running = SlaClock.objects.filter(state=ClockState.RUNNING).order_by("ticket_id", "due_at")
    more = further(columns)
    beside = [column.beside for column in more if column.beside]
    read = [name for column in more for name in column.reads]
    return (
        tickets.select_related(*beside)
        .only(*SHOWN_OF_TICKET.split(), *read)
        .annotate(product=Subquery(FIRST_PRODUCT), **BESIDE)
        .prefetch_related(Prefetch("clocks", queryset=running.distinct("ticket_id"), to_attr="nearest"))
    )


def rows(tickets, *, cursor="", sort=Sort.DUE, columns=DEFAULT):
    """(rows, next cursor): a page in one of the orders."""
    found, following = ORDERS[sort].page(with_row_parts(tickets, columns), cursor=cursor)
    return [row(ticket, columns) for ticket in found], following


def row(ticket, columns=DEFAULT):
    """One row as the page shows it, headed by the next step."""
    nearest = sla.standing(ticket.nearest[0]) if ticket.nearest else None
    product = ticket.product or {}
    return {
        "ticket": ticket,
        "category": ticket.category_name,
        "customer": ticket.customer_name or "",
        "order_number": ticket.order_number or "",
        "shop": own_side(ticket.shop_zh, ticket.shop_en),
        "assignee": own_side(ticket.assignee_zh or "", ticket.assignee_en or ""),
        "step": headline(ticket),
        "due_at": None if ticket.next_due_at == NEVER else ticket.next_due_at,
        "tone": nearest.tone if nearest else "",
        "share": nearest.share if nearest else 0,
        "is_late": ticket.next_due_at < now(),
        "product": product.get("title", ""),
        "icon": product_icon(product.get("sort", "")),
        "more": [column.text(ticket) for column in further(columns)],
    }


def own_side(chinese, english):
    """The name in the reader's language; the other one if that is all there is."""
    is_chinese = side_of() == "zh"
    return (chinese or english) if is_chinese else (english or chinese)


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
