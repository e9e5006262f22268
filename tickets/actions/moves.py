"""How a ticket ends, and begins again: reject, cancel, expire, resolve, reopen, close."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed
from tickets.actions.acting import ticket_action
from tickets.actions.claims import reclaim_lines, release_ticket_claims
from tickets.actions.messages import say_prepared, send_prepared, write_message
from tickets.actions.steps import end_run, record_step, refuse_without_photos, start_run
from tickets.models import Outcome, RunState, Visibility
from tickets.policies import is_lead
from tickets.queries.runs import step_done_by
from tickets.workflow import TICKET_WORKFLOW


@ticket_action("reject")
def reject_ticket(ticket, *, by, reason):
    """Turn the request down with a reason the customer reads; its units are free again."""
    ticket.reason_given = reason.strip()
    event = TICKET_WORKFLOW.take(
        "reject", ticket, by=by, text=reason, resolved_at=now(), outcome=Outcome.REJECTED
    )
    if code := record_last_step(ticket, "reject", by=by, cause=event):
        send_prepared(ticket, code, by=by)  # only the reason is asked for: what else is open is "to follow"
    release_ticket_claims(ticket)
    end_run(ticket, RunState.ABANDONED)
    return event


@ticket_action("cancel")
def cancel_ticket(ticket, *, by, reason=""):
    """The customer no longer wants it; not while their goods are with us."""
    event = TICKET_WORKFLOW.take("cancel", ticket, by=by, text=reason, resolved_at=now())
    release_ticket_claims(ticket)
    end_run(ticket, RunState.ABANDONED)
    return event


@ticket_action("expire")
def expire_ticket(ticket, *, by):
    """Nothing came in the time that was given."""
    event = TICKET_WORKFLOW.take("expire", ticket, by=by, resolved_at=now())
    release_ticket_claims(ticket)
    end_run(ticket, RunState.ABANDONED)
    return event


@ticket_action("resolve")
def resolve_ticket(ticket, *, by, summary="", body=""):
    """All is done, and the customer is told; what is still claimed without an outcome goes back to the order."""
    event = TICKET_WORKFLOW.take(
        "resolve",
        ticket,
        by=by,
        text=summary,
        resolved_at=now(),
        asked_at=None,
        outcome=ticket.outcome or Outcome.ANSWER,
        data={"outcome": ticket.outcome or str(Outcome.ANSWER)},
    )  # fmt: skip - one line less
    if code := record_last_step(ticket, "resolve", by=by, cause=event):
        say_prepared(ticket, code, body, by=by)
    elif body.strip():
        write_message(ticket, body, by=by, visibility=Visibility.PUBLIC, cause=event)
    release_ticket_claims(ticket)
    end_run(ticket, RunState.DONE)
    return event


def record_last_step(ticket, verb, *, by, cause):
    """The step that ends the request is written down before its procedure ends; the reply it sends, if it has one."""
    step = step_done_by(ticket, verb)
    if step is None:
        return ""
    refuse_without_photos(ticket, step)
    record_step(ticket, step, by=by, answer="done", cause=cause)
    return step.params.get("message", "")


@ticket_action("reopen")
def reopen_ticket(ticket, *, by, reason):
    """Begin again: units are claimed anew, a new run of the procedure starts, new clocks run."""
    if ticket.state in ("rejected", "expired") and not is_lead(by, ticket):
        raise NotAllowed(_("A supervisor reopens a request that was rejected or has expired."))
    event = TICKET_WORKFLOW.take(
        "reopen",
        ticket,
        by=by,
        text=reason,
        resolved_at=None,
        closed_at=None,
        outcome="",
        reopen_count=ticket.reopen_count + 1,
        goods_expected=False,
    )  # fmt: skip - one line less
    reclaim_lines(ticket)
    start_run(ticket, by=by, cause=event)
    return event


@ticket_action("close")
def close_ticket(ticket, *, by):
    """Resolved long enough: file it away."""
    return TICKET_WORKFLOW.take("close", ticket, by=by, closed_at=now())


def note_outcome(ticket, outcome):
    """Remember what came of some units; several different outcomes make it mixed. The caller holds the lock."""
    ticket.outcome = outcome if ticket.outcome in ("", outcome) else Outcome.MIXED
    ticket.save(update_fields=["outcome"])
