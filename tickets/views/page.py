"""The page of one request: one next step with its form open, what was said, what is known."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from aftersales.web.pages import show, wants_part
from tickets.views.gate import actor_of, ticket_or_404
from tickets.views.parts import PARTS, page_context, part_context

PAGE = "tickets/ticket.html"


@login_required
@require_safe
def ticket(request, number):
    """The whole page, or the one part that htmx is about to swap."""
    found, actor = ticket_or_404(request, number), actor_of(request)
    root = request.htmx.target
    if wants_part(request) and root in PARTS:
        context = part_context(found, actor, root, params=request.GET)
        response = show(request, PAGE, PARTS[root][0], {**context, "is_part": True})
    else:
        response = render(request, PAGE, page_context(found, actor, params=request.GET))
    # One address, several answers: going back must never show a part alone.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def show_part(request, ticket, root, *, attempt=None, status=200, events=(), params=None):
    """Answer a POST with the part it came from; without htmx with the whole page, the part in its place."""
    actor, params = actor_of(request), params if params is not None else request.GET
    if wants_part(request):
        context = part_context(ticket, actor, root, params=params, attempt=attempt) | {"is_part": True}
        return show(request, PAGE, PARTS[root][0], context, status=status, events=events)
    context = page_context(ticket, actor, params=params, attempt=attempt, tried=root)
    return render(request, PAGE, context, status=status)
