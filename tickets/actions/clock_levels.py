"""What happens when clocks pass a level of their target: each level once, a whole batch in few statements."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection

from aftersales.clock import db_now
from aftersales.events.actors import Actor
from aftersales.events.log import record_events
from aftersales.sets import insert_many
from staff.actions.notices import Notice, notify_many
from staff.models import Role
from staff.rosters import Roster, people
from tickets import sla
from tickets.models import Priority, SlaFiring, Ticket
from tickets.sla_events import level_data

SLA = Actor.system("sla")
PRIORITIES = list(Priority)
# Whom an action tells, by role; the assignee and the team's lead are found from the ticket.
TELLS = {
    "notify_supervisor": Role.SUPERVISOR,
    "add_watcher:supervisor": Role.SUPERVISOR,
    "reassign_to:supervisor": Role.SUPERVISOR,
    "notify_manager": Role.MANAGER,
    "notify_director": Role.MANAGER,
    "add_watcher:manager": Role.MANAGER,
    "reassign_to:manager": Role.MANAGER,
}
UNSEEN = {"show_amber"}  # the queue shows it by itself; nobody has to read that it happened

WRITE_CLOCKS = """
UPDATE tickets_slaclock AS clock
   SET next_try_at = new.next_try_at, breached_at = new.breached_at, fired = new.fired, attempts = 0,
       last_error = ''
  FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::smallint[])
       AS new (id, next_try_at, breached_at, fired)
 WHERE clock.id = new.id
"""
WRITE_TICKETS = """
UPDATE tickets_ticket AS ticket
   SET priority = new.priority, assignee_id = new.assignee_id,
       version = ticket.version + 1, updated_at = %s
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS new (id, priority, assignee_id)
 WHERE ticket.id = new.id
"""


@dataclass
class Touched:
    """What of a ticket a level reads and changes; a whole batch is made of these."""

    pk: int
    number: str
    subject: str
    shop_id: int
    team_id: int | None
    assignee_id: int | None
    priority: str

    @property
    def stream(self):
        return f"ticket:{self.pk}"


@dataclass
class Passed:
    """One level that one clock passed, and what it did."""

    clock: object
    level: object
    ticket: Touched
    told: dict = field(default_factory=dict)  # user id -> user
    effects: dict = field(default_factory=dict)

    @property
    def kind(self):
        return "sla.breach" if self.level.percent >= sla.BREACH_PERCENT else "sla.warn"

    @cached_property
    def data(self):
        """What the event and the notices say; asked once all is done."""
        return level_data(self.clock, self.level.percent, **self.effects)

    @property
    def is_told(self):
        return not UNSEEN.issuperset(self.level.actions)


def fire_levels(clocks):
    """Fire every level that these locked clocks have reached, lowest first, and set when the next is due.

    Their tickets are locked too. The database's clock alone says what is reached: a clock that was
    paused or stopped meanwhile is not among them, and one that comes late fires all it missed.
    """
    moment, passed = _passed(clocks)
    insert_many(
        SlaFiring,
        ["clock", "level", "due_version", "fired_at"],
        [(one.clock.pk, one.level.percent, one.clock.due_version, moment) for one in passed],
    )
    _act(passed, moment)
    for kind in ("sla.warn", "sla.breach"):
        rows = [(one.ticket, one.data) for one in passed if one.kind == kind and one.is_told]
        if rows:
            record_events(rows, kind, by=SLA)
    _write_clocks(clocks)


def _passed(clocks):
    rows = Ticket.objects.filter(pk__in={clock.ticket_id for clock in clocks})
    rows = rows.values_list(
        db_now(), "pk", "number", "subject", "shop_id", "team_id", "assignee_id", "priority"
    )
    tickets = {pk: Touched(pk, *rest) for moment, pk, *rest in rows}
    moment = rows[0][0]
    passed = []
    for clock in clocks:
        used = sla.time_used(clock, moment)
        for level in sla.levels_due(clock, moment, clock.fired, used=used):
            passed.append(Passed(clock, level, tickets[clock.ticket_id]))
            clock.fired = level.percent
        if clock.fired >= sla.BREACH_PERCENT:
            clock.breached_at = clock.breached_at or clock.due_at
        clock.next_try_at = sla.next_level_at(clock, moment, clock.fired, used=used)
    return moment, passed


def _write_clocks(clocks):
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_CLOCKS,
            [
                [clock.pk for clock in clocks],
                [clock.next_try_at for clock in clocks],
                [clock.breached_at for clock in clocks],
                [clock.fired for clock in clocks],
            ],
        )


# -- effects ------------------------------------------------------------------


def _act(passed, moment):
    """Raise priorities, hand tickets over, put notices into inboxes: what the levels' actions say."""
    told = [one for one in passed if one.is_told]
    if not told:
        return
    roster = Roster({one.ticket.shop_id for one in told}, set(TELLS.values()))
    assignees = people({one.ticket.assignee_id for one in told if one.ticket.assignee_id})
    changed = {}
    for one in told:
        before = (one.ticket.priority, one.ticket.assignee_id)
        for action in one.level.actions:
            _do(action, one, roster, assignees)
        if before != (one.ticket.priority, one.ticket.assignee_id):
            changed[one.ticket.pk] = one.ticket
    _write_tickets(list(changed.values()), moment)
    notify_many(_notices(told))


# What nobody has read yet of a request's clocks is stale once worse is told; a warning hides no breach.
REPLACES = {"sla.warn": ("sla.warn",), "sla.breach": ("sla.warn", "sla.breach")}


def _notices(told):
    """Each person hears once of a request: the worst of what its clocks passed together, and of that the last."""
    worst = {}
    for one in sorted(told, key=lambda one: one.kind == "sla.breach"):
        for user in (user for user in one.told.values() if one.kind not in user.muted_kinds):
            worst[user.pk, one.ticket.pk] = (user, one)
    return [
        Notice(
            [user],
            one.kind,
            f"sla-{one.clock.pk}-{one.level.percent}-{one.clock.due_version}",
            one.ticket.shop_id,
            one.ticket.number,
            {**one.data, "subject": one.ticket.subject},
            REPLACES[one.kind],
        )
        for user, one in worst.values()
    ]


def _do(action, one, roster, assignees):
    ticket = one.ticket
    if action == "raise_priority":
        _raise_priority(one)
    elif action == "notify_assignee":
        _tell(
            one, [assignees[ticket.assignee_id]] if ticket.assignee_id in assignees else _leads(one, roster)
        )
    elif action == "notify_team_lead":
        _tell(one, _leads(one, roster))
    elif role := TELLS.get(action):
        chosen = roster.of_role(role, team_id=ticket.team_id, shop_id=ticket.shop_id)
        _tell(one, chosen)
        if action.startswith("reassign_to:"):
            _hand_over(one, chosen, assignees)


def _tell(one, users):
    one.told.update((user.pk, user) for user in users)


def _leads(one, roster):
    """The team's leads; where there is none, its supervisors."""
    ticket = one.ticket
    return roster.leads(ticket.team_id) or roster.of_role(
        Role.SUPERVISOR, team_id=ticket.team_id, shop_id=ticket.shop_id
    )


def _raise_priority(one):
    raised = PRIORITIES[min(PRIORITIES.index(one.ticket.priority) + 1, len(PRIORITIES) - 1)]
    if raised != one.ticket.priority:
        one.ticket.priority = one.effects["priority"] = str(raised)


def _hand_over(one, chosen, assignees):
    """To one of the chosen, unless one of them has it already; spread by the ticket's own number."""
    if chosen and one.ticket.assignee_id not in {user.pk for user in chosen}:
        user = chosen[one.ticket.pk % len(chosen)]
        one.ticket.assignee_id = user.pk
        one.effects |= {"assignee": user.username, "person_id": user.pk}
        assignees[user.pk] = user


def _write_tickets(tickets, moment):
    if not tickets:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_TICKETS,
            [
                moment,
                [ticket.pk for ticket in tickets],
                [ticket.priority for ticket in tickets],
                [ticket.assignee_id for ticket in tickets],
            ],
        )
