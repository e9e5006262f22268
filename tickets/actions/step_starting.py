"""A step that a deadline brings up: the wait before it is over, without what was waited for."""

from types import SimpleNamespace

from tickets.actions.acting import ticket_action
from tickets.actions.steps import record_step
from tickets.models import StepRecord
from tickets.queries.runs import TIMED_OUT, applies, next_step, running_run


@ticket_action("start_step")
def start_step(ticket, *, by, step):
    """End the wait that the procedure stands at, where that leads to this step; else nothing happens.

    No step is left out on the way: what is mandatory holds here, too.
    """
    run = running_run(ticket)
    awaited = next_step(run) if run else None
    if awaited is None or awaited.kind != "wait" or step_after(run, awaited) != step:
        return None
    event = record_step(ticket, awaited, by=by, answer=TIMED_OUT)
    ticket.save(update_fields=ticket.bump())
    return event


def step_after(run, awaited):
    """The code of the step that a person would have before them if this wait timed out."""
    answers = {**run.answers, awaited.code: StepRecord(step_code=awaited.code, answer=TIMED_OUT)}
    after = SimpleNamespace(procedure=run.procedure, answers=answers)
    for step in run.procedure.steps:
        if step.code not in answers and step.role != "system" and applies(after, step) is True:
            return step.code
    return None
