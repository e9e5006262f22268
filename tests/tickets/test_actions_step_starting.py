"""A level that ends a wait: the step after it comes up, and nothing is left out for it."""

import pytest
from django.db import connection

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import ticket_body
from tests.tickets.sla_cases import SYSTEM, publish_policy
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.procedure import complete_step
from tickets.actions.step_starting import start_step, step_after
from tickets.models import SlaClock, StepRecord, StepTimer, Ticket
from tickets.queries.runs import next_step, running_run
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(shop, order, amy):
    """Electronics at the brand's own centre: the ticket waits for its answer."""
    agent = Actor.staff(amy)
    ticket = open_ticket(shop, read_ticket(ticket_body(category="repair_3c")), by=agent)[0]
    take_ticket(ticket, by=agent)
    complete_step(ticket, by=agent, answer="SN-1")
    if Ticket.objects.get(pk=ticket.pk).step_code == "warranty":
        complete_step(ticket, by=agent, answer="pass")
    return complete_step(ticket, by=agent, answer="centre")


def following(ticket):
    run = running_run(Ticket.objects.get(pk=ticket.pk))
    return step_after(run, next_step(run))


def test_the_wait_is_over_and_the_step_after_it_comes_up(waiting):
    after = following(waiting)

    done = start_step(waiting, by=SYSTEM, step=after)

    record = StepRecord.objects.get(run__ticket=waiting, step_code="centre")
    assert (record.answer, done.step_code) == ("timeout", after)
    assert done.version > waiting.version
    assert Event.objects.filter(kind="ticket.complete_step", data__step="centre").count() == 1


def test_a_step_that_does_not_come_after_it_is_not_jumped_to(waiting):
    done = start_step(waiting, by=SYSTEM, step="serial")

    assert (done.step_code, done.version) == ("centre", waiting.version)


def test_twice_is_once(waiting):
    after = following(waiting)
    start_step(waiting, by=SYSTEM, step=after)
    again = start_step(waiting, by=SYSTEM, step=after)

    assert again.step_code == after
    assert StepRecord.objects.filter(run__ticket=waiting, step_code="centre").count() == 1


def test_nobody_is_moved_from_a_step_that_a_person_does(ticket):
    step = Ticket.objects.get(pk=ticket.pk).step_code

    assert start_step(ticket, by=SYSTEM, step="anything").step_code == step


@pytest.fixture
def by_level(shop, order, amy, waiting, advance_clock, drain):
    """Another request that waits, past a level that brings up the step after."""
    after = following(waiting)
    code = waiting.category.sla_policy
    level = {"at_percent": 50, "actions": [f"start_step:{after}"]}
    publish_policy(shop, code=code, levels=[level], pauses_on=[])
    agent = Actor.staff(amy)
    ticket = open_ticket(shop, read_ticket(ticket_body(category="repair_3c", lines=[])), by=agent)[0]
    take_ticket(ticket, by=agent)
    complete_step(ticket, by=agent, answer="SN-2")
    if Ticket.objects.get(pk=ticket.pk).step_code == "warranty":
        complete_step(ticket, by=agent, answer="pass")
    complete_step(ticket, by=agent, answer="centre")

    def go():
        advance_clock(hours=13)
        drain()
        ticket.refresh_from_db()
        return ticket, after

    return go


def test_a_level_brings_it_up(by_level):
    ticket, after = by_level()

    assert ticket.step_code == after
    assert not StepTimer.objects.filter(ticket=ticket, passed_at__isnull=False).exists()
    assert Event.objects.filter(stream=ticket.stream, kind="sla.warn").exists()


def test_a_step_that_cannot_be_started_undoes_no_level(by_level, caplog):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tickets_steprecord ADD CONSTRAINT no_end CHECK (answer <> 'timeout')")

    ticket, after = by_level()

    assert ticket.step_code == "centre" != after
    assert Event.objects.filter(stream=ticket.stream, kind="sla.warn").exists()
    assert not SlaClock.objects.filter(ticket=ticket, attempts__gt=0).exists()
    assert f"the step {after} of request {ticket.number} cannot be started" in caplog.text
