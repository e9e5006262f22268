"""Start, stop, pause and resume the clocks of a ticket: they are a function of its state."""

from aftersales.clock import now
from aftersales.events.log import record_events
from aftersales.versions.registry import compiled
from tickets import sla
from tickets.actions.clock_choosing import RECHOOSING, rechoose
from tickets.models import NEVER, ClockState, Pause, SlaClock, SlaFiring, Status
from tickets.queries.clocks import clocks_with_surroundings
from tickets.queries.policies import facts_around, facts_of_new, policy_of
from tickets.queries.runs import given_up
from tickets.sla_events import level_data

CHANGES = [
    "state",
    "rank",
    "due_at",
    "due_version",
    "target_minutes",
    "fired",
    "remaining_seconds",
    "paused_at",
    "breached_at",
    "stopped_at",
    "next_try_at",
]
UNKEPT = (Status.REJECTED, Status.CANCELLED, Status.EXPIRED)


def initial_clocks(ticket, at, lines=()):
    """The unsaved clocks of a request that is being opened; reads nothing but versions in memory."""
    policy, why = policy_of(ticket.shop_id, ticket.category.sla_policy, lambda: facts_of_new(ticket, lines))
    if policy is None:
        return []
    clocks = [
        sla.new_clock(
            ticket, target, start or at, policy=policy, choice=why, shop_calendar=ticket.shop.calendar
        )
        for target, start in sla.owed(ticket).items()
    ]
    return [clock for clock in clocks if clock]


def sync_clocks(ticket, *, at=None, verb="", by, cause=None):
    """Bring the clocks to what the locked ticket's state asks for; missing ones are started.

    Whoever answers, moves or ends the ticket only calls this; a `verb` that changes what a policy is chosen
    by chooses anew. Sets `ticket.next_due_at`, which the caller saves. One statement reads; then one each for
    clocks changed, clocks started, and the pause.
    """
    at = at or now()
    clocks, around = clocks_with_surroundings(ticket)
    before = {clock.pk: _written(clock) for clock in clocks}
    ran = any(sla.is_open(clock) for clock in clocks)
    owes = sla.owed(ticket)
    _stop(ticket, [clock for clock in clocks if _is_over(clock, ticket, owes)], at)
    for clock in clocks:
        if clock.target == sla.PLATFORM and sla.is_open(clock) and clock.due_at != ticket.deadline_at:
            sla.follow_deadline(clock, ticket.deadline_at, at)
    if verb in RECHOOSING:
        rechoose(ticket, clocks, around, at, by=by, cause=cause)
    clocks += _start(ticket, clocks, owes, around, at, ran)
    running = [clock for clock in clocks if sla.is_open(clock)]
    for clock in running:
        clock.rank = sla.rank_of(ticket.priority)
    pausing = [_pause_or_resume(clock, ticket, around.held_on, at) for clock in running]
    _record_late_stops(ticket, clocks, before, by, cause)
    write_clocks([clock for clock in clocks if before.get(clock.pk) != _written(clock)])
    _keep_ledger(ticket, running, next(filter(None, pausing), None), around.paused_on, at)
    due = [clock.due_at for clock in running if clock.state == ClockState.RUNNING]
    ticket.next_due_at = min(due, default=NEVER)
    return clocks


def _written(clock):
    return tuple(getattr(clock, name) for name in CHANGES)


def write_clocks(clocks):
    SlaClock.objects.bulk_update([clock for clock in clocks if clock.pk], CHANGES)
    SlaClock.objects.bulk_create(clock for clock in clocks if not clock.pk)


def _is_over(clock, ticket, owes):
    return sla.is_open(clock) and (clock.target not in owes or sla.is_of_another_step(clock, ticket))


# -- stop ---------------------------------------------------------------------


def _stop(ticket, clocks, at):
    in_vain = _waited_in_vain(ticket, clocks)
    for clock in clocks:
        stopped_at = _stopped_at(ticket, clock, at)
        if clock.state == ClockState.RUNNING and stopped_at > clock.due_at:
            clock.breached_at = clock.breached_at or clock.due_at
        taken_back = clock.target == sla.PLATFORM and ticket.is_open
        given_up_in_time = clock in in_vain and not clock.breached_at
        is_unmet = taken_back or given_up_in_time or is_unkept(ticket)
        clock.state = ClockState.CANCELLED if is_unmet else ClockState.MET
        clock.stopped_at = stopped_at
        clock.paused_at = clock.remaining_seconds = clock.next_try_at = None


