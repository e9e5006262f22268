"""The parts of the ticket page: each knows what it shows, whole page or alone, fresh or after a refusal."""

from datetime import timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.web.times import day_text, when_text
from staff.masking import sees_conversation
from tickets.actions.messages import UNDO_SECONDS
from tickets.policies import is_staff
from tickets.queries.hand_over import open_hand_over
from tickets.queries.page import clock_rows, last_seq, stage_notes
from tickets.queries.runs import given_by_step
from tickets.queries.timeline import timeline
from tickets.registry import obstacle_before, panels, verb_named
from tickets.step_forms import html_lang
from tickets.verbs import available_verbs
from tickets.views.card import marked, next_step
from tickets.views.composer import composer

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


# -- the note of a hand-over ----------------------------------------------------------------


def hand_over(ticket, actor, *, params, attempt=None):
    """On top until the assignee has read it; the others who read conversations see that it is there."""
    note = open_hand_over(ticket)
    is_mine = ticket.assignee_id is not None and ticket.assignee_id == actor.id
    if note is None or not (is_mine or sees_conversation(actor)):
        return {"note": None}
    return {"note": note, "is_mine": is_mine, "refusal": str(attempt.refused) if attempt else ""}


# -- another verb's form ----------------------------------------------------------------


def verb_form(ticket, actor, *, params, attempt=None):
    """The form that `?do=` opened, or that was refused."""
    verb = verb_named(attempt.verb if attempt else params.get("do", ""))
    if verb is None:
        return {"verb": None}
    refused = verb.check(ticket, actor)
    data = attempt.data if attempt else None
    asked = {"ticket": ticket, "actor": actor, "auto_id": f"{verb.name}_%s"}
    # The category as the words of the customer suggested it; the rest as the step gives it, wherever it is asked.
    initial = {"category": params.get("category", ""), **given_by_step(ticket, verb.name)}
    form = None if refused else verb.form(data, initial=initial, **asked)
    if attempt and form is not None:
        form = marked(form, attempt)
    return {
        "verb": verb,
        "form": form,
        "refusal": str(attempt.refused if attempt else refused or ""),
        "obstacle": obstacle_before(None, ticket, actor) if refused and ticket.is_open else None,
    }


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
    "hand-over": ("tickets/_hand_over.html", "handed", hand_over),
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
