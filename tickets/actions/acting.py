"""How every action on a ticket is done: one transaction, one lock, the action, then what follows."""

from functools import wraps

from django.db import transaction

from tickets.actions.progress import progress
from tickets.models import Ticket


def ticket_action(verb):
    """Wrap a function (locked ticket, *, by, **fields) -> event into an action: it returns the fresh ticket.

    After it, `progress` moves on what follows from the change: the procedure's step, the stage, who is
    waited for, the clocks. A nested action joins the outer transaction and passes `cause`.
    """

    def wrap(function):
        @wraps(function)
        def action(ticket, *, by, **fields):
            with transaction.atomic():
                fresh = Ticket.objects.lock(ticket.pk)
                event = function(fresh, by=by, **fields)
                progress(fresh, verb=verb, by=by, cause=event)
                return fresh

        action.verb = verb
        return action

    return wrap