def _waited_in_vain(ticket, clocks):
    """Of a partner's clocks those whose step was ended without an answer: what nobody gave was not given in time."""
    waits = [clock for clock in clocks if clock.target in sla.PARTNER_STEPS]
    ended = given_up(ticket.pk, {clock.step_code for clock in waits}) if waits else {}
    return [
        clock for clock in waits if clock.step_code in ended and ended[clock.step_code] >= clock.started_at
    ]


def is_unkept(ticket):
    """Ended without an answer of ours, or answered in the request that it was merged into."""
    return ticket.status in UNKEPT or ticket.merged_into_id is not None


def _stopped_at(ticket, clock, at):
    """When the ticket says that it happened, not when it was noted."""
    if ticket.is_open and clock.target == "first_response":
        return ticket.first_responded_at
    if ticket.is_open and clock.target == "next_response":
        return ticket.last_reply_at or at
    return at


def _record_late_stops(ticket, clocks, before, by, cause):
    """A clock that stopped late, before its breach was fired, is told of here: each breach is told once."""
    late = [
        clock
        for clock in clocks
        if clock.breached_at and clock.pk in before and not sla.is_open(clock)
        if before[clock.pk] != _written(clock) and clock.fired < sla.BREACH_PERCENT
    ]
    if late:
        SlaFiring.objects.bulk_create(
            SlaFiring(
                clock=clock,
                level=sla.BREACH_PERCENT,
                due_version=clock.due_version,
                fired_at=clock.stopped_at,
            )
            for clock in late
        )
        for clock in late:
            clock.fired = sla.BREACH_PERCENT
        rows = [(ticket, level_data(clock, sla.BREACH_PERCENT)) for clock in late]
        record_events(rows, "sla.breach", by=by, cause=cause)


# -- start --------------------------------------------------------------------


def _start(ticket, clocks, owes, around, at, ran):
    """The clocks that are owed and not there; an answer that was taken back is owed by its old clock.

    If none `ran` the ticket had ended: what is owed now begins anew.
    """
    last = {clock.target: clock for clock in clocks}
    new = []
    for target, since in owes.items():
        clock = last.get(target)
        if clock and sla.is_open(clock):
            continue
        answered = clock and target in sla.RESPONSES and clock.state == ClockState.MET
        if answered and ran and since <= clock.stopped_at:
            _continue(clock)
        else:
            new.append(_next_cycle(ticket, target, since, clock, around, at))
    return [clock for clock in new if clock]


def _continue(clock):
    clock.next_try_at = sla.next_level_at(clock, clock.stopped_at, clock.fired)
    clock.state, clock.stopped_at = ClockState.RUNNING, None


def _next_cycle(ticket, target, since, clock, around, at):
    """The target's first clock, or its next one: that starts now, unless a fact of the ticket is newer."""
    policy, why = policy_of(ticket.shop_id, around.policy_code, lambda: facts_around(ticket, around))
    if policy is None:
        return None
    start, cycle = sla.run_of(clock, since, at)
    return sla.new_clock(
        ticket,
        target,
        start,
        policy=policy,
        choice=why,
        shop_calendar=around.shop_calendar,
        cycle=cycle,
    )


# -- pause --------------------------------------------------------------------


def _pause_or_resume(clock, ticket, held_on, at):
    """Returns whom the clock now pauses for, or None when it runs."""
    whom = sla.pause_reason(clock, ticket.waiting_on, held_on)
    if whom and clock.state == ClockState.RUNNING:
        left = compiled(clock.calendar_id).content.between(at, clock.due_at)
        if at > clock.due_at:
            clock.breached_at = clock.breached_at or clock.due_at
        clock.state, clock.paused_at, clock.next_try_at = ClockState.PAUSED, at, None
        clock.remaining_seconds = sla.whole_seconds(left)
    elif not whom and clock.state == ClockState.PAUSED:
        calendar = compiled(clock.calendar_id).content
        clock.due_at = sla.due_with_left(calendar, clock.due_at, at, clock.remaining_seconds)
        clock.due_version += 1
        clock.state, clock.paused_at, clock.remaining_seconds = ClockState.RUNNING, None, None
        clock.next_try_at = sla.next_level_at(clock, at, clock.fired)
    return whom


def _keep_ledger(ticket, running, whom, paused_on, at):
    """One open interval per ticket, naming for whom its clocks stand still."""
    if whom == paused_on:
        return
    since = at if paused_on else min((clock.paused_at for clock in running if clock.paused_at), default=at)
    if paused_on:
        Pause.objects.filter(ticket_id=ticket.pk, ended_at=None).update(ended_at=at)
    if whom:
        Pause.objects.create(ticket_id=ticket.pk, waiting_on=whom, started_at=since)
