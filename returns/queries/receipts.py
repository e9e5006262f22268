"""The dock's page: what a scan stands for, what to count, what lies unclaimed, how the day goes."""

from dataclasses import dataclass, field

from returns.models import Parcel, ParcelState
from returns.queries.units import units_of
from tickets.icons import product_icon

EXPECTED, HERE, NOT_EXPECTED, UNKNOWN, LOST = "expected", "here", "not_expected", "unknown", "lost"
WHICH, NONE_AWAITED = "which", "none_awaited"  # of an order's requests
SHOWN = 20


@dataclass
class Receipt:
    """What the dock does next with a scanned code."""

    code: str
    kind: str
    ticket: object = None
    parcel: object = None
    rows: list = field(default_factory=list)  # of {"line", "most", "value", "icon"}
    choices: tuple = ()  # requests of the order that was scanned

    @property
    def count(self):
        return sum(row["most"] for row in self.rows)


def receipt_of(found, *, another_box=False):
    """Which of the dock's few situations a scan is."""
    ticket, parcel = found.ticket, found.parcel
    if ticket is None:
        if found.order is not None:
            return Receipt(found.code, WHICH if found.choices else NONE_AWAITED, choices=found.choices)
        kind = UNKNOWN if parcel is None else HERE
        return Receipt(found.code, kind, parcel=parcel)
    units = list(units_of(ticket).values()) if ticket.goods_expected else []
    if parcel is not None and parcel.state == ParcelState.LOST:
        return Receipt(found.code, LOST, ticket, parcel)
    is_here = parcel is not None and parcel.state == ParcelState.RECEIVED and not another_box
    if is_here or (units and not any(unit.awaited for unit in units)):
        return Receipt(found.code, HERE, ticket, parcel, counted_rows(parcel))
    if not units:
        return Receipt(found.code, NOT_EXPECTED, ticket, parcel)
    return Receipt(
        found.code,
        EXPECTED,
        ticket,
        None if another_box else parcel,
        rows_to_count(parcel, units, another_box),
    )


def rows_to_count(parcel, units, another_box):
    """The lines of the parcel, or all that is still awaited when a box comes that nobody announced."""
    planned = {}
    if parcel is not None and not another_box:
        planned = {item.ticket_line_id: item.expected for item in parcel.items.all() if item.ticket_line_id}
    rows = [(unit.line, planned.get(unit.line.pk, 0) if planned else unit.awaited) for unit in units]
    return [row(line, most) for line, most in rows if most]


def counted_rows(parcel):
    """What was counted of a parcel that is here."""
    if parcel is None:
        return []
    items = parcel.items.exclude(ticket_line=None).select_related("ticket_line__order_line")
    return [{**row(item.ticket_line, item.expected), "value": item.received} for item in items]


def row(line, most):
    return {"line": line, "most": most, "value": most, "icon": product_icon(line.order_line.product_class)}


def unclaimed(actor):
    """Parcels that nobody has asked for, the newest first."""
    rows = Parcel.objects.visible_to(actor).inbound().unclaimed().filter(state=ParcelState.RECEIVED)
    return rows.select_related("shop").prefetch_related("items").order_by("-id")[:SHOWN]


def awaited(actor):
    """Parcels that are on their way, the longest first."""
    rows = (
        Parcel.objects.visible_to(actor).inbound().filter(state=ParcelState.IN_TRANSIT, ticket__isnull=False)
    )
    return rows.select_related("ticket", "shop").order_by("shipped_at", "id")[:SHOWN]


def received_since(actor, moment):
    rows = Parcel.objects.visible_to(actor).filter(state=ParcelState.RECEIVED, received_at__gte=moment)
    return rows.order_by()[:1000].count()
