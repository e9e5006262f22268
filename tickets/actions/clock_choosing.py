"""Another policy for clocks that run: the request turned out to be something else, or became more urgent."""

from aftersales.events.log import record_event
from aftersales.versions.registry import compiled, current
from tickets import sla
from tickets.models import ClockState, Pause, SlaClock
from tickets.queries.policies import facts_around, policy_of
from tickets.recounting import Around, count_anew, set_levels

RECHOOSING = {"recategorise", "escalate"}  # verbs that change what a policy is chosen by
CHOSEN = ["policy", "calendar", "target_minutes", "choice"]


def rechoose(ticket, clocks, around, at, *, by, cause):
    """Bring the open clocks under the policy that fits now, and under the priority that the ticket has now.

    What passed counts: the clock runs from when it began, and the ledger of pauses stays; the policy says
    which of them count. A policy that stays keeps the version that the clock began with.
    """
    clocks = [clock for clock in clocks if sla.is_open(clock)]
    policy, why = policy_of(ticket.shop_id, around.policy_code, lambda: facts_around(ticket, around))
    if policy is None or not clocks:
        return
    chosen = [compiled(clock.policy_id) for clock in clocks if clock.target != sla.PLATFORM]
    before = {version.code: version for version in chosen}
    ledger = list(Pause.objects.filter(ticket_id=ticket.pk))
    changed = [clock for clock in clocks if _bring_under(clock, policy, why, ticket, around, ledger, at)]
    SlaClock.objects.bulk_update(changed, CHOSEN)
    left = [version for code, version in sorted(before.items()) if code != policy.code]
    if left:
        _tell(ticket, left[0], policy, by, cause)


def _bring_under(clock, policy, why, ticket, around, ledger, at):
    """Says whether the clock's rule is another now; a platform's deadline is nobody's to change."""
    if clock.target == sla.PLATFORM:
        return False
    version = compiled(clock.policy_id)
    version = version if version.code == policy.code else policy
    minutes = sla.target_minutes(version.content, clock.target, ticket.priority)
    if not minutes:
        clock.state, clock.stopped_at = ClockState.CANCELLED, at
        clock.paused_at = clock.remaining_seconds = clock.next_try_at = None
        return False
    if (version.id, minutes) == (clock.policy_id, clock.target_minutes):
        return False
    if version.id != clock.policy_id:
        code = sla.calendar_code(version.content, clock.target, around.shop_calendar)
        clock.calendar_id = current("calendar", code, ticket.shop_id).id
    clock.policy_id, clock.choice, clock.target_minutes = version.id, why, minutes
    _count_anew(clock, ticket, around, ledger, at)
    return True


def _count_anew(clock, ticket, around, ledger, at):
    policy, calendar = compiled(clock.policy_id).content, compiled(clock.calendar_id).content
    pauses = tuple((pause.waiting_on, pause.started_at, pause.ended_at) for pause in ledger)
    surroundings = Around(
        ticket.pk,
        ticket.team_id,
        ticket.priority,
        ticket.waiting_on,
        ticket.next_due_at,
        tuple(around.held_on),
        pauses,
    )
    count_anew(clock, policy, calendar, clock.target_minutes, surroundings, at)
    set_levels(clock, True, at)


def _tell(ticket, before, policy, by, cause):
    names = {f"{key}_{language}": version.content.name[language] for key, version in
             (("before", before), ("policy", policy)) for language in ("zh", "en")}  # fmt: skip
    data = {"before": before.code, "policy": policy.code, "number": policy.number, **names}
    record_event(ticket, "sla.choose_policy", by=by, data=data, cause=cause)
