"""What a policy asks of a ticket and what a clock says: rules and sums, nothing is written here."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from aftersales.clock import now
from aftersales.versions.registry import compiled, current
from tickets.content.sla import BREACH
from tickets.models import ClockState, Priority, SlaClock, Stage, WaitingOn

PLATFORM = "platform"  # an instant that the shop tells us: neither policy nor calendar has a say in it
PROMISE = "promise"  # what customers are told, in hours of the clock on the wall
TARGETS = {
    "first_response": _("First reply"),
    "next_response": _("Next answer"),
    "communicate": _("Communicate"),
    "receive": _("Receive"),
    "inspect": _("Inspect"),
    "resolve": _("Resolve"),
    "resolution": _("Resolution"),
    "wait_carrier": _("Carrier's answer"),
    "wait_partner": _("Partner's answer"),
    "wait_platform": _("Platform's ruling"),
    PROMISE: _("Promise to the customer"),
    "legal_refund": _("Refund by law"),
    "legal_withdrawal": _("Withdrawal by law"),
    "legal_repair": _("Repair by law"),
    PLATFORM: _("Platform's deadline"),
}
PARTNER_STEPS = (
    "wait_carrier",
    "wait_partner",
    "wait_platform",
)  # one clock for each step that waits for one
RESPONSES = ("first_response", "next_response")
AROUND_THE_CLOCK = "24x7"
DOMESTIC = "cn_"  # calendars of the pack that a shop's own replaces; all others stay
RUNS = (ClockState.RUNNING, ClockState.PAUSED)
RANKS = (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)  # in which order what is due fires
BREACH_PERCENT = BREACH.percent
MINUTES_OF_DAY = 1440


# -- which clocks, since when -------------------------------------------------


def owed(ticket):
    """What is owed on this ticket now: {target: since when}; None where no fact of the ticket says since when."""
    if not ticket.is_open:
        return {}
    owes = {}
    if ticket.first_responded_at is None:
        owes["first_response"] = ticket.created_at
    elif owes_answer(ticket):
        owes["next_response"] = ticket.last_customer_message_at
    owes[str(ticket.stage)] = ticket.created_at if ticket.stage == Stage.COMMUNICATE else None
    owes["resolution"] = owes[PROMISE] = owes["legal_withdrawal"] = ticket.created_at
    if ticket.goods_received_at:
        owes["legal_refund"] = owes["legal_repair"] = ticket.goods_received_at
    if ticket.step_awaits:
        owes[f"wait_{ticket.step_awaits}"] = None
    if ticket.deadline_at:
        owes[PLATFORM] = None
    return owes


def is_of_another_step(clock, ticket):
    """Of a partner's answer: the step that the clock was for is done, and the next one waits."""
    return clock.target in PARTNER_STEPS and clock.step_code != ticket.step_code


def owes_answer(ticket):
    """The customer wrote after our last public word by a person."""
    wrote_at, first_at = ticket.last_customer_message_at, ticket.first_responded_at
    return wrote_at is not None and wrote_at > max(ticket.last_reply_at or first_at, first_at)


def target_minutes(policy, target, priority):
    """Minutes of the target's calendar, or None when the policy has no such target.

    A promise is the same for every priority, and so is the law.
    """
    if target in policy.deadlines:
        return policy.deadlines[target].days * MINUTES_OF_DAY
    if target == PROMISE:
        return policy.promise_hours and policy.promise_hours * 60
    return policy.minutes(target, priority)


def calendar_code(policy, target, shop_calendar):
    """A shop's own calendar replaces the domestic ones of a policy."""
    if target in (PROMISE, PLATFORM) or target in policy.deadlines:
        return AROUND_THE_CLOCK
    return shop_calendar if shop_calendar and policy.calendar.startswith(DOMESTIC) else policy.calendar


def new_clock(ticket, target, start, *, policy, shop_calendar, cycle=1, choice=None):
    """An unsaved running clock by the version of policy and calendar in force, or None: not a target here."""
    if target == PLATFORM:
        minutes = minutes_until(ticket.deadline_at, start)
    else:
        minutes = target_minutes(policy.content, target, ticket.priority)
    if not minutes:
        return None
    calendar = current("calendar", calendar_code(policy.content, target, shop_calendar), ticket.shop_id)
    clock = SlaClock(
        ticket=ticket,
        shop_id=ticket.shop_id,
        target=target,
        cycle=cycle,
        policy_id=policy.id,
        choice=choice,
        calendar_id=calendar.id,
        rank=rank_of(ticket.priority),
        step_code=ticket.step_code if target in PARTNER_STEPS else "",
        target_minutes=minutes,
        started_at=start,
        due_at=ticket.deadline_at if target == PLATFORM else calendar.content.add(start, minutes),
    )
    clock.next_try_at = next_level_at(clock, start)
    return clock


def run_of(last, since, at):
    """(when it begins, its cycle) of a target's first clock, or of its next: now, unless a fact is newer."""
    if last is None:
        return since or at, 1
    return since if since and since > last.stopped_at else at, last.cycle + 1


def rank_of(priority):
    return RANKS.index(priority)


