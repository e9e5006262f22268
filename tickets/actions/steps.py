"""Following a procedure: start a run, record its steps, pass what the desk can answer by itself."""

from datetime import timedelta

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.log import record_event
from aftersales.versions.registry import current
from staff.models import Role
from tickets import registry
from tickets.actions.messages import send_prepared
from tickets.models import Attachment, Run, RunState, StepRecord, StepTimer
from tickets.policies import LEADS
from tickets.queries.relations import told_here
from tickets.queries.runs import applies, attach, next_step, running_run, step_done_by

DESK = Actor.system("desk")
REMINDER = timedelta(days=1)  # how long before a wait's limit the customer is reminded


def start_run(ticket, *, by, cause=None):
    """Begin the procedure of the ticket's category, pinned to the version in force; ends the one before."""
    end_run(ticket, RunState.ABANDONED)
    if not ticket.category.procedure:
        ticket._run = ticket.procedure_version_id = None
        return None
    version = current("sop", ticket.category.procedure, ticket.shop_id)
    run = Run.objects.create(ticket=ticket, version_id=version.id, started_at=now())
    ticket._run = attach(run, {})
    ticket.procedure_version_id = version.id
    return run


def end_run(ticket, state):
    """Close the running run, if there is one."""
    Run.objects.filter(ticket_id=ticket.pk, state=RunState.RUNNING).update(state=state, ended_at=now())
    ticket._run = None


def record_step(ticket, step, *, by, answer="", note="", cause=None):
    """Write one step's record and its event."""
    run = running_run(ticket)
    run.answers[step.code] = StepRecord.objects.create(
        run=run,
        step_code=step.code,
        answer=answer,
        note=note,
        actor_kind=by.kind,
        actor_user=by.user,
        actor_name=by.name,
        recorded_at=now(),
    )
    data = {"step": step.code, "answer": answer, "name_en": step.title["en"], "name_zh": step.title["zh"]}
    return record_event(ticket, "ticket.complete_step", by=by, data=data, text=note, cause=cause)


def record_verb(ticket, verb, *, by, cause):
    """A verb that was run, from wherever, completes the first pending `do` step that asks for it."""
    step = step_done_by(ticket, verb)
    if step is not None:
        refuse_without_photos(ticket, step)
        record_step(ticket, step, by=by, answer="done", cause=cause)
        send_step_message(ticket, step, by=by)


def advance_run(ticket, *, cause):
    """Pass every step the desk can settle by itself, until one waits for a person or an event."""
    run = running_run(ticket)
    if run is None:
        return
    while True:
        skip_ruled_out(run)
        step = next_step(run)
        if step is None:
            return
        answer = desk_answer(ticket, step)
        if not answer:
            begin_wait(ticket, run, step)
            return
        record_step(ticket, step, by=DESK, answer=answer, cause=cause)
        if step.kind == "message":
            send_step_message(ticket, step, by=DESK)


def begin_wait(ticket, run, step):
    """Arriving at a wait with a limit: its message goes out once, and a due row watches the limit."""
    if step.kind != "wait" or not step.params.get("limit_days") or run.pk is None:
        return
    limit, moment = timedelta(days=step.params["limit_days"]), now()
    _timer, is_new = StepTimer.objects.get_or_create(
        run=run,
        step_code=step.code,
        defaults={
            "ticket": ticket,
            "limit_at": moment + limit,
            "next_try_at": moment + max(limit - REMINDER, REMINDER / 2),
        },
    )
    if is_new:
        send_step_message(ticket, step, by=DESK)


def skip_ruled_out(run):
    """Record, with the reason, the steps before the next one that an earlier answer rules out."""
    upcoming = next_step(run)
    moment, skipped = now(), []
    for step in run.procedure.steps:
        if upcoming is not None and step.code == upcoming.code:
            break
        if step.code in run.answers:
            continue
        ruling = applies(run, step)
        record = StepRecord(
            run=run,
            step_code=step.code,
            skipped_because=f"when:{ruling}",
            actor_kind=DESK.kind,
            actor_name=DESK.name,
            recorded_at=moment,
        )
        run.answers[step.code] = record
        skipped.append(record)
    StepRecord.objects.bulk_create(skipped)


def desk_can_answer(step):
    """Whether a step of this kind may be settled without a person, before any fact is asked."""
    return step.kind in ("wait", "approve") or (step.role == "system" and step.kind in ("check", "message"))


def desk_answer(ticket, step):
    """What the desk itself answers at this step, or "" when it is for a person or an event."""
    if not desk_can_answer(step):
        return ""
    if step.kind == "check":
        answer = registry.answer_of(step.params["fact"], ticket)
        return answer.value if answer.value != registry.UNKNOWN else ""
    if step.kind == "message":
        return "sent"
    answer = registry.answer_of(settled_by(step), ticket)
    return {"wait": "arrived", "approve": "approved"}[step.kind] if answer.value == registry.PASS else ""


def settled_by(step):
    """The fact that says whether a wait is over, or an approval is given (or not needed)."""
    return f"happened:{step.params['until']}" if step.kind == "wait" else "resolutions_approved"


def send_step_message(ticket, step, *, by):
    """Send the step's prepared message, if it has one."""
    if code := step.params.get("message"):
        send_prepared(ticket, code, by=by)


def expected_step(ticket, code):
    """The next step, which must be the one named: a run goes in order."""
    run = running_run(ticket)
    step = next_step(run) if run else None
    if step is None:
        raise NotPossible(_("This request's procedure has no step left."))
    if code and step.code != code:
        if code in run.answers:
            raise NotPossible(_("This step is done already."), code="step_done")
        raise NotPossible(_("First comes the step “%(step)s”.") % {"step": step.name})
    return step


def check_role(step, by):
    """A step names who does it; a lead may stand in for anyone. The desk's own steps, a lead or an agent."""
    owners = {Role.AGENT, Role.WAREHOUSE, Role.INSPECTOR} if step.role == "system" else {step.role}
    if by.kind == "staff" and by.role not in owners | LEADS:
        role = Role(step.role).label if step.role in Role.values else step.role
        raise NotAllowed(_("This step is for the role “%(role)s”.") % {"role": role})


def check_answer(step, answer):
    """The answer must be one that this kind of step can have."""
    allowed = step.answers
    if allowed and answer not in allowed:
        raise Invalid(
            _("“%(step)s” is answered by one of: %(choices)s.")
            % {"step": step.name, "choices": ", ".join(allowed)},
            field="answer",
        )
    if step.kind == "ask" and not allowed and not answer.strip():
        raise Invalid(_("“%(step)s” needs an answer.") % {"step": step.name}, field="answer")


def refuse_without_photos(ticket, step):
    """The photos that a step names are part of it. Evidence may have come before it was asked for; what the
    dock and the inspector photograph is of this step alone. The same picture twice is one."""
    wanted = step.params.get("photos", 0)
    if not wanted:
        return
    kept = Attachment.objects.kept().filter(ticket__in=told_here(ticket))
    of_step = kept if step.kind == "photo" else kept.filter(step_code=step.code)
    here = of_step.values("sha256").distinct().count()
    if here < wanted:
        raise NotPossible(
            _("“%(step)s” needs %(wanted)s photos; %(count)s are here.")
            % {"step": step.name, "wanted": wanted, "count": here},
            code="photos_missing",
            step=step.code,
            wanted=wanted,
            here=here,
        )
