"""Requests whose lives are short enough to count in the head: round the clock, an hour to reply, four for a stage."""

import pytest
from django.db import connection
from django.db.models import F

from aftersales.events.actors import Actor
from aftersales.history.models import Fact, Tally
from tests.tickets.sla_cases import open_tickets, publish_policy
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import hear_customer, reply_to_customer
from tickets.actions.moves import reject_ticket

KEY = ("scope", "grain", "category_id", "day", "hour", "team_id", "person_id", "measure", "led_to")
SUMS = ("count", "met", "missed", "timed", "seconds", "elapsed", "target_seconds", "buckets", "counts")


@pytest.fixture
def policy(shop):
    return publish_policy(shop)


@pytest.fixture
def lived(shop, policy, amy, advance_clock, drain):
    """Asked, taken after half an hour, answered after an hour and a half (late), asked again, answered, turned down."""
    ticket = open_tickets(shop, 1)[0]
    by = Actor.staff(amy)
    advance_clock(minutes=30)
    take_ticket(ticket, by=by)
    advance_clock(minutes=60)
    drain()
    reply_to_customer(ticket, body="We are on it.", by=by)
    advance_clock(minutes=10)
    hear_customer(ticket, body="And?", by=by)
    advance_clock(minutes=20)
    reply_to_customer(ticket, body="Soon.", by=by)
    advance_clock(minutes=60)
    reject_ticket(ticket, reason="Not ours.", by=by)
    drain()
    ticket.refresh_from_db()
    return ticket


def facts_of(ticket):
    """{measure: Fact}, of a request that has each once."""
    return {fact.measure: fact for fact in Fact.objects.filter(ticket=ticket).order_by("id")}


def tallies():
    """{key: sums} of everything."""
    rows = Tally.objects.annotate(shop=F("shop_id")).values("shop", *KEY, *SUMS)
    return {
        (row["shop"], *(str(row[name]) for name in KEY)): tuple(str(row[name]) for name in SUMS)
        for row in rows
    }


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount
