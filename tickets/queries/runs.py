"""Where a ticket stands in its procedure: the run, what is recorded, what comes next."""

from aftersales.versions.registry import compiled
from tickets.models import Run, RunState, StepRecord
from tickets.registry import ALIASES

TIMED_OUT = "timeout"  # the answer of a wait that ended without what was waited for


def running_run(ticket):
    """The ticket's run with its records as `answers` {step code: record}, or None.

    Remembered on the instance: one action asks several times, under the ticket's lock.
    """
    if not hasattr(ticket, "_run"):
        run = Run.objects.filter(ticket_id=ticket.pk, state=RunState.RUNNING).first()
        if run is not None:
            attach(run, {record.step_code: record for record in StepRecord.objects.filter(run=run)})
        ticket._run = run
    return ticket._run


def attach(run, answers):
    """Give a run its compiled procedure and its records."""
    run.procedure = compiled(run.version_id).content
    run.answers = answers
    return run


def given_up(ticket_id, step_codes):
    """{step code: when}: of these waits those that ended without what was waited for, the last time."""
    records = StepRecord.objects.filter(
        run__ticket_id=ticket_id, step_code__in=list(step_codes), answer=TIMED_OUT
    )
    return dict(records.order_by("recorded_at").values_list("step_code", "recorded_at"))


def applies(run, step):
    """Whether a step's `when` holds: True, or the code of the step whose answer rules it out.

    Equality only, all must hold; a step that was skipped gave no answer, so what depends on it is
    skipped too.
    """
    for code, wanted in step.when:
        record = run.answers.get(code)
        if record is None or record.skipped_because or record.answer != wanted:
            return code
    return True


def next_step(run):
    """The first step without a record whose condition holds, or None when the procedure is through."""
    for step in run.procedure.steps:
        if step.code not in run.answers and applies(run, step) is True:
            return step
    return None


def steps_left_in(ticket, stage, but=""):
    """The first mandatory step still to do in a stage (any stage: None), or None.

    `but` is the verb that asks: the step that is done by it does not stand in its own way.
    """
    run = running_run(ticket)
    if run is None:
        return None
    for step in run.procedure.steps:
        wanted = step.mandatory and (stage is None or step.stage == stage) and not is_done_by(step, but)
        if wanted and step.code not in run.answers and applies(run, step) is True:
            return step
    return None


def is_done_by(step, verb):
    """Whether it is this verb that does the step."""
    return bool(verb) and step.kind == "do" and ALIASES.get(step.params["verb"]) == verb


def step_done_by(ticket, verb):
    """The first step still to do that this verb does, or None."""
    run = running_run(ticket)
    for step in run.procedure.steps if run is not None else ():
        if is_done_by(step, verb) and step.code not in run.answers and applies(run, step) is True:
            return step
    return None


def given_by_step(ticket, verb):
    """What the procedure gives to the verb at this place, beside what a person enters."""
    step = step_done_by(ticket, verb)
    return step.params.get("args", {}) if step is not None else {}
