"""Recounts on committed data: a person at a ticket, two rules at once, workers that meet and die."""

import threading
from contextlib import suppress

import pytest
from django.db import Error, connection, transaction

from aftersales import due, invariants
from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.tickets.recount_cases import closed_for
from tests.tickets.sla_cases import TARGETS, clock_of, policy_body
from tests.tickets.test_clock_races import in_thread
from tickets.actions import recount_parts
from tickets.actions.conversation import reply_to_customer
from tickets.actions.recounts import change_rule, preview_rule, resume_recount
from tickets.models import Recount, SlaClock, Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
POLICY = policy_body(calendar="own", targets=TARGETS | {"resolution": 600})


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(recount_parts, "SIZE", 4)


def ready():
    Recount.objects.filter(state="running").update(next_try_at=now())


def still_running():
    return Recount.objects.filter(state="running").exists()


def drain_until_done():
    while still_running():
        ready()
        due.KINDS["recount"].drain_once()


def assert_all_through(recount):
    recount.refresh_from_db()
    assert (recount.state, recount.looked, recount.written) == ("finished", 15, 15)
    assert not SlaClock.objects.filter(calendar__code="own").exclude(calendar=recount.version).exists()
    assert Event.objects.filter(kind="recount.finish").count() == 1
    assert invariants.broken() == {}


def test_a_ticket_that_a_person_is_at_is_passed_by_and_done_in_the_end(five, shop, lead):
    recount = change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)[1]
    locked, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=five[1].pk)
            locked.set()
            let_go.wait(15)

    join = in_thread(hold)
    assert locked.wait(15)
    for _time in range(8):
        ready()
        due.KINDS["recount"].drain_once()
    recount.refresh_from_db()
    assert (recount.state, recount.skipped, recount.looked) == ("running", [five[1].pk], 12)
    let_go.set()
    join()
    drain_until_done()

    assert_all_through(recount)


def test_two_workers_and_people_at_once_do_each_clock_once(five, shop, lead, amy):
    recount = change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)[1]

    def answer():
        for ticket in five:
            reply_to_customer(Ticket.objects.get(pk=ticket.pk), by=Actor.staff(amy), body="好的")

    joins = [in_thread(work) for work in (drain_until_done, drain_until_done, answer)]
    for join in joins:
        join()

    recount.refresh_from_db()
    assert recount.state == "finished"
    open_ones = SlaClock.objects.filter(calendar__code="own", state__in=["running", "paused"])
    assert not open_ones.exclude(calendar=recount.version).exists()
    assert invariants.broken() == {}


def test_two_rules_at_once_leave_what_both_say(five, shop, lead):
    change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)
    change_rule(shop, "sla", "quality", POLICY, by=lead, recount=True)
    joins = [in_thread(drain_until_done), in_thread(drain_until_done)]
    for join in joins:
        join()

    clocks = SlaClock.objects.filter(calendar__code="own").select_related("calendar", "policy")
    assert {(clock.calendar.number, clock.policy.number) for clock in clocks} == {(2, 2)}
    foreseen = preview_rule(shop, "sla", "quality", POLICY | {"promise_hours": 1}, by=lead)
    assert foreseen.moved == 5  # the promises alone: all others are where both rules have them
    assert clock_of(five[0], "resolution").target_minutes == 600
    assert invariants.broken() == {}


def test_a_worker_that_dies_loses_and_repeats_nothing(five, shop, lead, monkeypatch):
    recount = change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)[1]
    write = recount_parts.write

    def killed(*args):
        write(*args)
        connection.connection.close()  # as the server sees it when the worker is gone

    ready()
    due.KINDS["recount"].drain_once()
    with monkeypatch.context() as patch:
        patch.setattr(recount_parts, "write", killed)
        ready()
        with suppress(Error):
            due.KINDS["recount"].drain_once()
    connection.close()
    drain_until_done()

    assert_all_through(recount)


def test_a_part_that_fails_is_tried_again_and_then_waits_for_somebody(five, shop, lead, monkeypatch):
    recount = change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)[1]

    def broken(*_args):
        raise RuntimeError("out of order")

    with monkeypatch.context() as patch:
        patch.setattr(recount_parts, "move_clocks", broken)
        for _time in range(due.MAX_TRIES):
            ready()
            due.KINDS["recount"].drain_once()
    recount.refresh_from_db()
    assert (recount.is_stuck, recount.state) == (True, "running")
    assert resume_recount(recount, by=lead).is_stuck is False
    drain_until_done()

    assert_all_through(recount)
