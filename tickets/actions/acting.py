"""How every action on a ticket is done: one transaction, one lock, the action, then what follows."""

from functools import wraps

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.errors import Stale
from tickets.actions.followers import tell_followers
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
                refuse_stale(fresh, getattr(ticket, "expected_version", None))
                event = function(fresh, by=by, **fields)
                progress(fresh, verb=verb, by=by, cause=event)
                tell_followers(fresh, event, by=by)
                return fresh

        action.verb = verb
        return action

    return wrap


def lock_pair(*ids):
    """Lock two requests in the order of their ids, before either's action locks it again: no deadlock."""
    rows = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    return {ticket.pk: ticket for ticket in rows.order_by("pk")}


def refuse_stale(fresh, expected):
    """Under the lock, so that of two who read the same version only one writes on it."""
    if expected is not None and fresh.version != expected:
        raise Stale(_("This was changed since you read it. Read it again, then repeat your change."))
