"""The one lock order of goods and money: the ticket (held already), its lines, their order lines, the order."""

from tickets.models import Order, OrderLine, TicketLine


def lock_lines(ticket):
    """Lock a ticket's lines and what they stand for; returns {order line id: fresh order line}."""
    lines = TicketLine.objects.filter(ticket=ticket).order_by("id").select_for_update(no_key=True)
    wanted = [line.order_line_id for line in lines]
    order_lines = OrderLine.objects.filter(pk__in=wanted).order_by("id").select_for_update(no_key=True)
    return {line.pk: line for line in order_lines}


def lock_order(ticket):
    """Lock the order, after its lines; returns the fresh row."""
    return Order.objects.select_for_update(no_key=True).get(pk=ticket.order_id)
