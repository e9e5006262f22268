"""The choice of a resolution: the options side by side, for the units that are free."""

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aftersales.errors import Invalid, Refused
from aftersales.web.pages import toast
from returns.models import ResolutionKind, Warranty
from returns.queries.page import KINDS, options_for, refund_of_all
from returns.queries.possible import being_resolved, seen_units, units_are_free
from returns.views.answers import for_those_who, posted_rows, refused_page
from staff import masking
from tickets.icons import product_icon
from tickets.models import Ticket
from tickets.policies import DESK
from tickets.registry import obstacle_before
from tickets.verbs import perform

PAGE = "returns/resolve.html"
# What each kind's verb takes of the page's fields.
TAKES = {
    "refund": ("reason", "ask_customer"),
    "exchange": ("reason", "sku", "ask_customer"),
    "repair": ("fault", "warranty", "due_on", "ask_customer"),
    "reship": ("reason", "ask_customer"),
    "return_as_is": ("reason", "ask_customer"),
}


@for_those_who(lambda actor: actor.role in DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request, number):
    """Choose one resolution for some units; what is left can be given another one afterwards."""
    tickets = Ticket.objects.visible_to(request.actor).select_related("shop", "order", "category", "customer")
    ticket = get_object_or_404(tickets, number=number)
    context = page(ticket, request)
    if request.method != "POST":
        return render(request, PAGE, context)
    try:
        kind = propose(request, ticket)
    except Refused as refused:
        return refused_page(request, PAGE, refused, context)
    toast(request, _("Proposed: %(what)s") % {"what": ResolutionKind(kind).label})
    return HttpResponseRedirect(reverse("ticket", args=[number]))


def page(ticket, request):
    """The options, the units, what a refund comes to, with what was chosen already."""
    options = options_for(ticket, request.actor)
    possible = [option for option in options if not option.refused]
    wish = next((option for option in possible if option.is_wish), possible[0] if possible else None)
    typed = posted_rows(request.POST, "lines")
    rows = [
        {
            "line": unit.line,
            "most": unit.free,
            "value": typed.get(str(unit.line.uid), {}).get("quantity", unit.free),
            "icon": product_icon(unit.line.order_line.product_class),
        }
        for unit in seen_units(ticket)
        if unit.free
    ]
    return {
        "section": "queue",
        "ticket": ticket,
        "options": options,
        "chosen": request.POST.get("kind") or (wish.kind if wish else ""),
        "is_possible": bool(possible),
        "obstacle": None if possible else obstacle_before(None, ticket, request.actor),
        "why_not": "" if possible else why_not(ticket),
        "rows": rows,
        "preview": refund_of_all(ticket) if masking.sees_money(request.actor) else None,
        "warranties": Warranty.choices,
        "typed": request.POST,
    }


def why_not(ticket):
    """Why nothing can be proposed now."""
    if not ticket.is_open:
        return _("This request is finished. Open it again first.")
    return being_resolved(ticket) or units_are_free(ticket)


def propose(request, ticket):
    """Run the kind's own verb with the fields that it takes."""
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Invalid(_("Choose what the customer gets."), field="kind")
    data = {name: request.POST[name] for name in TAKES[kind] if request.POST.get(name)}
    data["lines"] = [{"line": uid, **fields} for uid, fields in posted_rows(request.POST, "lines").items()]
    perform(ticket, kind, data, by=request.actor)
    return kind
