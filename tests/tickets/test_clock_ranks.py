"""Which of many clocks fires first: those of the urgent, however late the others are."""

from datetime import timedelta

import pytest

from aftersales import due
from aftersales.clock import now
from tests.tickets.sla_cases import open_tickets, sync
from tickets.models import SlaClock
from tickets.sla import RANKS

pytestmark = pytest.mark.django_db


def ranks(ticket):
    return set(SlaClock.objects.filter(ticket=ticket).values_list("rank", flat=True))


def test_of_many_the_urgent_fire_first(shop, stage, advance_clock):
    tickets = open_tickets(shop, 4)
    kind = due.KINDS["sla"]
    for ticket, priority in zip(tickets, ("low", "normal", "urgent", "high"), strict=True):
        sync(ticket, now(), priority=priority)
    advance_clock(hours=1, seconds=1)

    ids = kind.find()
    found = SlaClock.objects.in_bulk(ids)

    order = [found[pk].ticket_id for pk in ids if found[pk].target == "first_response"]
    low, normal, urgent, high = (ticket.pk for ticket in tickets)
    assert order == [urgent, high, normal, low]


def test_batches_go_on_from_rank_to_rank(shop, stage, advance_clock):
    """Also where one ends in the midst of a rank, and its clocks are all due at the same time."""
    kind = due.DueKind(SlaClock, name="ranked", queue="tests", fire=None, batch=2, ranks=range(len(RANKS)))
    for ticket, priority in zip(open_tickets(shop, 5), ("low", *["normal"] * 3, "urgent"), strict=True):
        sync(ticket, now(), priority=priority)
    SlaClock.objects.exclude(target="first_response").update(next_try_at=None)
    SlaClock.objects.filter(target="first_response").update(next_try_at=now())
    advance_clock(seconds=1)

    found = [kind.find() for _turn in range(3)]

    rank_of = dict(SlaClock.objects.values_list("pk", "rank"))
    assert [[rank_of[pk] for pk in ids] for ids in found] == [[0, 2], [2, 2], [3]]


def test_a_clock_ranks_as_its_request_does(ticket):
    assert ranks(ticket) == {2}
    sync(ticket, now(), priority="urgent")
    assert ranks(ticket) == {0}


def test_a_raised_priority_ranks_all_clocks_of_the_request(ticket, advance_clock, drain):
    advance_clock(hours=1, seconds=1)
    drain()

    assert ranks(ticket) == {1}


def test_a_late_clock_of_any_rank_is_noticed(ticket, advance_clock):
    kind = due.KINDS["sla"]
    assert not kind.is_late(timedelta(seconds=1))
    sync(ticket, now(), priority="low")

    advance_clock(hours=2)

    assert kind.is_late(timedelta(seconds=1))