def minutes_until(deadline, start):
    """Of an instant, the target that leads there, in whole minutes; none where it has passed."""
    return max(0, -(-(deadline - start) // timedelta(minutes=1)))


def follow_deadline(clock, deadline, at):
    """The platform moved its deadline: the clock is due then."""
    clock.due_at, clock.due_version = deadline, clock.due_version + 1
    clock.target_minutes = minutes_until(deadline, clock.started_at)
    clock.breached_at = clock.due_at if clock.breached_at and clock.due_at <= at else None
    clock.fired = still_fired(clock, at)
    clock.next_try_at = next_level_at(clock, at, clock.fired)


# -- pauses -------------------------------------------------------------------


def pause_reason(clock, waiting_on, held_on):
    """Whom the clock pauses for: the ticket's or a person's hold's, if the clock's own policy says so; else None."""
    return pauses_for(compiled(clock.policy_id).content, clock.target, waiting_on, held_on)


def pauses_for(policy, target, waiting_on, held_on):
    """The same of a target under a policy.

    A question is owed its answer wherever the goods are: only the customer pauses an answer. A platform
    waits for nobody, and neither does a partner whose own time it is.
    """
    if target == PLATFORM or target in PARTNER_STEPS:
        return None
    if target == "next_response":
        waiting_on, held_on = waiting_on if waiting_on == WaitingOn.CUSTOMER else None, ()
    deadline = policy.deadlines.get(target)
    pauses_on = deadline.pauses_on if deadline else policy.pauses_on
    return next((whom for whom in (waiting_on, *held_on) if whom in pauses_on), None)


def due_with_left(calendar, due_at, at, left_seconds):
    """When what was due at `due_at` and has so much working time left is due; less than nothing lies behind `at`."""
    if left_seconds >= 0:
        return calendar.add(at, timedelta(seconds=left_seconds))
    low, high = 0, int((at - due_at).total_seconds())
    while low < high:  # the latest second from which the time that is over has been worked
        middle = (low + high + 1) // 2
        over = calendar.between(due_at + timedelta(seconds=middle), at)
        low, high = (middle, high) if over >= timedelta(seconds=-left_seconds) else (low, middle - 1)
    return due_at + timedelta(seconds=low)


def due_past(calendar, start, minutes, pauses):
    """When so many minutes from `start` are over for who stood still in these pauses, pairs of instants in order.

    Each keeps what was left in whole seconds, as a clock does that is paused and goes on; also what was late.
    """
    due = calendar.add(start, minutes)
    for begins, ends in pauses:
        due = due_with_left(calendar, due, ends, whole_seconds(calendar.between(begins, due)))
    return due


# -- levels -------------------------------------------------------------------


def time_used(clock, at):
    """Working time used of the target; more than the target once it is late. Paused time is in `due_at`."""
    left = compiled(clock.calendar_id).content.between(at, clock.due_at)
    return timedelta(minutes=clock.target_minutes) - left


def levels_due(clock, at, fired=0, *, used=None):
    """The levels above `fired` percent that are reached, lowest first; 100 % is one, whatever the policy says."""
    used, target = used or time_used(clock, at), timedelta(minutes=clock.target_minutes)
    levels = compiled(clock.policy_id).content.passed
    return [level for level in levels if level.percent > fired and used * 100 >= target * level.percent]


def still_fired(clock, at):
    """Of the levels that fired, the highest that the new due time has passed, too: those above it are ahead again."""
    reached = [level.percent for level in levels_due(clock, at) if level.percent <= clock.fired]
    return max(reached, default=0)


def next_level_at(clock, at, fired=0, *, used=None):
    """When the lowest level above `fired` percent is reached; `at` if it is already, None after the last."""
    levels = compiled(clock.policy_id).content.passed
    level = next((level for level in levels if level.percent > fired), None)
    if level is None:
        return None
    used = used or time_used(clock, at)
    left = timedelta(minutes=clock.target_minutes) * level.percent // 100 - used
    return compiled(clock.calendar_id).content.add(at, left) if left > timedelta(0) else at


# -- what a clock says ----------------------------------------------------------


def is_open(clock):
    return clock.state in RUNS


def is_missed(clock, at):
    """By timestamps alone, whether or not a worker has been here."""
    return clock.breached_at is not None or (clock.state == ClockState.RUNNING and at > clock.due_at)


def clock_facts(clock, at=None):
    """The clock as the API gives it. Seconds are working time; a paused clock has no due time."""
    at = at or now()
    paused = clock.state == ClockState.PAUSED
    return {
        "target": clock.target,
        "state": "missed" if is_missed(clock, at) else str(clock.state),
        "due_at": None if paused else clock.due_at,
        "remaining_seconds": seconds_left(clock, at),
        "paused_since": clock.paused_at if paused else None,
    }


def seconds_left(clock, at):
    """Working seconds until due, below zero when late; None once it stopped."""
    if clock.state == ClockState.PAUSED:
        return clock.remaining_seconds
    if clock.state != ClockState.RUNNING:
        return None
    return whole_seconds(compiled(clock.calendar_id).content.between(at, clock.due_at))


def whole_seconds(length):
    """Downwards, so that a clock late by half a second is late."""
    return length // timedelta(seconds=1)


def latest(clocks):
    """The clock of the last cycle of each target, in the order people read them."""
    last = {clock.target: clock for clock in sorted(clocks, key=lambda clock: clock.cycle)}
    return [last[target] for target in TARGETS if target in last]


class Standing(NamedTuple):
    """A clock as a page draws it: `tone` is "", "warn", "risk" or "ok"; `share` is the percent used."""

    clock: SlaClock
    name: str
    state: str
    tone: str
    share: int
    due_at: datetime | None
    seconds_left: int | None


def standing(clock, at=None):
    """How far the clock is, with the colour that says time or trouble."""
    at = at or now()
    facts = clock_facts(clock, at)
    left = facts["remaining_seconds"]
    target = clock.target_minutes * 60
    share = 100 if left is None else min(max(100 * (target - left) // target, 0), 100)
    levels = compiled(clock.policy_id).content.levels
    tone = {"met": "ok", "missed": "risk"}.get(facts["state"], "")
    if facts["state"] == "running" and levels and share >= levels[0].percent:
        tone = "warn"
    name = str(TARGETS[clock.target])
    return Standing(clock, name, facts["state"], tone, share, facts["due_at"], left)
