"""What is missed and what is not, where versions of a policy set different targets."""

import pytest

from tests.tickets.sla_cases import clock_of, open_tickets, publish_policy, states
from tickets.actions.clock_healing import heal_clocks
from tickets.models import HealedClocks, SlaClock
from tickets.queries.clock_truth import off_their_clocks

pytestmark = pytest.mark.django_db
FEW = {"first_response": 60, "resolution": 1440}


@pytest.fixture
def pinned(shop, stage):
    """Two requests by a version that sets few targets; the one in force sets more, and they were left pinned."""
    publish_policy(shop, targets=FEW)
    tickets = open_tickets(shop, 2)
    publish_policy(shop)
    return tickets


def test_a_target_that_only_a_newer_version_sets_is_not_missed(pinned):
    assert heal_clocks() == 0
    assert not HealedClocks.objects.exists()
    assert set(states(pinned[0])) == {"first_response 1", "resolution 1", "promise 1"}


def test_what_their_own_version_sets_is_missed(pinned):
    one, other = pinned
    clock_of(one, "resolution").delete()

    assert off_their_clocks([one.pk, other.pk]) == [one.pk]
    assert heal_clocks() == 1
    assert clock_of(one, "resolution").state == "running"


def test_a_target_that_the_version_in_force_has_no_more_is_not_missed(shop, stage):
    publish_policy(shop)
    ticket = open_tickets(shop, 1)[0]
    publish_policy(shop, targets=FEW)
    clock_of(ticket, "communicate").delete()

    assert off_their_clocks([ticket.pk]) == []


def test_where_no_clock_is_left_the_version_in_force_says_what_is_missed(pinned):
    SlaClock.objects.all().delete()

    assert heal_clocks() == 2
    assert "communicate 1" in states(pinned[0])
