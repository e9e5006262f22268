"""Find the parcel that a scan means: by waybill, by our label's code, by the request's or the order's number."""

from dataclasses import dataclass

from django.db.models import F, Q

from returns.models import Direction, Parcel, ParcelState
from tickets.models import Order, Ticket, TicketLine

# Awaited ones first, then those that are here: a waybill that is used twice means the one to come.
SCAN_ORDER = [ParcelState.IN_TRANSIT, ParcelState.PLANNED, ParcelState.RECEIVED, ParcelState.LOST]

MOST_CHOICES = 20


@dataclass(frozen=True)
class Found:
    """What a scanned code stands for; either may be missing, and both when nobody knows it.

    An order's number stands for the request whose goods are awaited: `choices` where there are several.
    """

    code: str
    parcel: Parcel | None = None
    ticket: Ticket | None = None
    order: Order | None = None  # of this number, while it is not clear which request is meant
    choices: tuple = ()


def tidy_code(code):
    """As scanners and people write it: without spaces, in capitals."""
    return "".join(str(code).split()).upper()[:60]


def find_by_scan(code, actor):
    """The parcel and request that a code means, among those this actor may see."""
    scanned, code = "".join(str(code).split()), tidy_code(code)
    if not code:
        return Found(code)
    parcels = (
        Parcel.objects.visible_to(actor)
        .filter(Q(waybill=code) | Q(label_code=code), direction=Direction.IN)
        .exclude(state=ParcelState.CANCELLED)
        .select_related("ticket", "shop")
    )
    matching = sorted(parcels, key=lambda parcel: (SCAN_ORDER.index(parcel.state), -parcel.pk))
    if matching:
        return Found(code, matching[0], matching[0].ticket)
    ticket = Ticket.objects.visible_to(actor).filter(number__iexact=code).first()
    return of_ticket(code, ticket) if ticket else of_order(code, scanned, actor)


def of_ticket(code, ticket):
    """The request with the parcel that is to come, else the last that came."""
    parcel = ticket.parcels.awaited().order_by("-state", "-id").first()
    return Found(code, parcel or ticket.parcels.inbound().order_by("-id").first(), ticket)


def of_order(code, scanned, actor):
    """The request of an order whose goods are awaited, found by the order's number or the shop's own id."""
    names = {scanned, code, scanned.lower()}
    orders = list(
        Order.objects.visible_to(actor).filter(Q(number__in=names) | Q(external_id__in=names))[:MOST_CHOICES]
    )
    if not orders:
        return Found(code)
    lines = TicketLine.objects.filter(authorised__gt=F("received"))
    waiting = (
        Ticket.objects.visible_to(actor)
        .filter(order__in=orders, goods_expected=True, pk__in=lines.values("ticket"))
        .order_by("-id")[:MOST_CHOICES]
    )
    tickets = tuple(waiting.select_related("order", "shop"))
    if len(tickets) == 1:
        return of_ticket(tickets[0].number, tickets[0])
    return Found(code, order=orders[0], choices=tickets)
