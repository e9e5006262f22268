"""What follows for goods when a request ends: its labels are withdrawn."""

from aftersales.events.actors import Actor
from aftersales.events.log import on
from returns.actions.parcels import withdraw_labels
from tickets.models import Ticket

DESK = Actor.system("desk")


@on("ticket.cancel", name="withdraw-labels")
@on("ticket.expire", name="withdraw-labels")
@on("ticket.reject", name="withdraw-labels")
def withdraw_labels_of_ended(event):
    """Nobody should send what nobody waits for; a label that is withdrawn already stays so."""
    withdraw_labels(Ticket.objects.get(pk=int(event.stream.partition(":")[2])), by=DESK, cause=event)
