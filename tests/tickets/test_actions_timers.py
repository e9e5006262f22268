"""A wait with a limit: the customer is reminded a day before, the agent told once it has passed."""

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.procedure import complete_step
from tickets.models import Message, StepTimer, Ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(shop, order, amy):
    """Electronics under repair at the brand's own centre: the ticket waits fourteen days for its answer."""
    agent = Actor.staff(amy)
    ticket = open_ticket(shop, read_ticket(ticket_body(category="repair_3c")), by=agent)[0]
    take_ticket(ticket, by=agent)
    complete_step(ticket, by=agent, answer="SN-1")
    if Ticket.objects.get(pk=ticket.pk).step_code == "warranty":
        complete_step(ticket, by=agent, answer="pass")
    return complete_step(ticket, by=agent, answer="centre")


def test_arriving_at_a_wait_says_so_and_starts_its_limit(waiting):
    timer = StepTimer.objects.get()

    assert (waiting.step_code, waiting.waiting_on, waiting.status) == ("centre", "partner", "waiting")
    assert (timer.limit_at - timer.next_try_at).days == 1
    assert Message.objects.filter(ticket=waiting, macro_code="service_centre_first").count() == 1


def test_the_limit_reminds_then_tells_the_agent_each_once(waiting, amy, drain, advance_clock):
    advance_clock(days=13, minutes=5)
    drain()
    drain()
    reminded = StepTimer.objects.get()
    advance_clock(days=1)
    drain()
    drain()

    assert reminded.reminded_at is not None
    assert reminded.passed_at is None
    assert Event.objects.filter(stream=waiting.stream, kind="ticket.pass_limit").count() == 1
    assert amy.notifications.filter(kind="limit_passed").count() == 1


def test_a_wait_that_is_over_reminds_nobody(waiting, amy, drain, advance_clock):
    complete_step(waiting, by=Actor.staff(amy), answer="arrived")
    advance_clock(days=20)
    drain()

    timer = StepTimer.objects.get()
    assert (timer.next_try_at, timer.reminded_at, timer.passed_at) == (None, None, None)


def test_a_reminder_that_was_held_up_until_the_limit_is_left_out(waiting, amy, drain, advance_clock):
    advance_clock(days=13, hours=20)
    drain()
    held_up = StepTimer.objects.get()
    advance_clock(hours=5)
    drain()

    timer = StepTimer.objects.get()
    assert (held_up.reminded_at, held_up.next_try_at) == (None, timer.limit_at)
    assert (timer.reminded_at, timer.passed_at is None) == (None, False)
    assert amy.notifications.filter(kind="limit_passed").count() == 1
