"""Many who ask for their next request at the same moment: nobody gets another's."""

from datetime import timedelta
from functools import partial

import pytest

from aftersales import invariants
from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import add_member
from tests.factories import SYSTEM, new_user, ticket_body
from tests.races.at_once import at_once
from tickets.actions.intake import open_ticket
from tickets.actions.next_ticket import take_next
from tickets.models import HandOut, Ticket
from tickets.queries.selection import selected
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PEOPLE, REQUESTS = 20, 12


@pytest.fixture
def queued(shop, order):
    made = [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(REQUESTS)]
    for place, ticket in enumerate(made):
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=now() + timedelta(minutes=place))
    return made


def people(stage, role):
    found = [new_user(f"{role}{number}", role, "人", f"Person {number}") for number in range(PEOPLE)]
    for user in found:
        add_member(stage.team, user)
    return found


def ask(user):
    actor = Actor.staff(user)
    return take_next(selected(actor, view="mine"), by=actor)


def test_of_twenty_agents_each_has_a_request_of_their_own(stage, queued):
    agents = people(stage, "agent")

    given = at_once([partial(ask, agent) for agent in agents])

    got = [ticket for ticket in given if isinstance(ticket, Ticket)]
    assert [outcome for outcome in given if outcome is not None and outcome not in got] == []
    assert len(got) == len({ticket.pk for ticket in got}) == Event.objects.filter(kind="ticket.take").count()
    late = [ask(agent) for agent, ticket in zip(agents, given, strict=True) if ticket is None]
    assert len(got) + len([ticket for ticket in late if ticket]) == REQUESTS
    assert {ticket.assignee_id for ticket in Ticket.objects.all()} <= {agent.pk for agent in agents}
    assert invariants.broken() == {}


def test_of_twenty_at_the_dock_no_two_do_the_same_step(stage, queued):
    Ticket.objects.update(step_role="warehouse", step_code="pack", waiting_on="warehouse")
    dock = people(stage, "warehouse")

    given = at_once([partial(ask, person) for person in dock])

    got = [ticket for ticket in given if isinstance(ticket, Ticket)]
    assert [outcome for outcome in given if outcome is not None and outcome not in got] == []
    assert len(got) == len({ticket.pk for ticket in got}) == HandOut.objects.count()
    assert Event.objects.filter(kind="ticket.hand_out").count() == len(got)
    assert {hand_out.user_id for hand_out in HandOut.objects.all()} == {
        person.pk for person, ticket in zip(dock, given, strict=True) if ticket
    }
