"""Waits that near or pass their limit: the customer is reminded, then the agent decides."""

from datetime import timedelta

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.log import record_event
from tickets.actions.messages import send_prepared
from tickets.actions.telling import tell as tell_staff
from tickets.queries.runs import next_step, running_run

DESK = Actor.system("desk")
STALE = timedelta(hours=6)  # so near its limit a reminder that comes late is no help any more


def fire_step_timers(timers):
    """Remind a day before the limit, tell once it has passed; nothing if the wait is over.

    A reminder that was held up until the limit is near is left out: the customer is written to once, not twice.
    """
    for timer in timers:
        step = awaited_step(timer)
        if step is None:
            timer.next_try_at = None
        elif timer.reminded_at is None and timer.limit_at - STALE < now() < timer.limit_at:
            timer.next_try_at = timer.limit_at
        elif timer.reminded_at is None and timer.limit_at > now():
            timer.reminded_at, timer.next_try_at = now(), timer.limit_at
            tell(timer, step.params.get("remind_message"))
        else:
            timer.passed_at, timer.next_try_at = now(), None
            tell(timer, step.params.get("late_message"))
            pass_limit(timer, step)
        timer.save(update_fields=["reminded_at", "passed_at", "next_try_at"])


def awaited_step(timer):
    """The step, if the ticket still waits at it."""
    run = running_run(timer.ticket)
    step = next_step(run) if run and run.pk == timer.run_id else None
    return step if step and step.code == timer.step_code else None


def tell(timer, macro):
    if macro:
        send_prepared(timer.ticket, macro, by=DESK)


def pass_limit(timer, step):
    """Nobody is refused by a clock: the assignee learns of it and answers the step."""
    ticket = timer.ticket
    data = {"step": step.code, "name_en": step.title["en"], "name_zh": step.title["zh"]}
    event = record_event(ticket, "ticket.pass_limit", by=DESK, data=data)
    if ticket.assignee_id:
        tell_staff(ticket, [ticket.assignee], "limit_passed", key=f"limit-{event.pk}", data=data)
