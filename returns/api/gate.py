"""What these endpoints share: the one gate to rows, and verbs run with a body."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from aftersales.errors import BadRequest, NotAllowed
from aftersales.web.api import ApiView
from staff import masking
from staff.models import Shop
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


def shop_of(request):
    """A key's own shop; a person acts for the one shop they serve, or names it by ?shop=."""
    if request.user.kind == "shop":
        return request.auth.shop
    served = Shop.objects.filter(pk__in=request.user.user.shop_ids())
    if code := request.query_params.get("shop"):
        return get_object_or_404(served, code=code)
    if len(served) != 1:
        raise BadRequest(_("You serve several shops: name one by ?shop=."), code="shop_needed")
    return served[0]
