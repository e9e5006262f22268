"""The wall's numbers counted the long way round: what the kept counts must come to."""

from collections import Counter
from datetime import timedelta

from django.db import connection

from aftersales import invariants
from aftersales.clock import now
from aftersales.events.actors import Actor
from tickets.actions.waiting import fold_waiting
from tickets.models import NEVER, Ticket
from tickets.queries.due_hours import HOUR, hours_ahead
from tickets.queries.waiting import HORIZONS, waiting

HOURS = 8
RULE = next(rule for rule in invariants.rules() if rule.name == "wall_counts_what_is_open")


def kept(user, at=None, team=None):
    """{(cut, team, stage, assignee, waiting on): {name: number}} as the wall reads it, without the zeros."""
    actor, at = Actor.staff(user), at or now()
    tickets = Ticket.objects.visible_to(actor).open()
    tickets = tickets.filter(team=team) if team else tickets
    cells = waiting(tickets, user.shop_ids(), at, hours=HOURS, team_id=team.pk if team else None)
    found = {
        (each.cut, each.team_id, each.stage, each.assignee_id, each.waiting_on): nonzero(
            named(each.numbers, at)
        )
        for each in cells
    }
    return {key: numbers for key, numbers in found.items() if numbers}


def counted(user, at=None, team=None):
    """The same, request by request."""
    at = at or now()
    found = {}
    tickets = Ticket.objects.visible_to(Actor.staff(user)).open()
    for ticket in tickets.filter(team=team) if team else tickets:
        for key in (
            ("place", ticket.team_id, ticket.stage, None, ticket.waiting_on),
            ("person", ticket.team_id, "", ticket.assignee_id, ticket.waiting_on),
        ):
            found.setdefault(key, Counter()).update(where(ticket.next_due_at, at))
    return {key: dict(numbers) for key, numbers in found.items()}


def where(due_at, at):
    yield "open"
    if due_at < at:
        yield "late"
    elif due_at != NEVER:
        yield from (f"in {ahead} h" for ahead in HORIZONS if due_at < at + timedelta(hours=ahead))
        yield from (f"{hour:%d %H}" for hour in hours_ahead(at, HOURS) if hour <= due_at < hour + HOUR)


def named(numbers, at):
    hours = (f"{hour:%d %H}" for hour in hours_ahead(at, HOURS))
    return {
        "open": numbers.open,
        "late": numbers.late,
        **{f"in {ahead} h": number for ahead, number in zip(HORIZONS, numbers.ahead, strict=True)},
        **dict(zip(hours, numbers.hours, strict=True)),
    }


def nonzero(numbers):
    return {name: number for name, number in numbers.items() if number}


def same(user):
    """The wall's numbers are those counted one by one: as noted, and once they are in the cells."""
    at = now()
    assert kept(user, at) == counted(user, at)
    fold_waiting()
    assert kept(user, at) == counted(user, at)
    with connection.cursor() as cursor:
        assert invariants.ask(cursor, RULE).count == 0


def spoil():
    """As rows written with the triggers off do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE tickets_ticket SET stage = 'resolve'")
        cursor.execute("SET LOCAL session_replication_role = origin")
