"""Requests due at a given time, and the wall as somebody sees it."""

import pytest
from django.http import QueryDict

from aftersales.clock import now
from aftersales.dashboards.look import look_of
from aftersales.events.actors import Actor
from tests.tickets.sla_cases import open_tickets
from tickets.models import Ticket


@pytest.fixture
def due_at(shop):
    """A request whose nearest clock runs out then."""

    def make(at, **changes):
        ticket = open_tickets(shop, 1)[0]
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=at, **changes)
        return ticket

    return make


@pytest.fixture
def look():
    """`look(leo, "by=person&hours=4")`."""
    return lambda user, asked="", at=None: look_of(Actor.staff(user), QueryDict(asked), at or now())
