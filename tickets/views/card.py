"""The card of the next step: its form open, or who does it, or what is left when no step is."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, Refused
from staff.models import Role
from tickets.actions.steps import check_role
from tickets.policies import LEADS
from tickets.queries.macros import foreseen
from tickets.queries.page import place_in_procedure
from tickets.queries.placeholders import gaps_in
from tickets.queries.queue import headline
from tickets.queries.relations import files_here
from tickets.registry import STEP_FORMS, matter_of, obstacle_before, verb_named
from tickets.step_forms import facts_of, html_lang

# What the verb of a step brings with it: its prepared words have it when they are sent.
KNOWN_ONCE_DONE = (
    *("refund_amount", "compensation_amount", "label_code", "new_variant"),
    *("carrier_name", "tracking_no", "repair_due_date", "reason_text"),
)


@dataclass(frozen=True)
class Attempt:
    """What somebody tried and why it was refused: the part shows both, so nothing typed is lost."""

    verb: str
    data: QueryDict
    refused: Refused


def next_step(ticket, actor, *, params, attempt=None):
    """The step with its form open, or the matter behind it, or who does it."""
    place = place_in_procedure(ticket)
    step = place["step"]
    shown = {**place, "title": headline(ticket), "form": None, "refusal": "", "who": ""}
    if attempt is not None:
        shown["refusal"] = str(attempt.refused)
    if not ticket.is_open:
        return shown | {f"may_{name}": allows(name, ticket, actor) for name in ("reopen", "unmerge")}
    shown |= {"is_wait": step is not None and step.kind == "wait", "hold": open_hold(ticket)}
    shown["obstacle"] = obstacle_before(step, ticket, actor)
    shown["may_hand_over"] = allows("assign", ticket, actor)
    if step is not None:
        shown |= around_step(ticket, actor, step)
    if shown["is_wait"]:
        shown |= waiting_since(place["run"], step, shown["hold"])
    matter = matter_of(step, ticket, actor)
    if matter is not None:
        return shown | about_matter(ticket, actor, matter, attempt)
    verb = shown["verb"] = card_verb(step)
    if not shown["who"]:
        refused = verb.check(ticket, actor)
        shown["blocked"] = str(refused) if refused else ""
        if not refused and verb.page:
            shown["page"] = reverse(verb.page, args=[ticket.number])
        elif not refused:
            shown["form"] = card_form(ticket, actor, verb, step, attempt)
            shown["gaps"] = gaps_in_form(shown["form"]) or shown.get("gaps", ())
    return shown


def open_hold(ticket):
    """The newest reason to wait that is not over, as the request's party awaited follows from it."""
    held = [hold for hold in ticket.holds.all() if hold.released_at is None]
    return max(held, key=lambda hold: hold.pk, default=None)


def gaps_in_form(form):
    """What of the words to the customer a person has still to fill in."""
    words = form["body"].value() if "body" in form.fields else ""
    return gaps_in(words or "")


def card_verbs(ticket, actor):
    """The verbs that the card posts to."""
    step = place_in_procedure(ticket)["step"]
    matter = matter_of(step, ticket, actor)
    names = (matter.verb, *matter.beside) if matter else (card_verb(step).name,)
    return [verb_named(name) for name in names if name]


def card_verb(step):
    """The step's own verb, or the one that ends the request."""
    if step is None:
        return verb_named("resolve")
    own = verb_named(step.params["verb"]) if step.kind == "do" else None
    return own or verb_named("complete_step")


def about_matter(ticket, actor, matter, attempt):
    """What the step is about, with the forms of the verbs that settle it, or who is awaited."""
    verb = verb_named(matter.verb) if matter.verb else None
    return {
        "matter": matter,
        "who": matter.awaits,
        "verb": verb,
        "form": verb and matter_form(ticket, actor, verb, matter, attempt, "step"),
        "beside": [
            {"verb": other, "form": matter_form(ticket, actor, other, matter, attempt, f"step_{name}")}
            for name in matter.beside
            if (other := verb_named(name))
        ],
    }


def matter_form(ticket, actor, verb, matter, attempt, prefix):
    """The verb's form, in which what the matter settles is given and not asked for."""
    data = attempt.data if attempt and attempt.verb == verb.name else None
    form = verb.form(data, ticket=ticket, actor=actor, auto_id=f"{prefix}_%s", initial=matter.given)
    for name in matter.given:
        form.fields[name].widget = forms.HiddenInput()
    return marked(form, attempt) if data is not None else form


def around_step(ticket, actor, step):
    """Facts, photos, prepared words and, when it is for others, who does the step."""
    names = step.params.get("show_facts", [])
    if step.kind == "check":
        names = [step.params["fact"]]
    wanted = step.params.get("photos", 0)
    here = files_here(ticket)[::-1] if wanted else []
    if step.kind != "photo":  # what others sent is no photo of this step
        here = [file for file in here if file.step_code == step.code]
    here = list({file.sha256: file for file in reversed(here)}.values())[
        ::-1
    ]  # the same picture twice is one
    message = step.params.get("message")
    told = foreseen(message, ticket, actor) if message and is_told_after(step) else None
    return {
        "who": role_name(step.role) if is_for_others(step, actor) else "",
        "facts": facts_of(names, ticket),
        "photos": {"wanted": wanted, "here": here} if wanted else None,
        "asks_by": message if step.kind in ("ask", "photo", "decide") and message else "",
        "tells": told.text if told else "",
        "gaps": left_open(told) if told else (),
        "html_lang": html_lang(ticket.language),
        "is_mandatory": step.mandatory,
        "may_skip": actor.role in LEADS or not step.mandatory,
    }


def left_open(told):
    """What the customer will not be told, because neither the request nor the step that is done says it."""
    return [gap for gap in told.gaps if gap.name not in KNOWN_ONCE_DONE]


def waiting_since(run, step, hold):
    """What is awaited, where a hold says it; since it was placed, else since the last step was done or the
    procedure began; until the step's limit, where it has one."""
    ends = [record.recorded_at for record in run.answers.values()]
    timer = run.timers.filter(step_code=step.code).first()
    return {
        "hold_told": _(hold.reason) if hold else "",
        "since": hold.placed_at if hold else max(ends, default=run.started_at),
        "until": timer.limit_at if timer else None,
    }


def allows(name, ticket, actor):
    return verb_named(name).check(ticket, actor) is None


def is_told_after(step):
    """Whether the desk sends the step's prepared words when its verb has run; some say them in their own form."""
    verb = verb_named(step.params["verb"]) if step.kind == "do" else None
    return verb is not None and "body" not in verb.form.base_fields


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
