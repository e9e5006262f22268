"""What tickets do when something happens elsewhere."""

from aftersales.events.actors import Actor
from aftersales.events.log import on
from tickets.actions.assignment import assign_ticket
from tickets.models import Ticket

DESK = Actor.system("desk")


@on("user.deactivate", name="hand-over-requests")
def hand_over(event):
    """The open requests of somebody who left go back to the queue; twice is once."""
    person_id = int(event.stream.partition(":")[2])
    theirs = Ticket.objects.open().filter(assignee_id=person_id).order_by("id")
    # Locked first: who takes one of them at this moment keeps it.
    for ticket in theirs.select_for_update(no_key=True, of=("self",)):
        assign_ticket(ticket, by=DESK, to=None)
