"""What these endpoints share: the one gate to rows, and verbs run with a body."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from aftersales.errors import NotAllowed
from aftersales.web.api import ApiView
from staff import masking
from tickets.models import Ticket
from tickets.verbs import perform


class ReturnsView(ApiView):
    """Base: the scopes of goods and money."""

    read_scope, write_scope = "returns:read", "returns:write"


def ticket_or_404(request, number):
    """What is not this caller's does not exist."""
    return get_object_or_404(Ticket.objects.visible_to(request.user), number=number)


def run(request, ticket, verb, data=None):
    """Run a verb with the body's own fields; returns the fresh request."""
    return perform(ticket, verb, request.data if data is None else data, by=request.user)


def refuse_unless_sees_money(actor):
    if not masking.sees_money(actor):
        raise NotAllowed(_("Your role does not see money."))
