"""Begin what was decided: owe the refund, ask the shop to ship, put goods on the bench, get them ready to go back."""

from datetime import date

from aftersales.events.log import record_event
from returns.actions.ledger import move_goods
from returns.actions.refunds import open_refund
from returns.models import Bucket, Exchange, Repair, ResolutionKind
from returns.queries.words import told


def carry_out(resolution, *, by, cause):
    """Do the first thing of an approved resolution; what is only decided waits for hands."""
    begin = BEGINNINGS.get(resolution.kind)
    if begin is not None:
        begin(resolution, by=by, cause=cause)


def ask_to_ship(resolution, *, by, cause):
    """Other goods are shipped by the shop, under an order of its own; it answers to the command's id."""
    item = resolution.items.select_related("ticket_line__order_line").get()
    bought = item.ticket_line.order_line
    exchange = Exchange.objects.create(resolution=resolution, sku=resolution.details.get("sku") or bought.sku)
    order = resolution.ticket.order
    data = {
        **told(resolution),
        "command": str(exchange.uid),
        "order": order.external_id,
        "order_number": order.number,
        "order_line": bought.external_id,
        "sku": exchange.sku,
        "quantity": item.quantity,
    }
    record_event(exchange, "exchange.request", by=by, data=data, cause=cause)


def open_repair(resolution, *, by, cause):
    """The goods go onto the bench."""
    item = resolution.items.select_related("ticket_line__order_line").get()
    serials = item.ticket_line.serials or item.ticket_line.order_line.serials
    due_on = resolution.details.get("due_on")
    repair = Repair.objects.create(
        resolution=resolution,
        fault=resolution.reason[:300],
        warranty=resolution.details.get("warranty", "in"),
        serial_before=serials[0] if len(serials) == 1 else "",
        due_on=date.fromisoformat(due_on) if due_on else None,
    )
    move_goods(item.ticket_line, item.quantity, Bucket.INSPECTED, Bucket.REPAIR_BENCH, by=by)
    data = {
        **told(resolution),
        "repair": str(repair.uid),
        "sku": item.ticket_line.order_line.sku,
        "quantity": item.quantity,
    }
    record_event(repair, "repair.open", by=by, data=data, cause=cause)


BEGINNINGS = {
    ResolutionKind.REFUND: open_refund,
    ResolutionKind.COMPENSATION: open_refund,
    ResolutionKind.EXCHANGE: ask_to_ship,
    ResolutionKind.RESHIP: ask_to_ship,
    ResolutionKind.REPAIR: open_repair,
}
