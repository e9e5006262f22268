"""Where a ticket stands in its procedure: the run, what is recorded, what comes next."""

from aftersales.versions.registry import compiled
from tickets.models import Run, RunState, StepRecord


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


def steps_left_in(ticket, stage):
    """The first mandatory step still to do in a stage (any stage: None), or None."""
    run = running_run(ticket)
    if run is None:
        return None
    for step in run.procedure.steps:
        wanted = step.mandatory and (stage is None or step.stage == stage)
        if wanted and step.code not in run.answers and applies(run, step) is True:
            return step
    return None
