"""Clocks on committed data: two drains at once, a worker that dies, a pause that comes at the same moment."""

import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from aftersales import due
from aftersales.clock import now
from aftersales.events.models import Event
from staff.models import Notification
from tests.tickets.sla_cases import SYSTEM, clock_of, open_tickets
from tickets.actions.clock_levels import fire_levels
from tickets.actions.clocks import sync_clocks
from tickets.models import SlaClock, SlaFiring, Ticket, WaitingOn

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LEVELS = [50, 75, 90, 100]  # of the pack's policy, reached when a clock is just late


@pytest.fixture
def sweeper():
    """Small batches, so that two drains meet often."""
    return due.DueKind(
        SlaClock, name="sla", queue="sla", fire=fire_levels, owner=(Ticket, "ticket_id"), batch=7
    )


@pytest.fixture
def late(shop):
    """Sixty requests whose first reply has just become late."""
    tickets = open_tickets(shop, 60)
    moment = now()
    SlaClock.objects.filter(target="first_response").update(
        started_at=moment - timedelta(days=30),
        due_at=moment - timedelta(seconds=1),
        next_try_at=moment - timedelta(seconds=1),
    )
    return tickets


def in_thread(work):
    """Run with a connection of its own; what goes wrong in it is raised by `join`."""
    trouble = []

    def run():
        try:
            work()
        except BaseException as error:
            trouble.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()

    def join():
        thread.join(20)
        assert not thread.is_alive()
        assert trouble == []

    return join


def drain_until_done(sweeper, start):
    start.wait()
    while SlaClock.objects.filter(next_try_at__lte=now()).exists():
        sweeper.drain_once()


def assert_each_fired_once(tickets):
    firings = SlaFiring.objects.values_list("clock__ticket_id", "level")
    assert Counter(firings) == {(ticket.pk, level): 1 for ticket in tickets for level in LEVELS}
    breaches = Event.objects.filter(kind="sla.breach").values_list("stream", flat=True)
    assert Counter(breaches) == {ticket.stream: 1 for ticket in tickets}
    notices = Notification.objects.filter(kind="sla.breach", user__username="leo")
    assert notices.count() == len(tickets)
    assert SlaClock.objects.filter(breached_at=None, target="first_response").count() == 0


def test_two_drains_fire_each_level_once(late, sweeper):
    start = threading.Barrier(2)

    joins = [in_thread(lambda: drain_until_done(sweeper, start)) for _thread in range(2)]
    for join in joins:
        join()

    assert_each_fired_once(late)


def test_a_worker_that_dies_before_it_commits_loses_and_doubles_nothing(late, sweeper):
    def die_between_effect_and_commit():
        with suppress(Error), transaction.atomic():
            rows = sweeper.claim(sweeper.find())
            sweeper.fire(rows)
            assert SlaFiring.objects.count() == len(rows) * len(LEVELS)
            connection.connection.close()  # as the server sees a kill: the session is gone

    in_thread(die_between_effect_and_commit)()
    assert not SlaFiring.objects.exists()
    drain_until_done(sweeper, threading.Barrier(1))  # the server takes a moment to let the locks go

    assert_each_fired_once(late)


def test_a_clock_that_is_being_paused_does_not_fire(late, sweeper):
    ticket, others = late[0], late[1:]
    paused, looked = threading.Event(), threading.Event()

    def pause():
        with transaction.atomic():
            row = Ticket.objects.lock(ticket.pk)
            row.waiting_on = WaitingOn.CUSTOMER
            sync_clocks(row, by=SYSTEM)
            row.save()
            paused.set()
            assert looked.wait(10)

    join = in_thread(pause)
    assert paused.wait(10)
    due.drain(sweeper)
    looked.set()
    join()
    due.drain(sweeper)

    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.firings.count()) == ("paused", 0)
    assert SlaFiring.objects.count() == len(others) * len(LEVELS)


def test_a_pause_that_comes_while_it_fires_waits_and_then_stands(late, sweeper):
    ticket = late[0]
    fired, asked = threading.Event(), threading.Event()

    def fire_slowly():
        with transaction.atomic():
            sweeper.fire(sweeper.claim([clock_of(ticket, "first_response").pk]))
            fired.set()
            assert asked.wait(10)

    def pause():
        with transaction.atomic():
            asked.set()
            row = Ticket.objects.lock(ticket.pk)
            row.waiting_on = WaitingOn.CUSTOMER
            sync_clocks(row, by=SYSTEM)
            row.save()

    join_fire = in_thread(fire_slowly)
    assert fired.wait(10)
    join_pause = in_thread(pause)
    join_fire()
    join_pause()
    sweeper.drain_once()

    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.breached_at is None) == ("paused", False)
    assert sorted(clock.firings.values_list("level", flat=True)) == LEVELS
    ticket.refresh_from_db()
    assert ticket.priority == "high"
