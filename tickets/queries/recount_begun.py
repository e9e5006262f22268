"""Clocks of targets that only the new version of a policy has, as if a request had come in by it; none is written."""

from aftersales.errors import Refused
from tickets import sla
from tickets.models import ClockState, SlaClock, Ticket
from tickets.queries.policies import BY_CATEGORY
from tickets.recounting import Clock, count_anew, due_anew, set_levels


def begun_clocks(aim, had, open_ones, around, at):
    """[(clock, what else stands in its row)] that are owed and not there; nothing is read where no target is new.

    `had` are the versions that each ticket's clocks had, `open_ones` its open clocks, both by its id.
    """
    wanted = {pk: targets for pk, ids in had.items() if (targets := new_targets(aim, ids))}
    if not wanted:
        return []
    rows, known = Ticket.objects.in_bulk(list(wanted)), {}
    for clock in SlaClock.objects.filter(ticket__in=wanted).order_by("cycle", "id"):
        known.setdefault(clock.ticket_id, []).append(clock)
    found = []
    for pk, targets in wanted.items():
        runs = {clock.target for clock in open_ones[pk] if sla.is_open(clock)}
        for target, since in sla.owed(rows[pk]).items():
            if target in targets and target not in runs:
                one = begun(aim, rows[pk], target, since, known[pk], around[pk], at)
                found.append(one and (one[0], one[1] | {"choice": choice_of(known[pk], had[pk])}))
    return [one for one in found if one]


def choice_of(known, version_ids):
    """As that of the clocks beside it, with the version that it was made by."""
    beside = next(clock for clock in reversed(known) if clock.policy_id in version_ids)
    return {"version": beside.policy_id} | (beside.choice or BY_CATEGORY)


def new_targets(aim, version_ids):
    """Those of the policy that none of these versions of it has."""
    if aim.kind != "sla":
        return frozenset()
    olds = [aim.contents(pk) for pk in version_ids]
    return frozenset(
        target
        for target in sla.TARGETS
        if sla.target_minutes(aim.content, target, "normal")
        and not any(sla.target_minutes(old, target, "normal") for old in olds)
    )


def begun(aim, ticket, target, since, known, around, at):
    """Past the pauses that count, standing still where the policy says so; None where it cannot be worked out."""
    last = next((clock for clock in reversed(known) if clock.target == target), None)
    start, cycle = sla.run_of(last, since, at)
    calendar = aim.calendars(target)
    values = dict.fromkeys(Clock.__slots__) | {
        "ticket_id": ticket.pk,
        "shop_id": ticket.shop_id,
        "target": target,
        "policy_id": aim.version_id,
        "calendar_id": calendar.id,
        "target_minutes": sla.target_minutes(aim.content, target, ticket.priority),
        "state": ClockState.RUNNING.value,
        "started_at": start,
        "due_version": 1,
        "fired": 0,
    }
    clock = Clock(**values)
    rule = aim.content, calendar.content, clock.target_minutes, around, at
    try:
        clock.due_at, _leeway = due_anew(clock, *rule)
        count_anew(clock, *rule)
    except Refused:
        return None
    if aim.version_id:
        set_levels(clock, False, at)
    step = ticket.step_code if target in sla.PARTNER_STEPS else ""
    rank = sla.rank_of(ticket.priority)
    return clock, {"cycle": cycle, "rank": rank, "step_code": step}
