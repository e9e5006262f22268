"""Whose ticket it is."""

import pytest

from aftersales.errors import Invalid, NotPossible
from aftersales.events.actors import Actor
from tickets.actions.assignment import assign_ticket, escalate_ticket, take_ticket

pytestmark = pytest.mark.django_db


def test_of_two_who_take_it_one_has_it(ticket, amy, leo):
    taken = take_ticket(ticket, by=Actor.staff(amy))

    assert (taken.assignee, taken.status) == (amy, "open")
    with pytest.raises(NotPossible, match="Amy has this request"):
        take_ticket(ticket, by=Actor.staff(leo))


def test_it_is_given_to_people_of_this_shop_only(ticket, leo, amy, bob):
    with pytest.raises(Invalid, match="does not serve"):
        assign_ticket(ticket, by=Actor.staff(leo), to=bob)
    assign_ticket(ticket, by=Actor.staff(leo), to=amy)

    assert amy.notifications.get().kind == "assigned"
    assert assign_ticket(ticket, by=Actor.staff(leo), to=None).assignee is None


def test_escalating_raises_the_priority_and_tells_the_supervisors(ticket, amy, leo):
    escalated = escalate_ticket(ticket, by=Actor.staff(amy), reason="The customer is upset.")

    assert escalated.priority == "high"
    assert leo.notifications.get().kind == "escalated"
    for _ in range(3):
        escalated = escalate_ticket(ticket, by=Actor.staff(amy), reason="Again")
    assert escalated.priority == "urgent"


def test_muted_kinds_make_no_notice(ticket, amy, leo):
    amy.muted_kinds = ["assigned"]
    amy.save()
    assign_ticket(ticket, by=Actor.staff(leo), to=amy)

    assert not amy.notifications.exists()
