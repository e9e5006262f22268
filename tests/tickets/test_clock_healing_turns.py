"""Many clocks to be put right make no deadline wait: they are, piece by piece."""

from datetime import timedelta

import pytest

from tests.tickets.sla_cases import open_tickets
from tickets.actions import clock_healing
from tickets.actions.clock_healing import ClockHealing
from tickets.models import HealedClocks, SlaClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def healing(monkeypatch):
    monkeypatch.setattr(clock_healing, "AT_ONCE", 2)
    healing = ClockHealing()
    healing._next_look = 0
    return healing


def test_what_a_look_found_is_put_right_piece_by_piece(shop, ticket, healing):
    open_tickets(shop, 4)
    SlaClock.objects.all().delete()

    assert [healing.drain_once() for _turn in range(4)] == [2, 2, 1, 0]
    assert HealedClocks.objects.count() == 5


def test_a_piece_of_nothing_to_put_right_ends_no_turn(shop, ticket, healing):
    """What was off when it was looked at may have been put right by a person since."""
    tickets = [ticket, *open_tickets(shop, 2)]
    SlaClock.objects.filter(ticket=tickets[-1]).delete()
    healing._off = [one.pk for one in tickets]

    assert [healing.drain_once(), healing.drain_once()] == [1, 0]


def test_who_has_some_left_is_late_for_the_sweep(shop, healing):
    open_tickets(shop, 3)
    SlaClock.objects.all().delete()
    healing.drain_once()

    assert healing.is_late(timedelta(hours=1))
    healing.drain_once()
    assert not healing.is_late(timedelta(hours=1))
