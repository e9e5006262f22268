"""How every action on a ticket is done: one transaction, one lock, the action, then what follows."""

from functools import wraps

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Stale
from aftersales.events.telling import doers, sentence
from aftersales.web.times import span_text
from tickets.actions.followers import tell_followers
from tickets.actions.progress import progress
from tickets.models import Ticket
from tickets.queries.page import change_by_another


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
                refuse_unseen(fresh, getattr(ticket, "seen_seq", None), by)
                fresh.cause = getattr(ticket, "cause", None)
                fresh.in_bulk = getattr(ticket, "in_bulk", "")
                event = function(fresh, by=by, **fields)
                progress(fresh, verb=verb, by=by, cause=event)
                tell_followers(fresh, event, by=by)
                return fresh

        action.verb = verb
        return action

    return wrap


def lock_in_order(*ids):
    """Lock requests in the order of their ids, before any one's action locks it again: no deadlock."""
    rows = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    return {ticket.pk: ticket for ticket in rows.order_by("pk")}


def refuse_stale(fresh, expected):
    """Under the lock, so that of two who read the same version only one writes on it."""
    if expected is not None and fresh.version != expected:
        raise stale()


def stale():
    return Stale(_("This was changed since you read it. Read it again, then repeat your change."))


def refuse_unseen(fresh, seen_seq, by):
    """What another person did since this one looked is shown first; sent again, it goes through.

    Asked under the lock as well as before: of two who send at the same moment, one is told of the other.
    """
    change = change_by_another(fresh, seen_seq, by) if seen_seq is not None else None
    if change is None:
        return
    ago = span_text((now() - change.happened_at).total_seconds())
    told = {"name": doers([change])[change.pk], "ago": ago, "what": sentence(change)}
    raise Stale(
        _("%(name)s, %(ago)s ago: “%(what)s”. What you typed is kept; send it again if it still fits.") % told
    )
