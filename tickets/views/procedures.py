"""Procedures to look at: the list, one on its board, tried on a request, as a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aftersales.errors import Invalid
from aftersales.web.pages import attachment, show
from staff.queries import shops_of
from tickets import tryout
from tickets.content.procedures import parse_procedure
from tickets.loading.writing import procedure_as_yaml
from tickets.models import Ticket
from tickets.procedure_words import fact_text, outcome_text, spoken
from tickets.queries.procedures import (
    capped,
    groups_of_procedures,
    running_counts,
    standing_of,
    standings,
)
from tickets.views.gate import actor_of, shops_looked_at
from tickets.views.procedure_board import LIVE, studio, view_of

PAGE, PART = "tickets/studio.html", "tickets/_studio.html"


def standing_or_404(request, shop, code):
    """The procedure of a shop that this person serves; any other does not exist."""
    standing = standing_of(get_object_or_404(shops_of(actor_of(request)), code=shop), code)
    if standing is None:
        raise Http404
    return standing


@login_required
@require_safe
def procedures(request):
    """By category: the version in force, how many requests follow it, whether there is a draft."""
    shops, shop = shops_looked_at(request)
    if shop is None:
        raise Http404
    found, counts = standings(shop), running_counts(shop)
    groups = [
        (group, [row_of(found[code], counts, categories) for code, categories in rows])
        for group, rows in groups_of_procedures(found)
    ]
    context = {"section": "procedures", "shops": shops, "shop": shop, "groups": groups}
    return render(request, "tickets/procedures.html", context)


def row_of(standing, counts, categories):
    return {
        "standing": standing,
        "title": spoken(standing.in_force.title, standing.code),
        "categories": categories,
        "running": capped(counts.get(standing.code, 0)),
    }


@login_required
@require_safe
def procedure(request, shop, code):
    """The board; `?view=` what is looked at, `?step=` the step that is open."""
    standing = standing_or_404(request, shop, code)
    context = studio(
        standing, actor_of(request), view=request.GET.get("view", ""), step=request.GET.get("step", "")
    )
    return show(request, PAGE, PART, context)


@login_required
@require_safe
def procedure_yaml(request, shop, code):
    """The draft or what is in force, as a file of a content pack."""
    standing = standing_or_404(request, shop, code)
    is_live = view_of(standing, request.GET.get("view", "")) == LIVE
    text = procedure_as_yaml((standing.in_force if is_live else standing.draft).body)
    return attachment(text, f"{code}.yaml", "application/yaml")


@login_required
@require_safe
def try_procedure(request, shop, code):
    """`?ticket=` a request to try it on; what comes of it is read, never written."""
    standing = standing_or_404(request, shop, code)
    view = view_of(standing, request.GET.get("view", ""))
    body = (standing.in_force if view == LIVE else standing.draft).body
    number = request.GET.get("ticket", "").strip()[:20].upper()
    visible = Ticket.objects.visible_to(actor_of(request)).filter(shop=standing.shop)
    ticket = (
        visible.filter(number=number).select_related("category", "order", "shop").first() if number else None
    )
    context = {
        "section": "procedures",
        "standing": standing,
        "shop": standing.shop,
        "code": code,
        "title": spoken(body.get("title"), code),
        "view": view,
        "number": number,
        "ticket": ticket,
    }
    try:
        context |= tried(body, ticket) if ticket else {}
    except Invalid as refused:
        context["refusal"] = str(refused)
    return render(request, "tickets/procedure_try.html", context, status=422 if "refusal" in context else 200)


def tried(body, ticket):
    rows = tryout.try_on(parse_procedure(body), tryout.recorded_answers(ticket), tryout.asking_of(ticket))
    outcomes = [row.outcome for row in rows]
    return {
        "followed": tryout.version_followed(ticket),
        "rows": [{"tried": row, "says": outcome_text(row), "fact": fact_text(row)} for row in rows],
        "asked": outcomes.count(tryout.ASKED) + outcomes.count(tryout.RECORDED),
        "by_desk": outcomes.count(tryout.DESK),
        "skipped": outcomes.count(tryout.SKIPPED),
    }


def to_studio(standing, **query):
    """Back to the board, at a step or a view."""
    address = reverse("procedure", args=[standing.shop.code, standing.code])
    asked = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return HttpResponseRedirect(f"{address}?{asked}" if asked else address)
