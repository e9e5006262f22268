"""The second pair of eyes and the customer's yes; from then on a resolution is carried out."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from returns.actions.asking import ask_approvers, stop_asking
from returns.actions.carrying_out import carry_out
from returns.actions.settling import set_hold, undo_resolution
from returns.models import Resolution, ResolutionState
from returns.queries.words import told
from returns.workflow import RESOLUTION_WORKFLOW
from tickets.actions.acting import ticket_action


@ticket_action("approve_resolution")
def approve_resolution(ticket, *, by, resolution=None, note=""):
    """Approve a proposal of somebody else, within one's own limit."""
    return approve(chosen(ticket, resolution), by=by, note=note)


@ticket_action("decline_resolution")
def decline_resolution(ticket, *, by, resolution=None, reason):
    """Turn a proposal down: its money is free again, its units are to be decided on anew."""
    resolution = chosen(ticket, resolution)
    return undo_resolution(resolution, "decline", by=by, note=reason)


@ticket_action("accept_proposal")
def accept_proposal(ticket, *, by, resolution=None):
    """The customer agrees: by themselves, through the shop, or as an agent heard it."""
    resolution = chosen(ticket, resolution, asked=True)
    event = RESOLUTION_WORKFLOW.take("accept", resolution, by=by, data=told(resolution), accepted_at=now())
    if resolution.approver_role:
        set_hold(resolution, by=by)
        ask_approvers(resolution)
    else:
        approve(resolution, by=by, cause=event)
    return event


def approve(resolution, *, by, note="", cause=None):
    """Take the step and begin what was decided."""
    event = RESOLUTION_WORKFLOW.take(
        "approve", resolution, by=by, data=told(resolution), text=note, cause=cause,
        approved_by=by.user, decision_note=note, decided_at=now(),
    )  # fmt: skip  # one line less
    stop_asking(resolution)
    set_hold(resolution, by=by)
    carry_out(resolution, by=by, cause=event)
    return event


def chosen(ticket, resolution, *, asked=False):
    """The proposal that was named, locked; unnamed, the only one that is open."""
    proposals = Resolution.objects.select_for_update(of=("self",)).filter(ticket=ticket)
    if resolution is not None:
        found = proposals.get(pk=resolution.pk)
    else:
        waiting = list(proposals.filter(state=ResolutionState.PROPOSED).order_by("id"))
        waiting = [one for one in waiting if one.awaits_customer == asked] or waiting
        if not waiting:
            raise NotPossible(_("No proposal of this request waits for an answer."))
        if len(waiting) > 1:
            raise Invalid(_("Several proposals wait: say which one."), field="resolution", code="ambiguous")
        found = waiting[0]
    found.ticket = ticket
    return found
