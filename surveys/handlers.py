"""What surveys does when something happens to a ticket; each may run twice."""

from aftersales.events.actors import Actor
from aftersales.events.log import on
from surveys.actions import cancel_invitation, schedule_invitation
from tickets.models import Ticket

DESK = Actor.system("surveys")


@on("ticket.resolve", name="survey-invite")
def ask_how_it_went(event):
    schedule_invitation(ticket_of(event), by=DESK, cause=event)


@on("ticket.reopen", name="survey-cancel")
def wait_until_it_is_over(event):
    cancel_invitation(ticket_of(event), by=DESK, cause=event)


def ticket_of(event):
    return Ticket.objects.get(pk=int(event.stream.removeprefix("ticket:")))
