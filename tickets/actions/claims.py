"""Units of an order line: claimed by open requests, released, or consumed for good.

Each is one conditional UPDATE, never a read and then a write; the line's CHECK constraint is the wall.
"""

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from aftersales.errors import NotPossible
from tickets.models import OrderLine, TicketLine

CLAIM = """
UPDATE tickets_orderline SET claimed = claimed + %(n)s
 WHERE id = %(id)s AND claimed + consumed + %(n)s <= quantity - cancelled + redelivered
"""


def claim_units(order_line, quantity):
    """Claim units for a request, or refuse with what is left; call with order lines in id order."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"n": quantity, "id": order_line.pk})
        if cursor.rowcount:
            return
    standing = OrderLine.objects.filter(pk=order_line.pk).first()  # the shop may have dropped it just now
    left = max(0, standing.claimable) if standing else 0
    raise NotPossible(
        _("%(sku)s: %(wanted)s wanted, %(left)s left to claim.")
        % {"sku": order_line.sku, "wanted": quantity, "left": left},
        code="quantity_not_available",
        order_line=order_line.external_id,
        left=left,
    )


def release_units(ticket_line, quantity):
    """Give units back to the order line: rejected, cancelled, or repaired and home again."""
    quantity = take_from_line(ticket_line, quantity)
    OrderLine.objects.filter(pk=ticket_line.order_line_id).update(claimed=F("claimed") - quantity)


def consume_units(ticket_line, quantity):
    """Units are gone for good: paid back, exchanged away, written off."""
    quantity = take_from_line(ticket_line, quantity)
    OrderLine.objects.filter(pk=ticket_line.order_line_id).update(
        claimed=F("claimed") - quantity, consumed=F("consumed") + quantity
    )


def take_from_line(ticket_line, quantity):
    """Take units out of the ticket line's claim; more than it holds is a mistake in the caller."""
    if not quantity:
        return 0
    moved = TicketLine.objects.filter(pk=ticket_line.pk, claimed__gte=quantity).update(
        claimed=F("claimed") - quantity
    )
    if not moved:
        raise NotPossible(
            _("These units are no longer claimed by this request."), code="quantity_not_available"
        )
    ticket_line.claimed -= quantity
    return quantity


def release_ticket_claims(ticket):
    """Everything the ticket still claims goes back, in id order."""
    for line in ticket.lines.order_by("id"):
        release_units(line, line.claimed)


def reclaim_lines(ticket):
    """Claim again what a reopened request still asks for; refused when others have claimed it since."""
    for line in ticket.lines.select_related("order_line").order_by("order_line_id"):
        wanted = line.quantity - line.resolved - line.claimed
        if wanted > 0:
            claim_units(line.order_line, wanted)
            TicketLine.objects.filter(pk=line.pk).update(claimed=F("claimed") + wanted)
