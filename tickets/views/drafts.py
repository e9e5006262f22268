"""The draft of the composer: saved while one types and by a button; what puts prepared words into it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from aftersales.errors import Refused
from aftersales.web.pages import wants_part
from tickets.actions.message_drafts import discard_draft, drop_file, turn_draft
from tickets.drafting import draft_reply
from tickets.queries.macros import prepared
from tickets.views.acting import status_of
from tickets.views.answers import answer_text
from tickets.views.card import Attempt
from tickets.views.composer import SAYING, below, chosen, draft_state, keep_typed, uuid_read
from tickets.views.gate import actor_of, bare_ticket_or_404, ticket_or_404
from tickets.views.page import show_part


@login_required
@require_POST
def draft(request, number):
    """What the pressed button says; without one, what is typed is saved and the composer says when."""
    gate = bare_ticket_or_404 if request.htmx.target == "draft-state" else ticket_or_404
    ticket, actor = gate(request, number), actor_of(request)
    kind = request.POST.get("kind", "")
    if kind not in SAYING:
        raise Http404
    does = next((deed for name, deed in BUTTONS.items() if name in request.POST), save)
    try:
        params = does(request, ticket, actor, kind)
    except Refused as refused:
        return refuse(request, ticket, Attempt(kind, request.POST, refused))
    return answer(request, ticket, actor, params)


def save(request, ticket, actor, kind):
    keep_typed(request, ticket, actor)
    return {"kind": kind}


def turn(request, ticket, actor, kind):
    """The switch was moved: what is typed goes along, unless a draft waits on the other side."""
    was = request.POST.get("was", kind)
    if was in SAYING:
        keep_typed(request, ticket, actor, kind=was)
        turn_draft(ticket, by=actor, kind=was, to=kind)
    return {"kind": kind}


def insert(request, ticket, actor, kind):
    """The canned reply below what is typed; nothing is sent before a person has seen it so."""
    macro = chosen(ticket, actor, request.POST.get("macro", ""))
    typed = request.POST.get("body", "").strip()
    body = below(typed, prepared(macro, ticket, actor).text)
    kind = kind if typed else macro.kind
    keep_typed(request, ticket, actor, body=body, macro=macro if macro.does else None, kind=kind)
    return {"kind": kind, "focus": "1", "then": macro.code if macro.does else ""}


def put_answer(request, ticket, actor, kind):
    """The answer to a frequent question below what is typed."""
    text = answer_text(ticket, actor, request.POST["answer"])
    keep_typed(request, ticket, actor, body=below(request.POST.get("body", ""), text))
    return {"kind": kind, "focus": "1"}


def let_model_write(request, ticket, actor, kind):
    """What a language model would reply below what is typed, marked until the draft is sent or emptied."""
    text = draft_reply(ticket, actor)
    keep_typed(request, ticket, actor, body=below(request.POST.get("body", ""), text), is_by_model=True)
    return {"kind": kind, "focus": "1"}


def find(request, ticket, actor, kind):
    """Replies by `words`, answers by `sought`; where the answers alone are drawn anew, the box stays as it is."""
    if request.htmx.target != "answers":
        keep_typed(request, ticket, actor)
    return {"kind": kind, **{name: request.POST.get(name, "") for name in ("words", "sought")}}


def discard(request, ticket, actor, kind):
    discard_draft(ticket, by=actor, kind=kind)
    return {"kind": kind}


def drop(request, ticket, actor, kind):
    keep_typed(request, ticket, actor)
    if uid := uuid_read(request.POST["drop"]):
        drop_file(ticket, by=actor, uid=uid)
    return {"kind": kind}


# The buttons by their names; a form has one of them pressed, or none.
BUTTONS = {
    "insert": insert,
    "answer": put_answer,
    "write": let_model_write,
    "find": find,
    "discard": discard,
    "drop": drop,
    "turn": turn,
}


def answer(request, ticket, actor, params):
    """Only when it was saved while one typed; else the composer anew, or the page with it."""
    data = QueryDict(mutable=True)
    data.update(params)
    if request.htmx.target == "draft-state":
        return state(request, ticket, draft_state(ticket, actor, params["kind"]))
    if wants_part(request) or "words" in params:
        root = "answers" if request.htmx.target == "answers" else "composer"
        return show_part(request, ticket_or_404(request, ticket.number), root, params=data)
    return HttpResponseRedirect(reverse("ticket", args=[ticket.number], query=data, fragment="composer"))


def state(request, ticket, shown, status=200):
    """The smallest part: this is asked with every pause in typing."""
    context = {"ticket": ticket, "composer": shown, "is_state": True}
    return render(request, "tickets/_draft_state.html", context, status=status)


def refuse(request, ticket, attempt):
    status = status_of(attempt.refused)
    if request.htmx.target == "draft-state":
        shown = draft_state(ticket, actor_of(request), attempt.verb, attempt)
        return state(request, ticket, shown, status=status)
    return show_part(request, ticket, "composer", attempt=attempt, status=status, params={})
