"""What follows when a request ends (its labels are withdrawn), and when it gets another number to be found by."""

from aftersales.events.actors import Actor
from aftersales.events.log import on
from returns.actions.parcels import withdraw_labels
from tickets.actions.searching import note_search
from tickets.models import Ticket

DESK = Actor.system("desk")


@on("ticket.cancel", name="withdraw-labels")
@on("ticket.expire", name="withdraw-labels")
@on("ticket.reject", name="withdraw-labels")
def withdraw_labels_of_ended(event):
    """Nobody should send what nobody waits for; a label that is withdrawn already stays so."""
    withdraw_labels(Ticket.objects.get(pk=ticket_id_of(event)), by=DESK, cause=event)


@on("parcel.issue_label", name="search")
@on("parcel.ship", name="search")
@on("parcel.match", name="search")
@on("exchange.ship", name="search")
@on("goods.inspect", name="search")
def find_by_its_numbers(event):
    """A waybill, a label, a serial number: twice makes the same tokens twice."""
    note_search(ticket_id_of(event))


def ticket_id_of(event):
    return int(event.stream.removeprefix("ticket:"))
