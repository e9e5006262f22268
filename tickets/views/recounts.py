"""A preview of a rule that is to change, or the recount of the clocks that run: followed, applied, steered."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from aftersales.errors import NotAllowed, Refused, Stale
from aftersales.web.pages import show, toast, wants_part
from tickets.actions.recounts import apply_preview, cancel_recount, pause_recount, resume_recount
from tickets.policies import may_edit_procedures
from tickets.procedure_words import spoken
from tickets.queries.recounts import found_of, recount_or_404
from tickets.views.acting import status_of
from tickets.views.gate import actor_of
from tickets.views.time_rules import WAYS

PAGE, PART = "tickets/recount.html", "tickets/_recount.html"
STEERING = {"pause": pause_recount, "resume": resume_recount, "cancel": cancel_recount}


@login_required
@require_safe
def recount(request, code):
    """How far it is, and what it found; fetches itself again until it has ended."""
    found = recount_or_404(actor_of(request), code)
    return show(request, PAGE, PART, standing(request, found))


def standing(request, found):
    actor = actor_of(request)
    return {
        "section": "time_rules",
        "recount": found,
        "shop": found.shop,
        "way": WAYS[found.rule_kind],
        "title": spoken(found.body.get("name"), found.rule_code),
        "may_edit": may_edit_procedures(actor, found.shop),
        "is_counting": found.state == "running" and not found.is_stuck,
        **found_of(found, actor),
    }


@login_required
@require_POST
def steer(request, code, verb):
    """Apply a preview, or pause, resume and cancel; a refusal is told on the page as it then stands."""
    found, actor = recount_or_404(actor_of(request), code), actor_of(request)
    try:
        if verb == "apply":
            return applied(request, found, actor)
        if verb not in STEERING:
            raise Http404
        found = STEERING[verb](found, by=actor)
    except Refused as refused:
        status = 403 if isinstance(refused, NotAllowed) else status_of(refused)
        context = standing(request, recount_or_404(actor, code))
        context |= {"refusal": str(refused), "is_stale": isinstance(refused, Stale)}
        return show(request, PAGE, PART, context, status=status)
    return to(request, reverse("recount", args=[found.code]))


def applied(request, found, actor):
    version, begun = apply_preview(found, recount=request.POST.get("clocks") == "recount", by=actor)
    toast(request, _("Version %(number)d is in force.") % {"number": version.number})
    if begun:
        return to(request, reverse("recount", args=[begun.code]))
    rule = [found.shop.code, WAYS[found.rule_kind], found.rule_code]
    return to(request, reverse("time_rule", args=rule))


def to(request, page):
    return HttpResponseClientRedirect(page) if wants_part(request) else HttpResponseRedirect(page)
