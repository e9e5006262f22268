"""What a person does with the procedure: complete a step, skip one with a reason, change the category."""

from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.log import record_event
from staff.models import Role
from tickets import registry
from tickets.actions.acting import ticket_action
from tickets.actions.messages import say_prepared
from tickets.actions.steps import (
    check_answer,
    check_role,
    expected_step,
    record_step,
    refuse_without_photos,
    settled_by,
    start_run,
)
from tickets.models import StepRecord
from tickets.queries.runs import running_run
from tickets.workflow import TICKET_WORKFLOW

DEFAULT_ANSWER = {"photo": "done", "message": "sent", "do": "done"}


@ticket_action("complete_step")
def complete_step(ticket, *, by, step="", answer="", note="", body=""):
    """Do the next step: record its answer, send its message. A `do` step with a verb is done by the verb."""
    TICKET_WORKFLOW.check("complete_step", ticket, by=by)
    step = expected_step(ticket, step)
    check_role(step, by)
    refuse_if_verb_does_it(step)
    answer = answer or DEFAULT_ANSWER.get(step.kind, "")
    refuse_if_proposal_waits(ticket, step, answer)
    check_answer(step, answer)
    refuse_without_photos(ticket, step)
    event = record_step(ticket, step, by=by, answer=answer, note=note)
    if step.kind == "message" or (step.kind == "do" and step.params.get("message")):
        say_prepared(ticket, step.params["message"], body, by=by)
    if step.kind == "approve" and answer == "declined":
        raise_declined(ticket, step, by)
    ticket.bump()
    ticket.save(update_fields=["version", "updated_at"])
    return event


def refuse_if_verb_does_it(step):
    verb = registry.verb_named(step.params.get("verb", "")) if step.kind == "do" else None
    if verb is not None:
        raise NotPossible(
            _("“%(step)s” is done by the action “%(verb)s”.") % {"step": step.name, "verb": verb.label},
            code="use_verb",
            verb=verb.name,
        )


def refuse_if_proposal_waits(ticket, step, answer):
    """Approving a step says nothing of the proposal behind it: that one has its own verb and its own limits."""
    waits = step.kind == "approve" and answer == "approved"
    if waits and registry.answer_of(settled_by(step), ticket).value == registry.FAIL:
        raise NotPossible(
            _("The proposal itself waits: approve or decline it, then “%(step)s” is done.")
            % {"step": step.name},
            code="use_verb",
            verb="approve_resolution",
        )


def raise_declined(ticket, step, by):
    """An approval that was declined stops the procedure until a lead decides."""
    record_event(ticket, "ticket.decline_step", by=by, data={"step": step.code})


@ticket_action("skip_step")
def skip_step(ticket, *, by, step="", reason):
    """Deviate from the procedure: an optional step with a reason; a mandatory one only by a lead."""
    TICKET_WORKFLOW.check("skip_step", ticket, by=by)
    step = expected_step(ticket, step)
    if not reason.strip():
        raise Invalid(_("Say why this step is left out."), field="reason")
    if step.mandatory and by.role not in (Role.SUPERVISOR, Role.MANAGER, Role.ADMIN):
        raise NotAllowed(_("A mandatory step can be left out by a supervisor only."))
    run = running_run(ticket)
    run.answers[step.code] = StepRecord.objects.create(
        run=run,
        step_code=step.code,
        skipped_because=reason[:300],
        actor_kind=by.kind,
        actor_user=by.user,
        actor_name=by.name,
        recorded_at=ticket.bump() and ticket.updated_at,
    )  # fmt: skip - one line less
    ticket.save(update_fields=["version", "updated_at"])
    data = {"step": step.code, "name_en": step.title["en"], "name_zh": step.title["zh"]}
    return record_event(ticket, "ticket.skip_step", by=by, data=data, text=reason)


@ticket_action("recategorise")
def recategorise_ticket(ticket, *, by, category):
    """Change the category and its procedure; what was recorded stays in the old run."""
    if ticket.category_id == category.pk:
        raise NotPossible(_("The request is in this category already."))
    event = TICKET_WORKFLOW.take(
        "recategorise",
        ticket,
        by=by,
        category=category,
        data=moved(ticket.category, category),
    )
    start_run(ticket, by=by, cause=event)
    return event


def moved(before, after):
    """From which category into which, by code and in words."""
    data = {"from_category": before.code, "category": after.code}
    for key, category in (("from_category", before), ("category", after)):
        data |= {f"{key}_{one}": category.name.get(one, "") for one in ("en", "zh")}
    return data
