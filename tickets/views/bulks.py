"""One verb over many requests: what would happen, asking for it, watching it, cancelling and taking it back."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from aftersales.clock import now
from aftersales.errors import BadRequest, Invalid, InvalidFields, Refused, Stale
from aftersales.web.pages import show, toast, wants_part
from tickets.actions.bulks import UNDO_SECONDS, cancel_bulk, start_bulk, undo_bulk
from tickets.foresight import bulk_verb, foresee, none_meant, offered_in_bulk
from tickets.models import RowState
from tickets.queries.bulks import BULKS, ROWS, visible_bulks, visible_rows
from tickets.queries.saved_views import views_of
from tickets.queries.selection import selected
from tickets.registry import verb_named
from tickets.views.acting import status_of
from tickets.views.asked import read_address
from tickets.views.gate import actor_of

NEW, NEW_PART = "tickets/bulk_new.html", "tickets/_bulk_new.html"
ONE, PROGRESS, ROWS_PART = "tickets/bulk.html", "tickets/_bulk_progress.html", "tickets/_bulk_rows.html"
PREFIX = "with"  # of the verb's own fields, apart from those of the queue's address
MOST_TOLD = 200  # numbers behind one reason


@login_required
def new_bulk(request):
    """The form of a verb over a selection; what would happen; and, once that was seen, asking for it."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("queue"))
    actor, does = actor_of(request), request.POST.get("do", "")
    asked = read_address(request.POST, actor, views_of(actor))
    context = {"section": "queue", "asked": asked, **chosen(request, asked)}
    status = 200
    try:
        context["selection"] = selection_of(context, asked)
        context |= drawn(request, actor, context["selection"], does)
        if does or not context["form"].fields:
            context["found"] = found = foresee(
                context["verb"], context["data"], context["selection"], by=actor
            )
            if does == "run":
                return started(request, agreed(request, found), actor)
    except InvalidFields as refused:
        status = status_of(refused)
    except Refused as refused:
        context["refusal"], status = str(refused), status_of(refused)
    context |= {"key": secrets.token_hex(16), "most": MOST_TOLD, "verbs": offered_in_bulk(actor)}
    return show(request, NEW, NEW_PART, context, status=status)


def chosen(request, asked):
    """Which requests: all that the address shows, or those ticked."""
    return {"is_all": "all" in request.POST, "numbers": request.POST.getlist("number")}


def selection_of(context, asked):
    if context["is_all"] and asked.refusal:
        raise Invalid(asked.refusal, field="filter")
    if context["is_all"]:
        return {"filter": asked.group.data(), "scope": str(asked.scope)}
    return {"numbers": context["numbers"]}


def drawn(request, actor, selection, does):
    """The verb with its form, drawn for the first of them: it depends on nothing of it but its shop."""
    verb = bulk_verb(request.POST.get("verb", ""))
    first = next(iter(selected(actor, **selection).order_by().select_related("shop")[:1]), None)
    if first is None:
        raise none_meant()
    kind = verb.bulk.form or verb.form
    form = kind(request.POST if does else None, ticket=first, actor=actor, prefix=PREFIX, auto_id="bulk_%s")
    data = {name: request.POST.get(f"{PREFIX}-{name}", "") for name in form.fields}
    return {"verb": verb, "form": form, "data": data}


def agreed(request, found):
    """What was seen is what is asked for; when more fit by now they are shown first."""
    seen = request.POST.get("fits", "")
    if not (seen.isascii() and seen.isdigit() and len(found.fits) <= int(seen[:9])):
        raise Stale(_("More requests match by now. Look once more, then ask for it."))
    return found


def started(request, found, actor):
    key = request.POST.get("key", "")
    known = key.isascii() and key.isalnum()
    bulk = start_bulk(found, by=actor, key=key[:64] if known else secrets.token_hex(16))
    told = ngettext("%(count)s request in half a minute", "%(count)s requests in half a minute", bulk.waiting)
    undo = reverse("bulk_undo", args=[bulk.code])
    toast(request, told % {"count": bulk.waiting}, undo=undo, seconds=UNDO_SECONDS)
    return HttpResponseRedirect(reverse("bulk", args=[bulk.code]))


# -- watching ----------------------------------------------------------------------------------


def one(request, code):
    """What is not this person's does not exist."""
    return get_object_or_404(visible_bulks(actor_of(request)), code=code)


@login_required
@require_safe
def bulk(request, code):
    """How far it is, and what came of each request."""
    found, actor = one(request, code), actor_of(request)
    state = request.GET.get("state", "")
    context = standing(found) | {"section": "queue", "state": state, "states": RowState.choices}
    if wants_part(request) and request.htmx.target == "bulk-progress":
        events = [] if found.is_running else ["bulk.ended"]
        return show(request, ONE, PROGRESS, context, events=events)
    rows = visible_rows(found, actor, state if state in RowState.values else "")
    try:
        context["rows"], context["next"] = ROWS.page(rows, cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(reverse("bulk", args=[code]))
    return show(request, ONE, ROWS_PART, context)


def standing(found):
    """What the page says of the bulk as a whole."""
    verb = verb_named(found.verb)
    undone = getattr(found, "undone_by", None)
    takes_back = verb.bulk.undo and not found.undoes_id and not undone
    return {
        "bulk": found,
        "verb": verb,
        "asked_for": [(label_of(verb, name), value) for name, value in found.data.items() if value],
        "undone_by": undone,
        "is_early": found.starts_at > now(),
        "share": 100 * found.settled // found.total,
        "may_undo": takes_back and (found.is_running or found.done),
    }


def label_of(verb, name):
    """The field's label as the form has it."""
    field = (verb.bulk.form or verb.form).base_fields.get(name)
    return field.label if field is not None else name


@login_required
@require_safe
def bulks(request):
    """One's own, and those of the shops that one leads."""
    try:
        rows, following = BULKS.page(visible_bulks(actor_of(request)), cursor=request.GET.get("cursor", ""))
    except BadRequest:
        return HttpResponseRedirect(reverse("bulks"))
    listed = [{"bulk": row, "verb": verb_named(row.verb)} for row in rows]
    return show(
        request,
        "tickets/bulks.html",
        "tickets/_bulks.html",
        {"section": "queue", "rows": listed, "next": following},
    )


# -- cancelling and taking back ----------------------------------------------------------------


@login_required
@require_POST
def cancel(request, code):
    """What waits is not done."""
    return acted(request, one(request, code), cancel_bulk)


@login_required
@require_POST
def undo(request, code):
    """What waits is not done, and what was done is taken back."""
    return acted(request, one(request, code), undo_bulk)


def acted(request, found, action):
    """On the page of the bulk that came of it; a refusal is told there."""
    try:
        found = action(found, by=actor_of(request))
        told = _("It is being taken back") if found.undoes_id else _("Cancelled")
    except Refused as refused:
        told = str(refused)
    toast(request, told)
    page = reverse("bulk", args=[found.code])
    return HttpResponseClientRedirect(page) if wants_part(request) else HttpResponseRedirect(page)
