from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import due
from aftersales.clock import now
from aftersales.events.models import Event
from aftersales.events.telling import sentence
from tests.tickets.sla_cases import HOUR, clock_of, open_tickets, publish_policy, states, sync
from tickets.actions import clock_healing
from tickets.actions.clock_healing import ClockHealing, heal_clocks
from tickets.models import NEVER, HealedClocks, HealingRound, SlaClock, Stage, Ticket
from tickets.queries.clock_truth import (
    NEXT_OPEN,
    NEXT_WITH_CLOCKS,
    next_open,
    next_with_clocks,
    off_their_clocks,
)


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


def test_whole_tickets_are_left_alone(ticket):
    assert off_their_clocks([ticket.pk]) == []
    assert heal_clocks() == 0
    assert not HealedClocks.objects.exists()


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
    clock_of(ticket, "communicate").delete()
    Ticket.objects.update(stage=Stage.INSPECT)

    assert off_their_clocks([ticket.pk]) == []


# -- what runs and nothing owes ------------------------------------------------------


def test_a_clock_that_nothing_owes_ends(ticket):
    """As if an answer was written past the actions."""
    Ticket.objects.update(first_responded_at=ticket.created_at + HOUR / 2)

    assert heal_clocks() == 1
    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.stopped_at) == ("met", ticket.created_at + HOUR / 2)


def test_the_clocks_of_a_request_that_ended_end_when_it_did(ticket):
    ended_at = ticket.created_at + HOUR / 2
    Ticket.objects.update(stage=Stage.DONE, status="resolved", resolved_at=ended_at, updated_at=ended_at)

    assert heal_clocks() == 1
    assert set(states(ticket).values()) == {"met"}
    assert clock_of(ticket, "resolution").stopped_at == ended_at


@pytest.mark.parametrize("moved", [-HOUR, HOUR])
def test_a_nearest_due_time_that_is_not_the_clocks_own_is_put_right(ticket, moved):
    due_at = clock_of(ticket, "first_response").due_at
    Ticket.objects.update(next_due_at=due_at + moved)

    assert heal_clocks() == 1
    ticket.refresh_from_db()
    assert ticket.next_due_at == due_at
    assert HealedClocks.objects.get().due_was_wrong


def test_a_request_that_waits_for_somebody_is_never_due(ticket):
    sync(ticket, ticket.created_at, waiting_on="customer")
    Ticket.objects.update(next_due_at=ticket.created_at)

    assert heal_clocks() == 1
    ticket.refresh_from_db()
    promise = clock_of(ticket, "promise")
    assert ticket.next_due_at == (promise.due_at if promise.state == "running" else NEVER)


# -- what is told --------------------------------------------------------------------


def test_what_was_put_right_is_told(ticket, caplog):
    clock_of(ticket, "promise").delete()
    Ticket.objects.update(first_responded_at=ticket.created_at)

    heal_clocks()

    row = HealedClocks.objects.get()
    assert (row.ticket, row.shop_id) == (ticket, ticket.shop_id)
    assert (row.started, row.ended, row.due_was_wrong) == (["promise"], ["first_response"], False)
    event = Event.objects.get(stream=ticket.stream, kind="sla.heal")
    said = "The clocks were put right: Promise to the customer was missing; First reply ran without reason"
    assert sentence(event, "en") == said
    assert "首次回复" in sentence(event, "zh-hans")
    assert f"clocks of {ticket.number} put right" in caplog.text


def test_the_doctor_tells_of_it(ticket, advance_clock):
    healing = due.KINDS["sla-heal"]
    assert healing.noteworthy() == ("", "")
    SlaClock.objects.all().delete()
    heal_clocks()

    text, remedy = healing.noteworthy()
    assert "The clocks of 1 requests were put right within a day" in text
    assert "/clocks/healed" in remedy
    advance_clock(days=2)
    assert healing.noteworthy() == ("", "")


# -- where it looks ------------------------------------------------------------------


def lying(*tickets):
    """Nobody has touched them for long: only the round comes by."""
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        updated_at=now() - timedelta(days=9)
    )


