"""Whose ticket it is."""

import pytest

from aftersales.errors import Invalid, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import add_member, create_team
from staff.models import Membership
from tests.factories import SYSTEM
from tickets.actions.assignment import assign_ticket, escalate_ticket, reassign_ticket, take_ticket

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


def test_handing_over_names_a_team_or_a_person_and_the_reason(ticket, stage, amy, leo):
    with pytest.raises(Invalid, match="to which team"):
        reassign_ticket(ticket, by=Actor.staff(amy), reason="x")

    given = reassign_ticket(ticket, by=Actor.staff(amy), to=leo, reason="He knows the lot.")
    assert (given.assignee, given.team) == (leo, stage.team)
    assert leo.notifications.get().kind == "assigned"
    event = Event.objects.get(kind="ticket.reassign")
    assert (event.data["name_zh"], event.private.text) == ("李欧", "He knows the lot.")


def test_a_team_that_gets_a_request_finds_it_in_its_queue_and_its_leads_hear(ticket, shop, amy, leo):
    repairs = create_team(
        by=SYSTEM, code="repairs", name_zh="维修", name_en="Repairs", shops=[shop], stages=[]
    )
    add_member(repairs, leo, is_lead=True)

    given = reassign_ticket(ticket, by=Actor.staff(amy), team=repairs, reason="A repair.")

    assert (given.assignee, given.team) == (None, repairs)
    assert leo.notifications.get().kind == "team_assigned"


def test_escalating_tells_the_teams_leads_too(ticket, stage, amy):
    Membership.objects.filter(user=stage.finn).update(is_lead=True)

    escalate_ticket(ticket, by=Actor.staff(amy), reason="The customer is upset.")

    assert stage.finn.notifications.get().kind == "escalated"
    assert not stage.ines.notifications.exists()
