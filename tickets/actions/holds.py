"""Holds: reasons why a ticket cannot be finished yet, and whom it waits for meanwhile."""

from aftersales.clock import now
from tickets.actions.acting import ticket_action
from tickets.models import Hold, WaitingOn
from tickets.workflow import TICKET_WORKFLOW


@ticket_action("hold")
def hold_ticket(ticket, *, by, reason, waiting_on=WaitingOn.CUSTOMER):
    """A person puts the ticket on hold, naming who is awaited."""
    event = TICKET_WORKFLOW.take(
        "hold", ticket, by=by, data={"reason": reason, "waiting_on": str(waiting_on)}
    )
    place_hold(ticket, reason, waiting_on=waiting_on, by=by)
    return event


@ticket_action("release")
def release_ticket(ticket, *, by):
    """End the holds that people placed."""
    event = TICKET_WORKFLOW.take("release", ticket, by=by)
    ticket.holds.filter(released_at=None, is_manual=True).update(released_at=now())
    return event


def place_hold(ticket, reason, *, by, waiting_on=WaitingOn.NOBODY, is_manual=True):
    """Write a hold inside another action; one that the desk places (`is_manual=False`) it also ends."""
    return Hold.objects.create(
        ticket=ticket,
        reason=reason[:200],
        waiting_on=waiting_on,
        is_manual=is_manual,
        placed_by=by.name,
        placed_at=now(),
    )


def release_hold(hold, *, by):
    """End one hold inside another action; twice is once."""
    return Hold.objects.filter(pk=hold.pk, released_at=None).update(released_at=now())
