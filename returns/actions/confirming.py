"""The procedure's own count after a receipt: confirmed in passing when it is what was expected."""

from returns.facts import received_as_listed
from tickets.actions.procedure import complete_step
from tickets.policies import is_warehouse
from tickets.queries.runs import applies, next_step, running_run
from tickets.registry import PASS

COUNTS = "received_as_listed"


def confirm_count(ticket, *, by):
    """Who counted need not say twice that all is there; anything else is left to a person."""
    run = running_run(ticket) if ticket.is_open else None
    step = next_step(run) if run else None
    asked = step is not None and is_count(step)
    if not asked or not is_warehouse(by, ticket) or received_as_listed(ticket).value != PASS:
        return ticket
    return complete_step(ticket, by=by, step=step.code, answer=PASS)


def counting_step(ticket):
    """The count that is still to be done, or None."""
    run = running_run(ticket)
    left = (step for step in (run.procedure.steps if run else ()) if step.code not in run.answers)
    return next((step for step in left if is_count(step) and applies(run, step) is True), None)


def is_count(step):
    return step.kind == "check" and step.params.get("fact") == COUNTS
