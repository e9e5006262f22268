"""Money of an order: promised, paid back, or free again. Each is one conditional UPDATE per row.

The rows' CHECK constraints are the wall: promised and paid back never exceed what was paid for a line,
nor what was captured for the order. The order's row comes last.
"""

from django.db.models import F
from django.utils.translation import gettext as _

from aftersales.errors import NotPossible
from aftersales.money import format_money
from returns.queries.money import left_of
from tickets.models import Order, OrderLine


def reserve_line(line, quantity, amount_minor):
    """Promise units and money of one order line."""
    reserved = OrderLine.objects.filter(
        pk=line.order_line_id,
        refunded_quantity__lte=F("quantity") - quantity,
        paid_minor__gte=F("refunded_minor") + F("refund_reserved_minor") + amount_minor,
    ).update(
        refunded_quantity=F("refunded_quantity") + quantity,
        refund_reserved_minor=F("refund_reserved_minor") + amount_minor,
    )
    if not reserved:
        raise NotPossible(
            _("%(sku)s: these units were paid back or promised already.") % {"sku": line.order_line.sku},
            code="refund_not_available",
        )


def reserve_order(order, amount_minor):
    """Promise money of an order, after its lines."""
    reserved = Order.objects.filter(
        pk=order.pk, captured_minor__gte=F("refunded_minor") + F("refund_reserved_minor") + amount_minor
    ).update(refund_reserved_minor=F("refund_reserved_minor") + amount_minor)
    if not reserved:
        left = left_of(Order.objects.get(pk=order.pk))
        raise NotPossible(
            _("The order's payments leave %(left)s to give back.")
            % {"left": format_money(left, order.currency)},
            code="refund_not_available",
            left=left,
        )


def release_money(resolution):
    """The promise is off: declined, taken back, or failed."""
    for item in money_items(resolution):
        OrderLine.objects.filter(pk=item.ticket_line.order_line_id).update(
            refunded_quantity=F("refunded_quantity") - item.quantity,
            refund_reserved_minor=F("refund_reserved_minor") - item.amount_minor,
        )
    Order.objects.filter(pk=resolution.ticket.order_id).update(
        refund_reserved_minor=F("refund_reserved_minor") - resolution.amount_minor
    )


def spend_money(resolution):
    """The promise was kept: the money is with the customer."""
    for item in money_items(resolution):
        OrderLine.objects.filter(pk=item.ticket_line.order_line_id).update(
            refund_reserved_minor=F("refund_reserved_minor") - item.amount_minor,
            refunded_minor=F("refunded_minor") + item.amount_minor,
        )
    Order.objects.filter(pk=resolution.ticket.order_id).update(
        refund_reserved_minor=F("refund_reserved_minor") - resolution.amount_minor,
        refunded_minor=F("refunded_minor") + resolution.amount_minor,
    )


def money_items(resolution):
    """The resolution's items in the order in which order lines are locked."""
    return resolution.items.select_related("ticket_line").order_by("ticket_line__order_line_id")
