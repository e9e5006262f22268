"""100 % is a level of every policy: what is late is marked and told, whatever the policy does there."""

import pytest

from aftersales.events.models import Event
from tests.tickets.sla_cases import HOUR, MINUTE, clock_of, open_tickets, policy_body, publish_policy
from tickets import sla
from tickets.content.sla import parse_sla

pytestmark = pytest.mark.django_db


def amber_at(*percents):
    return [{"at_percent": percent, "actions": ["show_amber"]} for percent in percents]


@pytest.mark.parametrize("percents", [(), (75,), (75, 150), (100,)])
def test_a_late_clock_is_marked_and_told(shop, stage, advance_clock, drain, percents):
    publish_policy(shop, levels=amber_at(*percents))
    ticket = open_tickets(shop, 1)[0]
    advance_clock(hours=1, seconds=1)
    drain()

    clock = clock_of(ticket, "first_response")
    levels = clock.firings.order_by("id").values_list("level", flat=True)
    assert (clock.breached_at, clock.fired) == (clock.due_at, 100)
    assert list(levels) == [*(percent for percent in percents if percent < 100), 100]
    events = Event.objects.filter(stream=ticket.stream, kind__startswith="sla.")
    assert [(event.kind, event.data["level"]) for event in events] == [("sla.breach", 100)]
    assert clock.next_try_at == (ticket.created_at + 1.5 * HOUR if 150 in percents else None)


def test_it_is_awaited_like_any_other(shop, stage):
    publish_policy(shop, levels=amber_at(75))
    clock = clock_of(open_tickets(shop, 1)[0], "first_response")

    assert sla.next_level_at(clock, clock.started_at) == clock.started_at + 45 * MINUTE
    assert sla.next_level_at(clock, clock.started_at, 75) == clock.due_at
    assert sla.next_level_at(clock, clock.started_at, 100) is None


def test_a_level_that_the_policy_writes_there_is_its_own():
    policy = parse_sla(policy_body())

    assert policy.passed is policy.levels
    assert [level.percent for level in parse_sla(policy_body(levels=amber_at(50, 150))).passed] == [
        50,
        100,
        150,
    ]
