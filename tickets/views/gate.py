"""Whose pages these are: the person as an actor, and the one gate to a request."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from aftersales.events.actors import Actor
from tickets.models import Ticket
from tickets.queries.page import with_page_parts


def actor_of(request):
    return Actor.staff(request.user)


def visible(request):
    """The one gate: what is not this person's does not exist."""
    return Ticket.objects.visible_to(actor_of(request))


def shops_looked_at(request):
    """(one's shops by code, the one that the page is about: `?shop=`, else the first); another's does not exist."""
    shops = sorted(request.user.places()[1], key=lambda shop: shop.code)
    code = request.GET.get("shop", "")
    shop = next((each for each in shops if each.code == code or not code), None)
    if code and shop is None:
        raise Http404
    return shops, shop


def bare_ticket_or_404(request, number):
    """A request without the parts of its page, for what draws none of them."""
    return get_object_or_404(visible(request), number=number)


def ticket_or_404(request, number):
    """A request as its page needs it."""
    return get_object_or_404(with_page_parts(visible(request)), number=number)
