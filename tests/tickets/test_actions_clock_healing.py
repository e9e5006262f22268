import pytest

from aftersales import due
from tests.tickets.sla_cases import HOUR, clock_of, open_tickets, publish_policy, states, sync
from tickets.actions.clock_healing import ClockHealing, heal_clocks
from tickets.models import SlaClock, Stage, Ticket
from tickets.queries.clocks import tickets_off_their_clocks


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


def test_whole_tickets_are_left_alone(shop, ticket):
    assert tickets_off_their_clocks(shop, 10) == []
    assert heal_clocks() == 0


@pytest.mark.parametrize("target", ["first_response", "communicate", "resolution", "promise"])
def test_a_missing_clock_is_started_again(ticket, target):
    due_at = clock_of(ticket, target).due_at
    SlaClock.objects.filter(ticket=ticket, target=target).delete()
    Ticket.objects.update(next_due_at=ticket.created_at)

    healed = heal_clocks()

    ticket.refresh_from_db()
    assert (healed, clock_of(ticket, target).due_at) == (1, due_at)
    assert ticket.next_due_at == ticket.created_at + HOUR


def test_a_missing_stage_is_started_again(shop, ticket):
    Ticket.objects.update(stage=Stage.INSPECT)

    assert heal_clocks() == 1
    assert (states(ticket)["communicate 1"], states(ticket)["inspect 1"]) == ("met", "running")


def test_a_question_without_a_clock_gets_one(shop, ticket):
    at = ticket.created_at
    sync(ticket, at + HOUR, first_responded_at=at + HOUR)
    Ticket.objects.update(last_customer_message_at=at + 2 * HOUR)

    assert heal_clocks() == 1
    assert clock_of(ticket, "next_response").started_at == at + 2 * HOUR


def test_a_question_that_was_answered_is_whole(shop, ticket):
    at = ticket.created_at
    sync(ticket, at + HOUR, first_responded_at=at + HOUR)
    Ticket.objects.update(last_customer_message_at=at + 2 * HOUR, last_reply_at=at + 3 * HOUR)

    assert heal_clocks() == 0


def test_a_ticket_that_ended_needs_no_clocks(shop, ticket):
    sync(ticket, ticket.created_at + HOUR, stage="done", status="resolved", resolved_at=ticket.created_at)
    SlaClock.objects.all().delete()

    assert heal_clocks() == 0


def test_a_policy_without_the_target_lacks_nothing(shop, ticket):
    publish_policy(shop, targets={"first_response": 60, "resolution": 1440})
    Ticket.objects.update(stage=Stage.INSPECT)

    assert tickets_off_their_clocks(shop, 10) == []


def test_so_many_at_a_time(shop):
    tickets = open_tickets(shop, 3)
    SlaClock.objects.all().delete()

    assert [heal_clocks(limit=2), heal_clocks(limit=2), heal_clocks(limit=2)] == [2, 1, 0]
    assert SlaClock.objects.filter(ticket__in=tickets).count() == 12


def test_a_worker_looks_once_a_minute(ticket, monkeypatch):
    SlaClock.objects.all().delete()
    healing = ClockHealing()

    assert healing.drain_once() == 0
    healing._next_look = 0
    assert [healing.drain_once(), healing.drain_once()] == [1, 0]


def test_the_look_is_part_of_the_sla_queue():
    assert {"sla", "sla-heal"} <= {kind.name for kind in due.kinds_on("sla")}


def test_the_healed_fire_what_is_long_due(ticket, advance_clock, drain):
    SlaClock.objects.all().delete()
    advance_clock(hours=3)
    heal_clocks()

    drain()

    assert clock_of(ticket, "first_response").firings.count() == 4
