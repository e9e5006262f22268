"""What tickets do when something happens elsewhere."""

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import deactivate_person
from tickets.actions.assignment import take_ticket
from tickets.handlers import hand_over
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_the_requests_of_somebody_who_left_go_back_to_the_queue_once(ticket, amy, ada, drain):
    take_ticket(ticket, by=Actor.staff(amy))
    deactivate_person(amy, by=Actor.staff(ada))

    drain()
    hand_over(Event.objects.get(kind="user.deactivate"))

    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert Event.objects.filter(stream=ticket.stream, kind="ticket.assign").count() == 1
