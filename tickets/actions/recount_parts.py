"""A part of a recount: some tickets locked, their clocks moved together, and how far it is, in one transaction."""

import json
from datetime import timedelta

from django.db import connection

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.log import record_event, record_events
from aftersales.sets import insert_many
from tickets.models import NEVER, ClockState, Pause, RecountState, SlaClock
from tickets.queries.policies import BY_CATEGORY
from tickets.queries.recount_begun import begun_clocks
from tickets.queries.recounts import aim_of, open_clocks, tickets_around, window
from tickets.recounting import STARTED, Clock, Move, Tally, bring_under, pausing_for
from tickets.sla_events import recount_data, rule_data

DESK = Actor.system("desk")
SIZE = 2_000  # clocks in a part: a person who waits for one of their tickets waits a fraction of a second
LATER = timedelta(seconds=1)  # until those that somebody was at work on are looked at again
SUMS = ("looked", "written", "moved", "late", "relieved", "ended")

# Why a policy was chosen stays, with the version that it was chosen by: the first, however often it is counted.
WRITE_CLOCKS = """
UPDATE tickets_slaclock AS clock
   SET policy_id = new.policy_id, calendar_id = new.calendar_id, target_minutes = new.target_minutes,
       choice = CASE WHEN clock.policy_id = new.policy_id THEN clock.choice
                     ELSE jsonb_build_object('version', clock.policy_id) || coalesce(clock.choice, %s::jsonb) END,
       state = new.state, due_at = new.due_at, due_version = new.due_version,
       remaining_seconds = new.remaining_seconds, fired = new.fired, paused_at = new.paused_at,
       breached_at = new.breached_at, stopped_at = new.stopped_at, next_try_at = new.next_try_at
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::integer[], %s::text[], %s::timestamptz[],
              %s::smallint[], %s::integer[], %s::smallint[], %s::timestamptz[], %s::timestamptz[],
              %s::timestamptz[], %s::timestamptz[])
       AS new (id, policy_id, calendar_id, target_minutes, state, due_at, due_version, remaining_seconds, fired,
               paused_at, breached_at, stopped_at, next_try_at)
 WHERE clock.id = new.id
"""
WRITE_TICKETS = """
UPDATE tickets_ticket AS ticket SET next_due_at = new.next_due_at
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS new (id, next_due_at)
 WHERE ticket.id = new.id
"""


def fire_recounts(recounts):
    """The next part of each of these locked rows."""
    for recount in recounts:
        fire_part(recount)


def fire_part(recount):
    aim = aim_of(recount)
    last, ids = window(recount, aim, SIZE) if aim.old_ids else (None, None)
    if last is not None:
        recount.position, recount.next_try_at = last, now()
        recount.skipped += move_clocks(recount, aim, ids or [])
    elif recount.skipped:
        recount.skipped = move_clocks(recount, aim, recount.skipped[:SIZE]) + recount.skipped[SIZE:]
        recount.next_try_at = now() + LATER if recount.skipped else now()
    else:
        finish(recount)
    recount.attempts, recount.last_error = 0, ""
    recount.save()


def move_clocks(recount, aim, ids):
    """Returns the ids of the tickets that somebody is at work on just now."""
    is_tried = aim.version_id is None
    around = tickets_around(ids, lock=not is_tried)
    clocks, tally, at = open_clocks(list(around)), Tally(), now()
    changed, moves, had = [], [], {}
    for pk, surroundings in around.items():
        for clock in filter(aim.means, clocks[pk]):
            had.setdefault(pk, set()).add(clock.policy_id)
            before, told_before = clock.written(), lateness_of(clock)
            move = bring_under(clock, aim, surroundings, at)
            tally.add(move, surroundings.team_id)
            if not is_tried and clock.written() != before:
                changed.append(clock)
                moves.append((move, lateness_of(clock) != told_before))
    begun = begun_clocks(aim, had, clocks, around, at)
    for clock, _row in begun:
        tally.add_started(clock, at)
    if not is_tried:
        tally.written = len(changed) + len(begun)
        begin(begun, clocks, moves)
        write([*changed, *(clock for clock, _row in begun)], clocks, around, aim, at)
        tell_of(moves, recount)
    for name in SUMS:
        setattr(recount, name, getattr(recount, name) + getattr(tally, name))
    recount.found = tally.found_with(recount.found)
    return [pk for pk in ids if pk not in around]


# -- writing --------------------------------------------------------------------------------


def begin(begun, clocks, moves):
    """The clocks of targets that are new; one that stands still and is late already is told of."""
    rows = [
        SlaClock(**{name: getattr(clock, name) for name in Clock.__slots__} | row) for clock, row in begun
    ]
    for (clock, _row), written in zip(begun, SlaClock.objects.bulk_create(rows), strict=True):
        clock.id = written.pk
        clocks[clock.ticket_id].append(clock)
        moves.append((Move(clock, clock.due_at, clock.due_at), clock.breached_at is not None))


def write(changed, clocks, around, aim, at):
    if not changed:
        return
    columns = zip(*((clock.id, *clock.written()) for clock in changed), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_CLOCKS, [json.dumps(BY_CATEGORY), *(list(column) for column in columns)])
        due = [(pk, next_due(clocks[pk])) for pk in {clock.ticket_id for clock in changed}]
        due = [(pk, at_) for pk, at_ in due if at_ != around[pk].next_due_at]
        if due:
            cursor.execute(WRITE_TICKETS, [list(column) for column in zip(*due, strict=True)])
    if aim.kind == "sla":
        keep_ledgers(changed, clocks, around, aim, at)


def next_due(clocks):
    return min((clock.due_at for clock in clocks if clock.state == ClockState.RUNNING), default=NEVER)


def keep_ledgers(changed, clocks, around, aim, at):
    """A policy that pauses for others than before begins and ends intervals of the ledger, as an action does."""
    ends, begins = [], []
    for pk in {clock.ticket_id for clock in changed}:
        whom = pausing_for(clocks[pk], lambda clock: aim.contents(clock.policy_id), around[pk])
        if whom == around[pk].paused_on:
            continue
        if around[pk].paused_on:
            ends.append(pk)
        if whom:
            begins.append((pk, whom.value, at))
    Pause.objects.filter(ticket__in=ends, ended_at=None).update(ended_at=at)
    insert_many(Pause, ["ticket", "waiting_on", "started_at"], begins)


class _Ticket:
    """What an event asks of its subject."""

    def __init__(self, clock):
        self.stream, self.shop_id = f"ticket:{clock.ticket_id}", clock.shop_id


def lateness_of(clock):
    """What is told of a clock that is late: since when, and by which target of which policy."""
    return clock.breached_at and (clock.breached_at, clock.target_minutes, clock.policy_id)


def tell_of(moves, recount):
    """The history of those that are late by it, or late no more, or late otherwise, or owe it no more; the
    others' page of the clock names the version. Whoever follows the feed learns of lateness by nothing else."""
    rule = rule_data(recount.version)
    rows = [
        (_Ticket(move.clock), recount_data(move, rule))
        for move, is_late_otherwise in moves
        if move.is_late or move.is_relieved or move.is_ended or is_late_otherwise
    ]
    if rows:
        record_events(rows, "sla.recount", by=DESK)


def finish(recount):
    recount.state, recount.ended_at, recount.next_try_at = RecountState.FINISHED, now(), None
    if not recount.is_preview:
        sums = {name: getattr(recount, name) for name in (*SUMS, *STARTED)}
        data = {"code": recount.code, **rule_data(recount.version), **sums}
        record_event(recount, "recount.finish", by=DESK, data=data)
