"""Units of an order line: claimed by open requests, released, or consumed for good.

Each is one conditional UPDATE, never a read and then a write; the line's CHECK constraint is the wall.
"""

from django.db import connection
from django.db.models import F, ProtectedError
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


# -- from one request to another of the same order: the order line's own counts stay as they are -----------


def hand_over_claims(ticket, into, units):
    """So many units of each line, by its id, are claimed by the other from now on; the lines stay, to tell what was.

    Returns by the id of each line which serials the other got by it.
    """
    theirs = {line.order_line_id: line for line in into.lines.all()}
    serials = {}
    for line in ticket.lines.select_related("order_line").order_by("id"):
        if quantity := units.get(str(line.pk), 0):
            serials[str(line.pk)] = add_units(into, theirs.get(line.order_line_id), line, quantity)
            TicketLine.objects.filter(pk=line.pk).update(claimed=F("claimed") - quantity)
    return serials


def add_units(ticket, standing, line, quantity):
    """So many of the units that `line` claims belong to the ticket: on its own line for them, or on a new one.

    Returns the serials that are new there. They are joined only where both name some: of units without one
    any may be meant.
    """
    if standing is None:
        like_line(line, ticket, quantity, serials=line.serials).save()
        return line.serials
    both = standing.serials and line.serials
    new = [one for one in dict.fromkeys(line.serials) if one not in standing.serials] if both else []
    TicketLine.objects.filter(pk=standing.pk).update(
        quantity=F("quantity") + quantity,
        claimed=F("claimed") + quantity,
        serials=[*standing.serials, *new],
    )
    return new


def like_line(line, ticket, quantity, serials=()):
    """An unsaved line about the same product for the same reason, in another request."""
    return TicketLine(
        ticket=ticket,
        order_line=line.order_line,
        quantity=quantity,
        claimed=quantity,
        reason_id=line.reason_id,
        description=line.description,
        serials=list(serials),
    )


def take_claims_back(ticket, into, units, serials):
    """What was handed over comes back with its serials, as long as nothing became of it there."""
    for line in ticket.lines.select_related("order_line").order_by("id"):
        if quantity := units.get(str(line.pk), 0):
            take_units(into, line, quantity, serials.get(str(line.pk), []))
            TicketLine.objects.filter(pk=line.pk).update(claimed=F("claimed") + quantity)


def take_units(ticket, line, quantity, serials):
    """Take so many units out of the ticket's own line for them, which goes when nothing is left on it."""
    standing = TicketLine.objects.filter(
        ticket=ticket, order_line_id=line.order_line_id, claimed__gte=quantity
    )
    named = standing.values_list("serials", flat=True).first() or []
    left = standing.filter(quantity__gt=quantity).update(
        quantity=F("quantity") - quantity,
        claimed=F("claimed") - quantity,
        serials=[one for one in named if one not in serials],
    )
    if left:
        return
    try:
        found, _rows = standing.filter(quantity=quantity).delete()
    except ProtectedError:  # something of the desk above tells of these units
        found = 0
    if not found:
        raise NotPossible(
            _("%(sku)s: something became of these units in %(number)s already.")
            % {"sku": line.order_line.sku, "number": ticket.number}
        )
