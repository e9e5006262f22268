"""Doing something to a request from its page: one view for all verbs, and taking a message back."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from aftersales.clock import now
from aftersales.errors import BadRequest, Invalid, InvalidFields, NotAllowed, Refused, Stale
from aftersales.events.log import sentence
from aftersales.web.pages import toast, wants_part, went_well
from aftersales.web.times import span_text
from tickets.actions.conversation import withdraw_message
from tickets.actions.messages import UNDO_SECONDS
from tickets.drafting import draft_reply
from tickets.models import Message
from tickets.queries.page import change_by_another
from tickets.registry import verb_named
from tickets.verbs import perform
from tickets.views.card import Attempt, card_verbs
from tickets.views.gate import actor_of, ticket_or_404, visible
from tickets.views.page import show_part
from tickets.views.parts import PARTS, SAYING

# Of the page, not of the verb; with one of PREPARING the composer is only drawn anew.
PREPARING = ("insert", "answer", "look", "draft")
CONTROLS = ("csrfmiddlewaretoken", "seen", "next", "kind", "macro", "find", "drafted", *PREPARING)
ALWAYS_FRESH = ("note", "take", "release")  # what others did meanwhile does not matter to these


@login_required
@require_POST
def act(request, number, verb):
    """Run a verb with its own fields; a refusal comes back in the part that it was asked from."""
    ticket, actor = ticket_or_404(request, number), actor_of(request)
    if verb == "say" and any(name in request.POST for name in PREPARING):
        return prepare(request, ticket, actor)
    known = verb_named(said(request) if verb == "say" else verb)
    if known is None:
        raise Http404
    root, data = asked_from(request, ticket, actor, known), own_fields(request)
    try:
        refuse_stale(request, ticket, actor, known.name)
        after = perform(ticket, known.name, data, by=actor, files=request.FILES)
    except Refused as refused:
        status = status_of(refused)
        events = ["ticket.changed"] if status in (409, 412) else []  # the page is older than the request
        attempt = Attempt(known.name, data, refused)
        return show_part(request, ticket, root, attempt=attempt, status=status, events=events)
    return done(request, ticket, after, known, root)


def prepare(request, ticket, actor):
    """The composer with another text in it, or the answers found; nothing is said yet."""
    root = "answers" if request.htmx.target == "answers" else "composer"
    if "draft" not in request.POST:
        return show_part(request, ticket, root, params=request.POST)
    params = request.POST.copy()
    try:
        draft = draft_reply(ticket, actor)
    except Refused as refused:
        attempt = Attempt(said(request), own_fields(request), refused)
        return show_part(request, ticket, root, attempt=attempt, status=status_of(refused))
    params["body"] = "\n\n".join(filter(None, (params.get("body", "").strip(), draft)))
    params["drafted"] = "1"
    return show_part(request, ticket, root, params=params)


def said(request):
    """The verb that the composer's switch stands on."""
    kind = request.POST.get("kind", "")
    if kind not in SAYING:
        raise Http404
    return kind


def own_fields(request):
    """What belongs to the verb's form."""
    data = request.POST.copy()
    for name in CONTROLS:
        data.pop(name, None)
    return data


def asked_from(request, ticket, actor, verb):
    """The root of the part whose form was posted: what htmx will swap, else where the page has this verb."""
    if wants_part(request) and request.htmx.target in PARTS:
        return request.htmx.target
    if verb.name in SAYING:
        return "composer"
    return "next-step" if verb in card_verbs(ticket, actor) else "verb"


def refuse_stale(request, ticket, actor, verb):
    """What another person did since the form was drawn is shown first; sent again, it goes through."""
    seen = request.POST.get("seen", "")
    if verb in ALWAYS_FRESH or not (seen.isascii() and seen.isdigit()):
        return
    change = change_by_another(ticket, int(seen[:9]), actor)
    if change is None:
        return
    ago = span_text((now() - change.happened_at).total_seconds())
    told = {"name": change.actor_name, "ago": ago, "what": sentence(change)}
    raise Stale(
        _("%(name)s, %(ago)s ago: “%(what)s”. What you typed is kept; send it again if it still fits.") % told
    )


def status_of(refused):
    statuses = {NotAllowed: 403, Stale: 412, BadRequest: 400, Invalid: 422, InvalidFields: 422}
    return next((status for kind, status in statuses.items() if isinstance(refused, kind)), 409)


def done(request, before, after, verb, root):
    """The part anew, and word to the others; without htmx back to the page."""
    if verb.name in ("reply", "ask"):
        message = after.messages.filter(author_user=request.user).order_by("-id").first()
        undo = reverse("withdraw_message", args=[after.number, message.uid])
        toast(request, _("The message leaves in a moment"), undo=undo, seconds=UNDO_SECONDS)
    elif verb.name == "merge":
        return moved_on(request, before, after)
    elif root != "next-step":
        toast(request, _("Done: %(verb)s") % {"verb": verb.label})
    if not wants_part(request):
        return HttpResponseRedirect(reverse("ticket", args=[after.number]))
    events = ["ticket.changed", f"ticket.{verb.name}"]
    if root != "next-step" and standing(before) != standing(after):
        events.append("ticket.moved")
    if root != "composer" and before.is_open != after.is_open:
        events.append("ticket.ended")
    fresh = ticket_or_404(request, after.number)
    return show_part(request, fresh, root, events=events, params={})


def moved_on(request, source, after):
    """On the page of the request that it went into, with the way back for as long as one notices a mistake."""
    undo = reverse("ticket_verb", args=[source.number, "unmerge"])
    told = {"number": source.number}
    toast(request, _("%(number)s was merged into this request") % told, undo=undo, seconds=UNDO_SECONDS)
    page = reverse("ticket", args=[after.merged_into.number])
    return HttpResponseClientRedirect(page) if wants_part(request) else HttpResponseRedirect(page)


def standing(ticket):
    """What the card of the next step depends on."""
    return ticket.state, ticket.step_code, ticket.procedure_version_id


@login_required
@require_POST
def withdraw(request, number, uid):
    """Take one's own message back before it leaves; its words return to the composer."""
    message = get_object_or_404(Message, uid=uid, ticket__in=visible(request).filter(number=number))
    page = reverse("ticket", args=[number])
    try:
        withdraw_message(message, by=actor_of(request))
    except Refused as refused:
        if not wants_part(request):
            attempt = Attempt("reply", request.POST, refused)
            ticket = ticket_or_404(request, number)
            return show_part(request, ticket, "composer", attempt=attempt, status=status_of(refused))
        toast(request, str(refused))
        return went_well(request, page)
    toast(request, _("Taken back; your words are in the reply box again"))
    if not wants_part(request):
        return HttpResponseRedirect(f"{page}?again={uid}")
    return went_well(request, page, events=["ticket.changed", "message.withdraw"])
