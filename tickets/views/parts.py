"""The parts of the ticket page: each knows what it shows, whole page or alone, fresh or after a refusal."""

from datetime import timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales import llm
from aftersales.clock import now
from aftersales.errors import Refused
from aftersales.web.times import day_text, when_text
from staff.masking import sees_conversation
from tickets.actions.macros import article_text, macro_text
from tickets.actions.messages import UNDO_SECONDS
from tickets.models import Macro
from tickets.policies import is_staff
from tickets.queries.page import clock_rows, last_seq, stage_notes
from tickets.queries.timeline import timeline
from tickets.registry import panels, verb_named
from tickets.step_forms import html_lang
from tickets.verbs import available_verbs
from tickets.views.answers import answers
from tickets.views.card import marked, next_step

SAYING = ("reply", "ask", "note")  # the verbs of the composer
INSERTED = {"answer": article_text, "macro": macro_text}  # what of the composer puts which text into it


# -- the head ---------------------------------------------------------------------------


def head(ticket, actor, *, params, attempt=None):
    return {
        "clocks": clock_rows(ticket),
        "stage_notes": stage_words(ticket),
        "may_work": is_staff(actor, ticket),
        "verbs": [
            {"verb": verb, "is_plain": not verb.form.base_fields}
            for verb in available_verbs(ticket, actor)
            if verb.is_offered
        ],
    }


def stage_words(ticket):
    """Under the stages: since when it is in this one, and what the customer was promised."""
    notes = stage_notes(ticket)
    words = {}
    if notes["since"]:
        words[ticket.stage] = _("since %(time)s") % {"time": when_text(notes["since"])}
    if notes["promised"]:
        day = day_text(localtime(notes["promised"]).date(), weekday=True)
        promised = _("promised by %(day)s") % {"day": day}
        words["resolve"] = " · ".join(filter(None, (words.get("resolve"), promised)))
    return words


# -- another verb's form ----------------------------------------------------------------


def verb_form(ticket, actor, *, params, attempt=None):
    """The form that `?do=` opened, or that was refused."""
    verb = verb_named(attempt.verb if attempt else params.get("do", ""))
    if verb is None:
        return {"verb": None}
    refused = verb.check(ticket, actor)
    data = attempt.data if attempt else None
    asked = {"ticket": ticket, "actor": actor, "auto_id": f"{verb.name}_%s"}
    initial = {"category": params.get("category", "")}  # as the words of the customer suggested it
    form = None if refused else verb.form(data, initial=initial, **asked)
    if attempt and form is not None:
        form = marked(form, attempt)
    return {"verb": verb, "form": form, "refusal": str(attempt.refused if attempt else refused or "")}


# -- the composer -----------------------------------------------------------------------


def composer(ticket, actor, *, params, attempt=None):
    """Reply, question or note; `?macro=` fills in a canned reply, `?kind=` chooses."""
    verbs = [verb_named(name) for name in SAYING]
    kinds = [verb for verb in verbs if verb.check(ticket, actor) is None and speaks(actor, verb.name)]
    names = [verb.name for verb in kinds]
    wanted = attempt.verb if attempt else params.get("kind", "")
    return (
        {
            "kinds": kinds,
            "speaks": names != ["note"],
            "kind": wanted if wanted in names else (names[0] if names else ""),
            "body": attempt.data.get("body", "") if attempt else params.get("body", ""),
            "macro": params.get("macro", ""),
            "macros": Macro.objects.filter(is_active=True).only("code", "title").order_by("position", "id"),
            "undo_seconds": UNDO_SECONDS,
            "has_model": llm.is_on(),
            "is_draft": bool(params.get("drafted")),
            "refusal": str(attempt.refused) if attempt else "",
            "html_lang": html_lang(ticket.language),
            "writes_mail": bool(ticket.contact.get("email") or (ticket.customer and ticket.customer.email)),
        }
        | prepared(ticket, actor, params)
        | answers(ticket, params, names)
    )


def speaks(actor, verb):
    """Who does not read the conversation may leave a note, not answer in it."""
    return verb == "note" or sees_conversation(actor)


def prepared(ticket, actor, params):
    """What is typed already with a canned reply or an answer below it, or why not; or words taken back."""
    if params.get("again"):
        message = taken_back(ticket, actor, params["again"])
        return {"body": message.body} if message else {}
    for name, text_of in INSERTED.items():
        if code := params.get(name):
            try:
                text = text_of(code, ticket, actor)
            except Refused as refused:
                return {"refusal": str(refused)}
            return {"body": "\n\n".join(filter(None, (params.get("body", "").strip(), text)))}
    return {}


def taken_back(ticket, actor, uid):
    """One's own message that was taken back: the one named, or the last."""
    own = ticket.messages.filter(author_user=actor.id, withdrawn_at__isnull=False).order_by("-withdrawn_at")
    return next((message for message in own[:20] if uid in ("last", str(message.uid))), None)


# -- what happened, and the facts ---------------------------------------------------------


def history(ticket, actor, *, params, attempt=None):
    reads = sees_conversation(actor)
    entries, older = timeline(
        ticket,
        actor,
        reads_messages=reads,
        undoable_since=now() - timedelta(seconds=UNDO_SECONDS),
        before=params.get("before", ""),
    )
    return {
        "entries": entries,
        "older": older,
        "is_older": bool(params.get("before")),
        "reads": reads,
        "html_lang": html_lang(ticket.language),
    }


def facts(ticket, actor, *, params, attempt=None):
    """The registered boxes that have something to show to this person."""
    shown = [(panel.template, panel.context(ticket, actor)) for panel in panels()]
    return {
        "panels": [(template, context) for template, context in shown if context is not None],
        "refusal": str(attempt.refused) if attempt else "",
    }


# The id of each part's root on the page -> its template, its name there, and what it shows.
PARTS = {
    "ticket-head": ("tickets/_head.html", "head", head),
    "next-step": ("tickets/_next_step.html", "card", next_step),
    "step-photos": ("tickets/_step_photos.html", "card", next_step),
    "verb": ("tickets/_verb.html", "opened", verb_form),
    "composer": ("tickets/_composer.html", "composer", composer),
    "answers": ("tickets/_answers.html", "composer", composer),
    "timeline": ("tickets/_timeline.html", "history", history),
    "facts": ("tickets/_facts.html", "facts", facts),
}
WITHIN = ("step-photos", "answers")  # the card's and the composer's


def about(ticket, actor):
    """What every part may ask."""
    return {"ticket": ticket, "actor": actor, "seen": last_seq(ticket), "section": "queue"}


def part_context(ticket, actor, root, *, params, attempt=None):
    """One part alone."""
    _template, name, build = PARTS[root]
    return {**about(ticket, actor), name: build(ticket, actor, params=params, attempt=attempt)}


def page_context(ticket, actor, *, params, attempt=None, tried=""):
    """All parts; `tried` is the root of the one that shows the attempt. Some are within another part."""
    built = {
        name: build(ticket, actor, params=params, attempt=attempt if root == tried else None)
        for root, (_template, name, build) in PARTS.items()
        if root not in WITHIN
    }
    return {**about(ticket, actor), **built}
