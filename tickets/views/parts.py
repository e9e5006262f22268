"""The parts of the ticket page: each knows what it shows, whole page or alone, fresh or after a refusal."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, Refused
from aftersales.web.times import day_text, when_text
from staff.masking import sees_conversation
from staff.models import Role
from tickets.actions.macros import macro_text
from tickets.actions.messages import UNDO_SECONDS
from tickets.actions.steps import check_role
from tickets.models import Macro
from tickets.policies import LEADS
from tickets.queries.page import clock_rows, last_seq, place_in_procedure, stage_notes
from tickets.queries.queue import headline
from tickets.queries.timeline import timeline
from tickets.registry import STEP_FORMS, panels, verb_named
from tickets.step_forms import facts_of, html_lang
from tickets.verbs import available_verbs

SAYING = ("reply", "ask", "note")  # the verbs of the composer


@dataclass(frozen=True)
class Attempt:
    """What somebody tried and why it was refused: the part shows both, so nothing typed is lost."""

    verb: str
    data: QueryDict
    refused: Refused


# -- the head ---------------------------------------------------------------------------


def head(ticket, actor, *, params, attempt=None):
    return {
        "clocks": clock_rows(ticket),
        "stage_notes": stage_words(ticket),
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


# -- the next step ----------------------------------------------------------------------


def next_step(ticket, actor, *, params, attempt=None):
    """The card: the step with its form open, or who does it, or what is left when no step is."""
    place = place_in_procedure(ticket)
    step = place["step"]
    shown = {**place, "title": headline(ticket), "form": None, "refusal": "", "who": ""}
    if not ticket.is_open:
        return shown | {"may_reopen": allows("reopen", ticket, actor)}
    verb = card_verb(step)
    shown |= {"verb": verb, "is_wait": step is not None and step.kind == "wait"}
    shown["may_hand_over"] = allows("assign", ticket, actor)
    if step is not None:
        shown |= around_step(ticket, actor, step)
    if shown["is_wait"]:
        shown |= waiting_since(place["run"], step)
    if not shown["who"]:
        refused = verb.check(ticket, actor)
        shown["blocked"] = str(refused) if refused else ""
        if not refused:
            shown["form"] = card_form(ticket, actor, verb, step, attempt)
    if attempt is not None:
        shown["refusal"] = str(attempt.refused)
    return shown


def card_verb(step):
    """The verb that the card posts to: the step's own, or the one that ends the request."""
    if step is None:
        return verb_named("resolve")
    own = verb_named(step.params["verb"]) if step.kind == "do" else None
    return own or verb_named("complete_step")


def around_step(ticket, actor, step):
    """Facts, photos, prepared words and, when it is for others, who does the step."""
    names = step.params.get("show_facts", [])
    if step.kind == "check":
        names = [step.params["fact"]]
    here = [file for file in ticket.attachments.all() if file.ready_at]
    wanted = step.params.get("photos", 0)
    message = step.params.get("message")
    return {
        "who": role_name(step.role) if is_for_others(step, actor) else "",
        "facts": facts_of(names, ticket),
        "photos": {"wanted": wanted, "here": here} if wanted else None,
        "asks_by": message if step.kind in ("ask", "photo", "decide") and message else "",
        "tells": macro_text(message, ticket, actor) if message and is_told_after(step) else "",
        "html_lang": html_lang(ticket.language),
        "is_mandatory": step.mandatory,
        "may_skip": actor.role in LEADS or not step.mandatory,
    }


def waiting_since(run, step):
    """Since the last step was done, or the procedure began; until the step's limit, where it has one."""
    ends = [record.recorded_at for record in run.answers.values()]
    timer = run.timers.filter(step_code=step.code).first()
    return {"since": max(ends, default=run.started_at), "until": timer.limit_at if timer else None}


def allows(name, ticket, actor):
    return verb_named(name).check(ticket, actor) is None


