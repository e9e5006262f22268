"""The search page: one box for numbers and words, filters beside it, and each request with the place that was found."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from aftersales.errors import BadRequest, Invalid
from aftersales.web.pages import show
from tickets.models import Ticket
from tickets.queries.queue import look_up, row, with_row_parts
from tickets.queries.search import search
from tickets.queries.search_filters import chosen, conditions, search_filters_for
from tickets.views.gate import actor_of, visible
from tickets.words import MAX_TYPED

WHERE = {
    "number": _("Request number"),
    "external_id": _("The shop's own number"),
    "order": _("Order"),
    "waybill": _("Waybill"),
    "sku": _("Article"),
    "serial": _("Serial number"),
    "product": _("Product"),
    "line": _("What is wrong"),
    "customer": _("Customer"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "subject": _("Subject"),
    "tags": _("Tags"),
    "message": _("Message"),
    "note": _("Internal note"),
}


@login_required
@require_safe
def find(request):
    """What was typed, with its filters, all in the address; a number that is one request's opens it."""
    actor, typed = actor_of(request), request.GET.get("q", "").strip()
    filters = search_filters_for(actor)
    values, notes = chosen(filters, request.GET)
    context = {
        "section": "search",
        "typed": typed[:MAX_TYPED],
        "max_typed": MAX_TYPED,
        "filters": [(choice, values.get(choice.name, "")) for choice in filters],
        "chosen": removable(filters, values, typed),
        "notes": notes,
    }
    if not typed:
        return show(request, "tickets/search.html", "tickets/_found.html", context)
    if not values and "cursor" not in request.GET and (only := only_one(actor, typed)):
        return HttpResponseRedirect(reverse("ticket", args=[only]))
    tickets = visible(request).filter(*conditions(filters, values))
    try:
        page = search(tickets, actor, typed, cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(address(q=typed, **values))
    except Invalid as refused:
        context |= {"refusal": str(refused)}
        return show(request, "tickets/search.html", "tickets/_found.html", context, status=422)
    context |= {
        "rows": found_rows(page.hits),
        "next": page.next and address(q=typed, **values, cursor=page.next),
        "first": address(q=typed, **values) if "cursor" in request.GET else "",
    }
    return show(request, "tickets/search.html", "tickets/_found.html", context)


def only_one(actor, typed):
    """The number of the one request that this number means, in full."""
    numbers = look_up(actor, typed).values_list("number", flat=True)[:2]
    return numbers[0] if len(numbers) == 1 else None


def found_rows(hits):
    """The requests in the order of the hits, each as the queue shows it, with where it was found."""
    tickets = with_row_parts(Ticket.objects.all()).in_bulk([hit.ticket_id for hit in hits])
    return [
        row(tickets[hit.ticket_id]) | {"places": [(WHERE[place.where], place.parts) for place in hit.places]}
        for hit in hits
    ]


def removable(filters, values, typed):
    """The chosen filters in words, each with the address without it."""
    return [
        {
            "label": choice.label,
            "value": dict(choice.choices)[values[choice.name]],
            "without": address(
                q=typed, **{name: value for name, value in values.items() if name != choice.name}
            ),
        }
        for choice in filters
        if choice.name in values
    ]


def address(**params):
    return reverse("search", query=params)
