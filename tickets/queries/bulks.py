"""Bulks as people look at them: one's own, and those of the shops one leads; rows only of requests one may see."""

from django.db.models import Q

from aftersales.web.keyset import Keyset
from tickets.models import Bulk, Ticket
from tickets.policies import shops_led

BULKS = Keyset("id", descending=True)
ROWS = Keyset("id")


def visible_bulks(actor):
    """One's own; and where one leads, those that keep to one's own shops."""
    rows = Bulk.objects.select_related("owner", "undoes", "undone_by")
    if actor.user is None:
        return rows.none()
    led = shops_led(actor)
    theirs = Q(shops__overlap=led, shops__contained_by=led) if led else Q(pk=None)
    return rows.filter(Q(owner=actor.id) | theirs)


def visible_rows(bulk, actor, state=""):
    """What came of each request, as far as the request is theirs to see."""
    rows = bulk.rows.filter(ticket__in=Ticket.objects.visible_to(actor)).select_related("ticket")
    return rows.filter(state=state) if state else rows