def test_the_round_takes_so_many_at_a_time_and_comes_back(shop):
    tickets = open_tickets(shop, 5)
    lying(*tickets)
    SlaClock.objects.all().delete()

    assert [heal_clocks(limit=2) for _look in range(3)] == [2, 2, 1]
    assert SlaClock.objects.filter(ticket__in=tickets).count() == 20
    SlaClock.objects.filter(ticket=tickets[0]).delete()
    assert sum(heal_clocks(limit=2) for _look in range(3)) == 1


def test_what_changed_lately_is_looked_at_wherever_the_round_is(shop):
    old, new = open_tickets(shop, 2)
    lying(old)
    HealingRound.objects.create(after_shop=shop.pk + 1, after_clock=new.pk, looked_at=now())
    SlaClock.objects.all().delete()

    assert heal_clocks() == 1
    assert SlaClock.objects.filter(ticket=new).exists()


def test_a_stray_clock_of_an_old_request_is_found_by_the_round(ticket):
    ended_at = ticket.created_at
    Ticket.objects.update(stage=Stage.DONE, status="resolved", resolved_at=ended_at, updated_at=ended_at)
    lying(ticket)

    assert heal_clocks() == 1


def test_a_round_goes_through_every_shop(shop, other_shop):
    publish_policy(other_shop)
    tickets = [*open_tickets(shop, 2), *open_tickets(other_shop, 1)]

    first, place = next_open(0, 0, 2)
    rest, over = next_open(*place, 2)

    assert first + rest == [ticket.pk for ticket in tickets]
    assert over == (0, 0)
    assert next_with_clocks(0, 500)[1] == 0


def test_when_there_is_too_much_the_round_waits(shop, monkeypatch):
    monkeypatch.setattr(clock_healing, "MOST_HEALED", 1)
    open_tickets(shop, 2)
    SlaClock.objects.all().delete()

    assert [heal_clocks(), heal_clocks(), heal_clocks()] == [1, 1, 0]


def test_a_closed_shop_is_left_alone(shop, ticket):
    SlaClock.objects.all().delete()
    shop.is_active = False
    shop.save()

    assert heal_clocks() == 0


def test_a_look_costs_the_same_for_one_and_for_many(shop, stage):
    counts = []
    for many in (1, 1, 5):  # what is remembered of the catalogue is read by the first
        open_tickets(shop, many)
        with CaptureQueriesContext(connection) as queries:
            heal_clocks()
        counts.append(len(queries))

    assert counts[1] == counts[2] <= 16


@pytest.mark.parametrize(
    ("sql", "index"), [(NEXT_OPEN, "queue_by_age"), (NEXT_WITH_CLOCKS, "one_open_clock_per_target")]
)
def test_the_round_goes_by_index(ticket, sql, index):
    values = (0, 0, 100) if sql is NEXT_OPEN else (0, 100)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert index in plan
    assert "Sort" not in plan


# -- when it looks -------------------------------------------------------------------


def test_a_worker_looks_once_a_minute(ticket):
    SlaClock.objects.all().delete()
    healing = ClockHealing()

    assert healing.drain_once() == 0
    healing._next_look = 0
    assert [healing.drain_once(), healing.drain_once()] == [1, 0]


def test_of_two_workers_one_looks(ticket, advance_clock):
    one, other = ClockHealing(), ClockHealing()
    one._next_look = other._next_look = 0
    one.drain_once()
    SlaClock.objects.all().delete()

    assert other.drain_once() == 0
    advance_clock(seconds=60)
    other._next_look = 0
    assert other.drain_once() == 1


def test_the_look_is_part_of_the_sla_queue():
    assert {"sla", "sla-heal"} <= {kind.name for kind in due.kinds_on("sla")}


def test_the_healed_fire_what_is_long_due(ticket, advance_clock, drain):
    SlaClock.objects.all().delete()
    advance_clock(hours=3)
    heal_clocks()

    drain()

    assert clock_of(ticket, "first_response").firings.count() == 4


def test_one_that_cannot_be_put_right_stops_none_behind_it(shop, caplog):
    broken, whole = open_tickets(shop, 2)
    SlaClock.objects.all().delete()
    Ticket.objects.filter(pk=broken.pk).update(created_at=now().replace(year=2400))

    assert heal_clocks() == 1
    assert SlaClock.objects.filter(ticket=whole).exists()
    assert f"the clocks of request {broken.pk} cannot be put right" in caplog.text
