"""Pauses: whose waiting stops which clock, what is left, and the ledger of it."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.events.models import Event
from tests.tickets.sla_cases import HOUR, MINUTE, SYSTEM, clock_of, publish_policy, states, sync
from tickets.actions.clocks import sync_clocks
from tickets.actions.conversation import ask_customer
from tickets.actions.holds import hold_ticket, release_ticket
from tickets.models import NEVER, Pause, Stage, WaitingOn


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


@pytest.fixture
def opened_at(ticket):
    return ticket.created_at


def breaches(ticket):
    return list(Event.objects.filter(stream=ticket.stream, kind="sla.breach").order_by("seq"))


def test_waiting_for_the_customer_pauses_the_clocks(ticket, amy, as_staff):
    ticket = ask_customer(ticket, by=as_staff(amy), body="请拍照")

    clock = clock_of(ticket, "communicate")
    assert (clock.state, clock.next_try_at) == ("paused", None)
    assert clock.remaining_seconds == (clock.due_at - clock.paused_at) // timedelta(seconds=1)
    assert ticket.next_due_at == NEVER
    assert Pause.objects.get(ticket=ticket, ended_at=None).waiting_on == "customer"


def test_time_left_is_kept_over_a_pause(ticket, opened_at):
    sync(ticket, opened_at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, opened_at + 11 * HOUR, waiting_on=WaitingOn.US)

    clock = clock_of(ticket, "communicate")
    assert (clock.state, clock.due_at, clock.due_version) == ("running", opened_at + 14 * HOUR, 2)
    assert clock.next_try_at == opened_at + 12 * HOUR  # half of it is used an hour later
    assert clock_of(ticket, "resolution").next_try_at == opened_at + 22 * HOUR
    assert ticket.next_due_at == opened_at + 11 * HOUR  # the first reply was due as the pause began


def test_a_pause_and_a_resumption_cost_three_statements(ticket, opened_at, django_assert_max_num_queries):

    for hours, whom in ((1, WaitingOn.CUSTOMER), (2, WaitingOn.US)):
        ticket.waiting_on = whom
        with django_assert_max_num_queries(3):
            sync_clocks(ticket, at=opened_at + hours * HOUR, by=SYSTEM)


def test_a_levels_percent_counts_the_time_before_the_pause(ticket, opened_at, drain, advance_clock):
    advance_clock(hours=2, seconds=1)
    drain()  # half of communicate
    sync(ticket, now(), waiting_on=WaitingOn.CUSTOMER)
    advance_clock(hours=10)
    resumed_at = now()

    sync(ticket, resumed_at, waiting_on=WaitingOn.US)

    left = clock_of(ticket, "communicate").next_try_at - resumed_at
    assert timedelta(minutes=59) < left < HOUR  # three quarters


def test_a_hold_pauses_if_its_party_is_the_policys(ticket, amy, as_staff):
    ticket = hold_ticket(ticket, by=as_staff(amy), reason="承运商核实", waiting_on=WaitingOn.CARRIER)
    held = states(ticket)
    ticket = release_ticket(ticket, by=as_staff(amy))

    assert set(held.values()) == {"paused"}
    assert set(states(ticket).values()) == {"running"}
    assert Pause.objects.get(ticket=ticket).waiting_on == "carrier"


def test_who_is_not_in_the_policy_pauses_nothing(ticket, opened_at):
    sync(ticket, opened_at + MINUTE, waiting_on=WaitingOn.PLATFORM)

    assert set(states(ticket).values()) == {"running"}
    assert not Pause.objects.exists()


def test_the_ledger_tells_for_whom(ticket, opened_at):
    for hours, whom in ((1, "customer"), (2, "carrier"), (3, "us"), (4, "customer")):
        sync(ticket, opened_at + hours * HOUR, waiting_on=whom)

    ledger = (
        Pause.objects.filter(ticket=ticket).order_by("id").values_list("waiting_on", "started_at", "ended_at")
    )
    assert [(whom, begin - opened_at, end and end - opened_at) for whom, begin, end in ledger] == [
        ("customer", HOUR, 2 * HOUR),
        ("carrier", 2 * HOUR, 3 * HOUR),
        ("customer", 4 * HOUR, None),
    ]


def test_a_clock_that_starts_in_a_pause_is_paused_whole(ticket, opened_at):
    sync(ticket, opened_at + MINUTE, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, opened_at + HOUR, stage=Stage.RECEIVE)

    clock = clock_of(ticket, "receive")
    assert (clock.state, clock.remaining_seconds) == ("paused", 4 * 3600)


def test_a_question_during_a_pause_is_owed_its_answer(ticket, opened_at):
    sync(ticket, opened_at, first_responded_at=opened_at, waiting_on=WaitingOn.CARRIER)
    sync(ticket, opened_at + HOUR, last_customer_message_at=opened_at + HOUR)

    assert clock_of(ticket, "next_response").state == "running"
    assert ticket.next_due_at == opened_at + 3 * HOUR


def test_a_late_clock_that_pauses_stays_missed_and_goes_on_from_there(ticket, opened_at):
    sync(ticket, opened_at + 2 * HOUR, waiting_on=WaitingOn.CUSTOMER)
    paused = clock_of(ticket, "first_response")
    sync(ticket, opened_at + 9 * HOUR, waiting_on=WaitingOn.US)
    resumed = clock_of(ticket, "first_response")

    assert (paused.breached_at, paused.remaining_seconds) == (opened_at + HOUR, -3600)
    assert (resumed.breached_at, resumed.due_at) == (opened_at + HOUR, opened_at + 8 * HOUR)
    assert resumed.next_try_at == opened_at + 9 * HOUR  # nothing of it has fired yet


def test_a_late_clock_that_ends_in_its_pause_is_told_once(ticket, opened_at):
    sync(ticket, opened_at + 2 * HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, opened_at + 3 * HOUR, stage="done", status="resolved", resolved_at=opened_at)

    assert [event.data["target"] for event in breaches(ticket)] == ["first_response"]
    assert not Pause.objects.filter(ticket=ticket, ended_at=None).exists()


def test_a_pause_that_was_not_noted_is_noted_from_its_beginning(ticket, opened_at):
    sync(ticket, opened_at + MINUTE, waiting_on=WaitingOn.CUSTOMER)
    Pause.objects.all().delete()

    sync(ticket, opened_at + HOUR)

    assert Pause.objects.get(ticket=ticket).started_at == opened_at + MINUTE
