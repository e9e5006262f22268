"""Doing something to a request from its page: one view for all verbs, and taking a message back."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from aftersales.errors import BadRequest, Invalid, InvalidFields, NotAllowed, Refused, Stale
from aftersales.web.pages import toast, wants_part, went_well
from tickets.actions.acting import refuse_unseen
from tickets.actions.conversation import withdraw_message
from tickets.actions.messages import UNDO_SECONDS
from tickets.macro_runs import run_macro
from tickets.models import Message
from tickets.registry import verb_named
from tickets.verbs import perform
from tickets.views.card import Attempt, card_verbs
from tickets.views.composer import SAYING, keep_typed, macro_chosen
from tickets.views.gate import actor_of, ticket_or_404, visible
from tickets.views.page import show_part
from tickets.views.parts import PARTS

# Of the page, not of the verb.
CONTROLS = (
    *("csrfmiddlewaretoken", "seen", "next", "kind", "was"),
    *("macro", "words", "sought", "then", "draft_version", "over", "file"),
)
# What others did meanwhile does not matter to these.
ALWAYS_FRESH = ("note", "take", "release", "read_hand_over")


@login_required
@require_POST
def act(request, number, verb):
    """Run a verb with its own fields; a refusal comes back in the part that it was asked from."""
    ticket, actor = ticket_or_404(request, number), actor_of(request)
    known = verb_named(said(request) if verb == "say" else verb)
    if known is None:
        raise Http404
    root, data = asked_from(request, ticket, actor, known), own_fields(request)
    try:
        if verb == "say":
            keep_typed(request, ticket, actor)
        after = attempted(request, ticket, actor, known.name, data)
    except Refused as refused:
        if refused.code == "said_already":  # a second click: the first one went well
            return done(request, ticket, ticket, known, root)
        status = status_of(refused)
        events = ["ticket.changed"] if status in (409, 412) else []  # the page is older than the request
        attempt = Attempt(known.name, data, refused)
        return show_part(request, ticket, root, attempt=attempt, status=status, events=events)
    return done(request, ticket, after, known, root)


def attempted(request, ticket, actor, verb, data):
    """The verb, with what a macro does besides, unless somebody else did something that was not seen yet."""
    refuse_stale(request, ticket, actor, verb)
    macro = macro_chosen(request, ticket, actor) if verb in SAYING else None
    if macro is not None and macro.does:
        return run_macro(ticket, macro, by=actor, say=(verb, data) if has_words(request) else None)
    return perform(ticket, verb, data, by=actor, files=request.FILES)


def has_words(request):
    return bool(request.POST.get("body", "").strip())


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
    if verb.name == "read_hand_over":
        return "hand-over"
    return "next-step" if verb in card_verbs(ticket, actor) else "verb"


def refuse_stale(request, ticket, actor, verb):
    """What another person did since the form was drawn is shown first; sent again, it goes through."""
    seen = request.POST.get("seen", "")
    if verb in ALWAYS_FRESH or not (seen.isascii() and seen.isdigit()):
        return
    ticket.seen_seq = int(seen[:9])
    refuse_unseen(ticket, ticket.seen_seq, actor)


def status_of(refused):
    statuses = {NotAllowed: 403, Stale: 412, BadRequest: 400, Invalid: 422, InvalidFields: 422}
    return next((status for kind, status in statuses.items() if isinstance(refused, kind)), 409)


def done(request, before, after, verb, root):
    """The part anew, and word to the others; without htmx back to the page."""
    if verb.name in ("reply", "ask") and has_words(request):
        offer_undo(request, after)
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
    told = dict.fromkeys(events, True)
    # What the head shows when it is drawn again may be newer than the card: the pulse goes on from here.
    told["ticket.changed"] = {"shown": after.number, "version": str(after.version)}
    fresh = ticket_or_404(request, after.number)
    return show_part(request, fresh, root, events=told, params={})


def offer_undo(request, ticket):
    """What was said can be taken back for a moment; where it does not stand here any more, there is nothing to."""
    message = ticket.messages.filter(author_user=request.user).order_by("-id").first()
    if message is not None:
        undo = reverse("withdraw_message", args=[ticket.number, message.uid])
        toast(request, _("The message leaves in a moment"), undo=undo, seconds=UNDO_SECONDS)


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
    toast(request, _("Taken back; your words are a draft again"))
    return went_well(request, page, events=["ticket.changed", "ticket.moved", "message.withdraw"])
