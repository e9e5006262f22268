"""Reads about clocks: what a ticket's clocks depend on, and why one is due when it is."""

from aftersales.versions.registry import compiled
from tickets import sla
from tickets.models import Pause, Run, SlaClock

# One statement for everything that decides what the clocks do. The category is the ticket's as it is
# about to be saved; a ticket without clocks still gives one row, with the clock's columns empty.
WITH_SURROUNDINGS = """
SELECT clock.*,
       category.sla_policy AS policy_code,
       category.code AS category_code,
       (SELECT code FROM tickets_category WHERE id = category.parent_id) AS group_code,
       shop.code AS shop_code,
       shop.calendar AS shop_calendar,
       (SELECT level FROM tickets_customer WHERE id = %(customer)s) AS customer_level,
       (SELECT reason.code FROM tickets_ticketline line JOIN tickets_reason reason ON reason.id = line.reason_id
         WHERE line.ticket_id = %(ticket)s ORDER BY line.id LIMIT 1) AS reason_code,
       ARRAY(SELECT hold.waiting_on FROM tickets_hold hold
              WHERE hold.ticket_id = %(ticket)s AND hold.released_at IS NULL AND hold.is_manual
              ORDER BY hold.id) AS held_on,
       (SELECT pause.waiting_on FROM tickets_pause pause
         WHERE pause.ticket_id = %(ticket)s AND pause.ended_at IS NULL) AS paused_on
  FROM tickets_category category
  JOIN staff_shop shop ON shop.id = %(shop)s
  LEFT JOIN tickets_slaclock clock ON clock.ticket_id = %(ticket)s
 WHERE category.id = %(category)s
 ORDER BY clock.cycle, clock.id
"""


def clocks_with_surroundings(ticket):
    """(clocks, surroundings): these have `policy_code`, `shop_calendar`, `held_on` and `paused_on`, and what
    `facts_around` asks. The desk's own holds count by whom the request waits on, which knows its next step."""
    ids = {
        "ticket": ticket.pk,
        "shop": ticket.shop_id,
        "category": ticket.category_id,
        "customer": ticket.customer_id,
    }
    rows = list(SlaClock.objects.raw(WITH_SURROUNDINGS, ids))
    return [row for row in rows if row.pk], rows[0]


def counts_automatic(ticket):
    """Whether a message that no person wrote is a first response, by the policy of the clock that it would stop."""
    clocks = SlaClock.objects.filter(ticket_id=ticket.pk, target="first_response").order_by("-cycle")
    policy_id = clocks.values_list("policy_id", flat=True).first()
    return policy_id is not None and compiled(policy_id).content.counts_automatic


# -- why it is due when it is ---------------------------------------------------


def explain_clock(clock, ledger=None):
    """Everything that made the due time, for a tooltip or a page; `ledger` is all pauses of the ticket.

    `rows` are those of the calendar (see aftersales/worktime/explanation.py) with the pauses among them,
    `reason` "paused" and `waiting_on`. A paused clock is explained up to its pause and has no `due_at`.
    """
    policy, calendar = compiled(clock.policy_id), compiled(clock.calendar_id)
    usual = sla.target_minutes(policy.content, clock.target, "normal") or clock.target_minutes
    pauses = pauses_of(clock, Pause.objects.filter(ticket_id=clock.ticket_id) if ledger is None else ledger)
    return {
        "target": clock.target,
        "name": str(sla.TARGETS[clock.target]),
        "step": step_of(clock),
        "cycle": clock.cycle,
        "state": str(clock.state),
        "started_at": clock.started_at,
        "due_at": None if clock.paused_at else clock.due_at,
        "remaining_seconds": clock.remaining_seconds,
        "breached_at": clock.breached_at,
        "stopped_at": clock.stopped_at,
        "policy": named(policy, policy.content.name),
        "calendar": {
            **named(calendar, calendar.content.name._asdict()),
            "time_zone": calendar.content.time_zone,
            "announced_from": calendar.content.announced_from,
            "announced_until": calendar.content.announced_until,
        },
        "policy_minutes": usual,
        "priority_factor": factor_of(clock, policy.content, usual),
        "target_minutes": clock.target_minutes,
        "pauses": pauses,
        "rows": list(_rows(clock, calendar.content, pauses)),
    }


def named(version, name):
    """Which version of what; the shop's own are numbered apart from those of the defaults."""
    return {
        "code": version.code,
        "number": version.number,
        "is_default": version.shop_id is None,
        "name": name,
    }


def step_of(clock):
    """The step that a partner's answer ends: {"code", "title"}; None for every other target."""
    if not clock.step_code:
        return None
    for run in Run.objects.filter(ticket_id=clock.ticket_id).order_by("-started_at", "-id"):
        for step in compiled(run.version_id).content.steps:
            if step.code == clock.step_code:
                return {"code": step.code, "title": step.title}
    return {"code": clock.step_code, "title": {"zh": clock.step_code, "en": clock.step_code}}


def factor_of(clock, policy, usual):
    """The policy's own factor that made the target, for a ratio of rounded minutes is another; 1 where none did."""
    if clock.target_minutes == usual:
        return 1
    for priority, factor in policy.priority_factor.items():
        if sla.target_minutes(policy, clock.target, priority) == clock.target_minutes:
            return factor
    return round(clock.target_minutes / usual, 2)


def pauses_of(clock, ledger):
    """The ticket's pauses that this clock stood still for, cut to its own life."""
    end = clock.stopped_at or clock.paused_at or clock.due_at
    return [
        {
            "from": max(pause.started_at, clock.started_at),
            "to": pause.ended_at,
            "waiting_on": pause.waiting_on,
        }
        for pause in sorted(ledger, key=lambda pause: (pause.started_at, pause.pk))
        if pause.started_at <= end and (pause.ended_at is None or pause.ended_at > clock.started_at)
        if sla.pause_reason(clock, pause.waiting_on, ())
    ]


def _rows(clock, calendar, pauses):
    begin = clock.started_at
    for pause in pauses:
        yield from calendar.explain(begin, min(pause["from"], clock.due_at))
        yield {**pause, "minutes": 0, "reason": "paused", "name": None}
        if pause["to"] is None:
            return
        begin = pause["to"]
    yield from calendar.explain(begin, clock.due_at)
