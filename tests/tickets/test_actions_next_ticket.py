"""The next request: the most urgent that is one's own to do, and nobody else's meanwhile."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.errors import NotAllowed
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import add_member
from tests.factories import SYSTEM, new_user, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import ask_customer
from tickets.actions.intake import open_ticket
from tickets.actions.next_ticket import HELD_FOR, take_next
from tickets.models import HandOut, Ticket
from tickets.queries.selection import selected
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(shop, order):
    """`queued(3)`: so many requests, the first due first."""

    def build(count, **changes):
        made = [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _each in range(count)]
        for place, ticket in enumerate(made):
            due = now() + timedelta(hours=place + 1)
            Ticket.objects.filter(pk=ticket.pk).update(next_due_at=due, **changes)
        return made

    return build


def next_of(user, view="mine", **options):
    actor = Actor.staff(user)
    return take_next(selected(actor, view=view), by=actor, **options)


def test_an_agent_gets_the_most_urgent_and_has_it(queued, amy):
    first, _second = queued(2)

    given = next_of(amy)

    assert (given, given.assignee) == (first, amy)
    assert Event.objects.filter(stream=first.stream, kind="ticket.take", actor_id=amy.pk).count() == 1


def test_what_one_has_already_comes_again_until_it_is_done(queued, amy):
    first, second = queued(2)
    next_of(amy)
    Ticket.objects.filter(pk=first.pk).update(next_due_at=now())

    assert next_of(amy) == first
    assert next_of(amy, passing=first.number) == second
    ask_customer(first, by=Actor.staff(amy), body="Which one?")
    assert next_of(amy) == second
    assert Event.objects.filter(kind="ticket.take").count() == 2


def test_what_others_have_is_not_given(queued, amy, leo):
    first, second = queued(2)
    take_ticket(first, by=Actor.staff(leo))

    assert next_of(amy) == second
    assert next_of(amy, view="all") == second


def test_the_view_narrows_it(queued, amy):
    _first, second = queued(2)
    Ticket.objects.filter(pk=second.pk).update(priority="urgent")
    actor = Actor.staff(amy)
    urgent = {"all": [{"field": "priority", "op": "is", "value": "urgent"}]}

    assert take_next(selected(actor, filter=urgent), by=actor) == second
    assert next_of(amy, view="waiting") is None


def test_the_floor_gets_steps_and_not_requests(stage, queued, amy, wen):
    first, second = queued(2, step_role="warehouse", step_code="pack", waiting_on="warehouse", assignee=amy)
    other = new_user("walt", "warehouse", "沃特", "Walt")
    add_member(stage.team, other)

    assert next_of(wen) == next_of(wen) == first
    assert next_of(other) == second
    assert {ticket.assignee for ticket in Ticket.objects.all()} == {amy}
    events = Event.objects.filter(kind="ticket.hand_out").order_by("id")
    assert [(event.stream, event.actor_id) for event in events] == [
        (first.stream, wen.pk), (second.stream, other.pk),
    ]  # fmt: skip


def test_a_step_is_held_for_a_while_and_for_that_step_only(stage, queued, wen, advance_clock):
    (only,) = queued(1, step_role="warehouse", step_code="pack", waiting_on="warehouse")
    other = new_user("walt", "warehouse", "沃特", "Walt")
    add_member(stage.team, other)
    next_of(wen)

    assert next_of(other) is None
    Ticket.objects.filter(pk=only.pk).update(step_code="ship")
    assert next_of(other) == only
    assert next_of(wen) is None
    advance_clock(HELD_FOR.total_seconds() + 1)
    assert next_of(wen) == only
    assert HandOut.objects.get().user == wen


def test_a_supervisor_gets_what_needs_a_yes_though_an_agent_has_it(queued, amy, leo, mona):
    (only,) = queued(1, step_role="supervisor", step_kind="approve", assignee=amy)

    assert next_of(amy) is None
    assert next_of(leo) == only
    assert next_of(mona) is None
    assert Ticket.objects.get().assignee == amy


def test_who_only_reads_has_no_next(queued, audrey):
    queued(1)
    with pytest.raises(NotAllowed, match="Only people who work requests"):
        next_of(audrey, view="all")


def test_the_stranger_gets_nothing(queued, bob):
    queued(1)
    assert next_of(bob) is None
    assert not Event.objects.filter(kind="ticket.take").exists()
