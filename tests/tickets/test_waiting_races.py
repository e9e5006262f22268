"""Counts on committed data, with many at once: writers, drains and recounts; never one too many or too few."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from aftersales import invariants
from aftersales.clock import now
from aftersales.errors import Refused
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tests.races.at_once import at_once
from tests.tickets.waiting_counts import counted, kept
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.waiting import WAITING_LOCK, fold_waiting, heal_waiting, recount_waiting
from tickets.models import Ticket, WaitingCount
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def open_one(shop):
    return open_ticket(shop, read_ticket(ticket_body(lines=[], external_id="")), by=SYSTEM)[0]


def test_drains_and_recounts_among_writers_lose_nothing(shop, order, amy, leo):
    standing = [open_one(shop) for _n in range(8)]
    deeds = [partial(open_one, shop) for _n in range(6)]
    deeds += [partial(take_ticket, ticket, by=Actor.staff(amy)) for ticket in standing]
    deeds += [partial(cancel_ticket, ticket, by=Actor.staff(leo), reason="No.") for ticket in standing[:4]]
    deeds += [fold_waiting, heal_waiting, recount_waiting] * 4

    outcomes = at_once(deeds)

    assert [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)] == []
    assert heal_waiting() == 0
    assert kept(leo) == counted(leo)
    assert invariants.broken() == {}


def test_two_that_move_the_same_requests_are_counted_once(shop, order, leo):
    for _n in range(6):
        open_one(shop)
    moves = [
        lambda: Ticket.objects.update(next_due_at=now() + timedelta(hours=1)),
        lambda: Ticket.objects.update(next_due_at=now() + timedelta(hours=5)),
        fold_waiting,
    ]

    at_once(moves * 5)

    assert kept(leo) == counted(leo)
    assert heal_waiting() == 0


def test_a_look_waits_for_nobody(shop, order, leo):
    open_one(shop)
    fold_waiting()
    WaitingCount.objects.create(
        **{
            name: value
            for name, value in WaitingCount.objects.values()[0].items()
            if name not in ("id", "slot")
        }
        | {"slot": now(), "count": 0}
    )
    with connection.copy().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [WAITING_LOCK])
        assert heal_waiting() == 0
        assert WaitingCount.objects.filter(count=0).exists()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [WAITING_LOCK])
        cursor.connection.close()

    heal_waiting()
    assert not WaitingCount.objects.filter(count=0).exists()
