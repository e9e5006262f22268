"""What happens when clocks pass a level of their target: each level once, a whole batch in few statements."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection

from aftersales.clock import db_now
from aftersales.events.actors import Actor
from aftersales.events.log import record_events
from aftersales.sets import insert_many
from tickets import sla
from tickets.actions.level_effects import act, start_steps
from tickets.models import SlaFiring, Ticket
from tickets.sla_events import event_kind, level_data

SLA = Actor.system("sla")
UNSEEN = {"show_amber"}  # of a warning; the queue shows it by itself, nobody has to read that it happened

WRITE_CLOCKS = """
UPDATE tickets_slaclock AS clock
   SET next_try_at = new.next_try_at, fired = new.fired, rank = new.rank, attempts = 0, last_error = '',
       breached_at = CASE WHEN new.fired >= %s THEN coalesce(breached_at, due_at) ELSE breached_at END
  FROM unnest(%s::bigint[], %s::timestamptz[], %s::smallint[], %s::smallint[]) AS new (id, next_try_at, fired, rank)
 WHERE clock.id = new.id
"""
# The other clocks of requests whose priority rose; an index of their own finds the open ones.
WRITE_RANKS = """
UPDATE tickets_slaclock AS clock
   SET rank = new.rank
  FROM unnest(%s::bigint[], %s::smallint[]) AS new (ticket_id, rank)
 WHERE clock.ticket_id = new.ticket_id AND clock.state IN ('running', 'paused') AND clock.rank <> new.rank
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
    followers: list

    @property
    def stream(self):
        return f"ticket:{self.pk}"


@dataclass
class Passed:
    """One level that one clock passed, and what it did."""

    clock: object
    level: object
    ticket: Touched
    told: dict = field(default_factory=dict)  # user id or address -> user or address
    effects: dict = field(default_factory=dict)

    @property
    def kind(self):
        return event_kind(self.level.percent)

    @cached_property
    def data(self):
        """What the event and the notices say; asked once all is done."""
        return level_data(self.clock, self.level.percent, **self.effects)

    def forget(self):
        """What was done is undone."""
        self.told, self.effects = {}, {}
        vars(self).pop("data", None)

    @property
    def is_told(self):
        return self.kind == "sla.breach" or not UNSEEN.issuperset(self.level.actions)


def fire_levels(clocks):
    """Fire every level that these locked clocks have reached, lowest first, and set when the next is due.

    Their tickets are locked too. The database's clock alone says what is reached: a clock that was
    paused or stopped meanwhile is not among them, and one that comes late fires all it missed. Whatever
    becomes of the effects, the firings, the breaches and their events are written.
    """
    moment, passed = _passed(clocks)
    insert_many(
        SlaFiring,
        ["clock", "level", "due_version", "fired_at"],
        [(one.clock.pk, one.level.percent, one.clock.due_version, moment) for one in passed],
    )
    told = [one for one in passed if one.is_told]
    act(told, moment)
    for kind in ("sla.warn", "sla.breach"):
        rows = [(one.ticket, one.data) for one in told if one.kind == kind]
        if rows:
            record_events(rows, kind, by=SLA)
    _write_clocks(clocks, told)
    for one in told:
        start_steps(one, by=SLA)


def _passed(clocks):
    rows = Ticket.objects.filter(pk__in={clock.ticket_id for clock in clocks})
    rows = rows.values_list(
        db_now(), "pk", "number", "subject", "shop_id", "team_id", "assignee_id", "priority", "followers"
    )
    tickets = {pk: Touched(pk, *rest) for moment, pk, *rest in rows}
    moment = rows[0][0]
    passed = []
    for clock in clocks:
        used = sla.time_used(clock, moment)
        for level in sla.levels_due(clock, moment, clock.fired, used=used):
            passed.append(Passed(clock, level, tickets[clock.ticket_id]))
            clock.fired = level.percent
        clock.next_try_at = sla.next_level_at(clock, moment, clock.fired, used=used)
    return moment, passed


def _write_clocks(clocks, told):
    ranks = {one.ticket.pk: sla.rank_of(one.ticket.priority) for one in told}
    for clock in clocks:
        clock.rank = ranks.get(clock.ticket_id, clock.rank)
    raised = sorted({one.ticket.pk for one in told if "priority" in one.effects})
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE_CLOCKS,
            [
                sla.BREACH_PERCENT,
                [clock.pk for clock in clocks],
                [clock.next_try_at for clock in clocks],
                [clock.fired for clock in clocks],
                [clock.rank for clock in clocks],
            ],
        )
        if raised:
            cursor.execute(WRITE_RANKS, [raised, [ranks[pk] for pk in raised]])
