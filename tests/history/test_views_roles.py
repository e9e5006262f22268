"""Who reads how the desk did: who has the wall, and of the people each their own; who leads, all."""

import pytest

from aftersales.events.actors import Actor
from staff.models import Membership
from tests.tickets.sla_cases import open_tickets
from tickets.actions.conversation import reply_to_customer

pytestmark = pytest.mark.django_db
PAGE, BEHIND = "/wall/history", "/wall/history/requests"


def numbers(page):
    return [fact.request.number for fact in page.context["facts"]]


@pytest.mark.parametrize("name", ["amy", "leo", "mona", "finn", "quinn", "audrey", "ada"])
@pytest.mark.parametrize("path", [PAGE, BEHIND, f"{PAGE}/sla.csv"])
def test_who_has_the_wall_reads_it(stage, page_as, name, path):
    assert page_as(getattr(stage, name)).get(path).status_code == 200


@pytest.mark.parametrize("name", ["wen", "ines"])
@pytest.mark.parametrize("path", [PAGE, BEHIND, f"{PAGE}/sla.csv"])
def test_the_floor_is_told_that_it_may_not(stage, page_as, name, path):
    assert page_as(getattr(stage, name)).get(path).status_code == 403


def test_who_leads_a_team_reads_it_whatever_the_role(wen, page_as):
    wen.memberships.update(is_lead=True)

    page = page_as(wen).get(PAGE)

    assert page.status_code == 200
    assert page.context["people"]["is_whole"]


@pytest.fixture
def elsewhere(other_shop, bob, drain):
    """What bob answered in the shop where none of the cast leads."""
    ticket = open_tickets(other_shop, 1)[0]
    reply_to_customer(ticket, body="Yes.", by=Actor.staff(bob))
    drain()
    return ticket


@pytest.fixture
def lead_of_one(wen, stage):
    """Wen leads the team of one shop and only serves the other."""
    wen.memberships.update(is_lead=True)
    Membership.objects.create(user=wen, team=stage.other_team)
    return wen


def people(page):
    return {row["person"].username for row in page.context["people"]["rows"]}


def test_who_leads_in_one_shop_sees_the_people_of_that_one(lived, elsewhere, lead_of_one, page_as):
    browser = page_as(lead_of_one)

    page = browser.get(PAGE)

    assert {shop.code for shop in page.context["shops"]} == {"demo", "other"}
    assert not page.context["people"]["is_whole"]
    assert people(page) == people(browser.get(PAGE, {"shop": "demo"})) >= {"amy"}
    assert people(browser.get(PAGE, {"shop": "other"})) == set()
    assert browser.get(PAGE, {"shop": "demo"}).context["people"]["is_whole"]
    assert "Bob" not in browser.get(f"{PAGE}/people.csv").text


def test_nor_does_a_number_tell_of_them(lived, elsewhere, lead_of_one, page_as):
    browser = page_as(lead_of_one)

    facts = browser.get(BEHIND, {"measure": "response.first"}).context["facts"]

    assert {fact.who and fact.who.username for fact in facts} == {None, "amy"}
    assert len(browser.get(BEHIND, {"measure": "response.first", "person": "bob"}).context["facts"]) == 2


def test_a_person_who_serves_both_is_counted_where_one_leads(
    lived, elsewhere, lead_of_one, amy, stage, page_as, drain
):
    Membership.objects.create(user=amy, team=stage.other_team)
    reply_to_customer(open_tickets(stage.other_shop, 1)[0], body="Yes.", by=Actor.staff(amy))
    drain()
    asked = {"measure": "response.first", "person": "amy"}
    browser = page_as(lead_of_one)

    assert numbers(browser.get(BEHIND, asked)) == [lived.number]
    rows = browser.get(PAGE).context["people"]["rows"]
    assert {row["person"].username: row["first_replies"] for row in rows}["amy"] == 1
    assert len(numbers(page_as(amy).get(BEHIND, asked))) == 2


@pytest.mark.parametrize("path", [PAGE, BEHIND, f"{PAGE}/sla.csv"])
def test_nobody_reads_it_without_signing_in(client, path):
    assert client.get(path).status_code == 302


def test_a_stranger_sees_nothing_of_it(lived, bob, page_as):
    asked = {"shop": "demo", "team": "after-sales", "measure": "open", "person": "amy"}
    browser = page_as(bob)

    page = browser.get(PAGE, asked)

    assert page.context["intake"]["count"] == 0
    assert page.context["sla"]["rows"] == page.context["people"]["rows"] == []
    assert [shop.code for shop in page.context["shops"]] == ["other"]
    assert numbers(browser.get(BEHIND, asked)) == []
    assert "Amy" not in browser.get(f"{PAGE}/people.csv", asked).text


def test_an_agent_sees_their_own_row_and_a_lead_all(lived, shop, amy, leo, finn, page_as, drain):
    ticket = open_tickets(shop, 1)[0]
    reply_to_customer(ticket, body="Yes.", by=Actor.staff(leo))
    drain()

    of_amy = page_as(amy).get(PAGE).context["people"]["rows"]
    of_leo = page_as(leo).get(PAGE).context["people"]["rows"]

    assert [row["person"].username for row in of_amy] == ["amy"]
    assert {row["person"].username for row in of_leo} == {"amy", "leo"}
    assert page_as(finn).get(PAGE).context["people"]["rows"] == []


def test_an_agent_asks_for_nobody_elses_requests(lived, shop, amy, leo, page_as, drain):
    reply_to_customer(open_tickets(shop, 1)[0], body="Yes.", by=Actor.staff(leo))
    drain()
    asked = {"measure": "response.first"}

    page = page_as(amy).get(BEHIND, asked | {"person": "leo"})

    assert len(numbers(page)) == 2  # the filter is left out
    assert [fact.who and fact.who.username for fact in page.context["facts"]] == [None, "amy"]
    assert len(numbers(page_as(amy).get(BEHIND, asked | {"person": "amy"}))) == 1


@pytest.mark.parametrize("path", [PAGE, BEHIND, f"{PAGE}/people.csv", f"{BEHIND}?measure=sla&person=amy"])
def test_who_serves_no_shop_reads_of_none(lived, leo, page_as, path):
    leo.memberships.all().delete()

    assert page_as(leo).get(path).status_code == 200
