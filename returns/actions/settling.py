"""How a resolution ends: done, failed, or taken back; its units, money, goods and hold follow."""

from django.db.models import F
from django.utils.translation import gettext_noop

from aftersales.clock import now
from returns.actions.asking import stop_asking
from returns.actions.locking import lock_lines
from returns.actions.placing import keep_goods
from returns.actions.reserving import release_money, spend_money
from returns.models import ResolutionKind, ResolutionState
from returns.queries.words import told
from returns.workflow import RESOLUTION_WORKFLOW
from tickets.actions.claims import consume_units, release_units
from tickets.actions.holds import place_hold, release_hold
from tickets.actions.moves import note_outcome
from tickets.models import Outcome, TicketLine, WaitingOn

REFUND, COMPENSATION = ResolutionKind.REFUND, ResolutionKind.COMPENSATION
MONEY = (REFUND, COMPENSATION)
# The units are gone for good; after a repair, or sent back as they are, the customer has them again.
CONSUMING = (REFUND, ResolutionKind.EXCHANGE, ResolutionKind.RESHIP)

# Why a request cannot be finished while a resolution is open, and for whom it waits.
ASKED = (gettext_noop("The customer is asked whether they agree."), WaitingOn.CUSTOMER)
TO_APPROVE = (gettext_noop("A proposal waits for approval."), WaitingOn.US)
FAILED = (gettext_noop("A resolution could not be carried out. Propose another one."), WaitingOn.US)
CARRIED_OUT = {
    REFUND: (gettext_noop("The refund is to be paid by the shop's payment system."), WaitingOn.PLATFORM),
    COMPENSATION: (
        gettext_noop("The compensation is to be paid by the shop's payment system."),
        WaitingOn.PLATFORM,
    ),
    ResolutionKind.EXCHANGE: (gettext_noop("The replacement is to be shipped."), WaitingOn.WAREHOUSE),
    ResolutionKind.RESHIP: (gettext_noop("The goods are to be shipped again."), WaitingOn.WAREHOUSE),
    ResolutionKind.REPAIR: (gettext_noop("The goods are being repaired."), WaitingOn.WAREHOUSE),
    ResolutionKind.RETURN_AS_IS: (gettext_noop("The goods are to be sent back."), WaitingOn.WAREHOUSE),
}

# What earlier versions wrote into holds: those that are still open are told in the reader's language, too.
FORMER_REASONS = (
    gettext_noop("The refund is being paid."),
    gettext_noop("The compensation is being paid."),
)


def set_hold(resolution, *, by):
    """Hold the request for as long as the resolution is open, with the reason of the moment."""
    drop_hold(resolution, by=by)
    reason, waiting_on = hold_reason(resolution)
    resolution.hold = place_hold(resolution.ticket, reason, waiting_on=waiting_on, is_manual=False, by=by)
    resolution.save(update_fields=["hold"])


def hold_reason(resolution):
    if resolution.state == ResolutionState.APPROVED:
        return CARRIED_OUT[resolution.kind]
    return ASKED if resolution.awaits_customer else TO_APPROVE


def drop_hold(resolution, *, by):
    if resolution.hold_id:
        release_hold(resolution.hold, by=by)


def finish_resolution(resolution, *, by, cause=None):
    """Done: units leave the claim, money is spent, goods go where they stay, the outcome is noted."""
    ticket = resolution.ticket
    lock_lines(ticket)
    event = RESOLUTION_WORKFLOW.take(
        "finish", resolution, by=by, data=told(resolution), done_at=now(), cause=cause
    )
    for item in settled_items(resolution):
        line = item.ticket_line
        line.ticket = ticket
        if resolution.kind in CONSUMING:
            consume_units(line, item.quantity)
            keep_goods(line, item.quantity, by=by)
        else:
            release_units(line, item.quantity)
        TicketLine.objects.filter(pk=line.pk).update(resolved=F("resolved") + item.quantity)
    if resolution.kind in MONEY:
        spend_money(resolution)
    drop_hold(resolution, by=by)
    note_what_came_of_it(ticket, resolution.kind)
    return event


def settled_items(resolution):
    return resolution.items.select_related("ticket_line__order_line").order_by("ticket_line__order_line_id")


def fail_resolution(resolution, *, by, note, cause=None):
    """It could not be carried out: the money is free again, the units are to be decided on anew."""
    event = undo_resolution(resolution, "fail", by=by, note=note, cause=cause)
    reason, waiting_on = FAILED
    # A person may lift this one: sometimes nothing takes the place of what failed.
    resolution.hold = place_hold(resolution.ticket, reason, waiting_on=waiting_on, is_manual=True, by=by)
    resolution.save(update_fields=["hold"])
    return event


def undo_resolution(resolution, verb, *, by, note="", cause=None):
    """End an open resolution without an effect: `decline`, `cancel` or `fail`."""
    lock_lines(resolution.ticket)
    event = RESOLUTION_WORKFLOW.take(
        verb,
        resolution,
        by=by,
        data=told(resolution),
        text=note,
        decision_note=note,
        decided_at=now(),
        cause=cause,
    )
    if resolution.kind in MONEY:
        release_money(resolution)
    stop_asking(resolution)
    drop_hold(resolution, by=by)
    return event


def note_what_came_of_it(ticket, kind):
    """A compensation is beside the point once something else was done about the goods."""
    outcome = Outcome.RETURNED_AS_IS if kind == ResolutionKind.RETURN_AS_IS else Outcome(kind)
    if outcome == Outcome.COMPENSATION and ticket.outcome:
        return
    if ticket.outcome == Outcome.COMPENSATION:
        ticket.outcome = ""
    note_outcome(ticket, outcome)