def is_told_after(step):
    """Whether the desk sends the step's prepared words when its verb has run."""
    return step.kind == "do" and verb_named(step.params["verb"]) is not None


def is_for_others(step, actor):
    try:
        check_role(step, actor)
    except Refused:
        return True
    return False


def role_name(role):
    return Role(role).label if role in Role.values else _("the desk itself")


def card_form(ticket, actor, verb, step, attempt):
    """The form of the step's kind, or of the verb that does it; bound again after a refusal."""
    data = attempt.data if attempt and attempt.verb == verb.name else None
    if verb.name == "complete_step":
        form = STEP_FORMS[step.kind](data, ticket=ticket, actor=actor, asks=step, auto_id="step_%s")
    else:
        given = step.params.get("args", {}) if step else {}
        form = verb.form(data, ticket=ticket, actor=actor, auto_id="step_%s", initial=given)
    return marked(form, attempt) if data is not None else form


def marked(form, attempt):
    """A bound form with the mistake of the action beside its own."""
    form.is_valid()
    refused = attempt.refused
    if isinstance(refused, Invalid) and refused.field in form.fields and refused.field not in form.errors:
        form.add_error(refused.field, str(refused))
    return form


# -- another verb's form ----------------------------------------------------------------


def verb_form(ticket, actor, *, params, attempt=None):
    """The form that `?do=` opened, or that was refused."""
    verb = verb_named(attempt.verb if attempt else params.get("do", ""))
    if verb is None:
        return {"verb": None}
    refused = verb.check(ticket, actor)
    data = attempt.data if attempt else None
    form = None if refused else verb.form(data, ticket=ticket, actor=actor, auto_id=f"{verb.name}_%s")
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
    return {
        "kinds": kinds,
        "speaks": names != ["note"],
        "kind": wanted if wanted in names else (names[0] if names else ""),
        "body": attempt.data.get("body", "") if attempt else params.get("body", ""),
        "macro": params.get("macro", ""),
        "macros": Macro.objects.filter(is_active=True).only("code", "title").order_by("position", "id"),
        "undo_seconds": UNDO_SECONDS,
        "refusal": str(attempt.refused) if attempt else "",
        "html_lang": html_lang(ticket.language),
        "writes_mail": bool(ticket.contact.get("email") or (ticket.customer and ticket.customer.email)),
    } | prepared(ticket, actor, params)


def speaks(actor, verb):
    """Who does not read the conversation may leave a note, not answer in it."""
    return verb == "note" or sees_conversation(actor)


def prepared(ticket, actor, params):
    """What is typed already with the canned reply below it, or why there is none; or words taken back."""
    if params.get("again"):
        message = taken_back(ticket, actor, params["again"])
        return {"body": message.body} if message else {}
    if not params.get("macro"):
        return {}
    try:
        text = macro_text(params["macro"], ticket, actor)
    except Refused as refused:
        return {"refusal": str(refused)}
    return {"body": "\n\n".join(filter(None, (params.get("body", "").strip(), text)))}


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
    "timeline": ("tickets/_timeline.html", "history", history),
    "facts": ("tickets/_facts.html", "facts", facts),
}


def about(ticket, actor):
    """What every part may ask."""
    return {"ticket": ticket, "actor": actor, "seen": last_seq(ticket), "section": "queue"}


def part_context(ticket, actor, root, *, params, attempt=None):
    """One part alone."""
    _template, name, build = PARTS[root]
    return {**about(ticket, actor), name: build(ticket, actor, params=params, attempt=attempt)}


def page_context(ticket, actor, *, params, attempt=None, tried=""):
    """All parts; `tried` is the root of the one that shows the attempt. The photos are within the card."""
    built = {
        name: build(ticket, actor, params=params, attempt=attempt if root == tried else None)
        for root, (_template, name, build) in PARTS.items()
        if root != "step-photos"
    }
    return {**about(ticket, actor), **built}
