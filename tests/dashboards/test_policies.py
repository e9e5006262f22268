"""Whose the wall is: whom the rail offers it; what each person has is told to those who lead."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from staff import context
from staff.models import Membership

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PEOPLE = ("leo", "mona", "ada", "quinn", "audrey")  # who sees what each person has
ALONE = ("amy", "finn")  # who has the wall without that
FLOOR = ("wen", "ines")
PAGES = ("/wall", "/wall?screen=1", "/wall/late", "/wall/ahead.csv", "/wall/late.csv", "/wall/stages.csv")


def offered(user):
    return {gate["key"] for gate in context.rail(user)} & {"wall", "history"}


@pytest.mark.parametrize("name", [*PEOPLE, *ALONE])
def test_who_is_offered_it_has_it(name, stage, page_as, api_as, due_at):
    due_at(now() - HOUR)
    person = getattr(stage, name)
    browser = page_as(person)

    assert offered(person) == {"wall", "history"}
    assert {browser.get(path).status_code for path in (*PAGES, "/wall/history")} == {200}
    page = browser.get("/wall")
    assert (page.context["all"], page.context["late"]) == (1, 1)
    assert api_as(person).get("/wall").json()["all"]["late"] == 1
    assert len(api_as(person).get("/wall/late").json()["results"]) == 1


@pytest.mark.parametrize("name", FLOOR)
def test_who_is_not_is_told_so(name, stage, page_as, api_as):
    person = getattr(stage, name)
    browser = page_as(person)

    assert offered(person) == set()
    assert {browser.get(path).status_code for path in (*PAGES, "/wall/load.csv", "/wall/history")} == {403}
    for path in ("/wall", "/wall?by=person", "/wall/late"):
        answer = api_as(person).get(path)
        assert (answer.status_code, answer.json()["detail"]) == (403, "Your role does not read the wall.")


@pytest.mark.parametrize("name", PEOPLE)
def test_who_leads_or_looks_over_the_desk_sees_what_each_has(name, stage, amy, page_as, api_as, due_at):
    due_at(now() - HOUR, assignee=amy)
    browser = page_as(getattr(stage, name))

    page = browser.get("/wall?by=person")

    assert [row["name"] for row in page.context["load"]["rows"]] == ["Amy"]
    assert [row["name"] for row in page.context["ahead"]["rows"]] == ["Amy"]
    assert "Amy" in browser.get("/wall/load.csv").text
    rows = api_as(getattr(stage, name)).get("/wall?by=person").json()["rows"]
    assert [row["key"] for row in rows] == ["amy"]


@pytest.mark.parametrize("name", ALONE)
def test_others_have_the_wall_without(name, stage, leo, page_as, api_as, due_at):
    due_at(now() + 99 * HOUR, assignee=leo)
    browser = page_as(getattr(stage, name))

    for address in ("/wall?by=person", "/wall?by=person&screen=1"):
        page = browser.get(address)
        assert (page.context["load"], page.context["look"].by) == (None, "team")
        assert 'id="wall-load"' not in page.text
        assert 'href="/wall?by=person' not in page.text
    assert "Leo" not in browser.get("/wall/ahead.csv?by=person").text
    assert browser.get("/wall/load.csv").status_code == 403
    answer = api_as(getattr(stage, name)).get("/wall?by=person")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "What each person has before them is told to those who lead there."


@pytest.mark.parametrize("name", ["amy", "wen"])
def test_who_leads_a_team_sees_it_there_whatever_the_role(name, stage, page_as, due_at):
    person = getattr(stage, name)
    person.memberships.update(is_lead=True)
    Membership.objects.create(user=person, team=stage.other_team)
    due_at(now() - HOUR, assignee=person)
    browser = page_as(person)

    assert offered(type(person).objects.get(pk=person.pk)) == {"wall", "history"}
    assert browser.get("/wall?shop=demo").context["load"]["rows"]
    assert browser.get("/wall/load.csv?shop=demo").status_code == 200
    for asked in ("", "?shop=other"):  # where others lead
        assert browser.get(f"/wall{asked}").context["load"] is None
        assert browser.get(f"/wall/load.csv{asked}").status_code == 403


def test_a_stranger_counts_nothing(bob, page_as, api_as, due_at):
    due_at(now() - HOUR)
    browser = page_as(bob)

    assert browser.get("/wall?shop=demo").context["all"] == 0
    assert len(browser.get("/wall/late.csv?shop=demo").text.splitlines()) == 1
    assert browser.get("/wall/load.csv?shop=demo").status_code == 403
    assert api_as(bob).get("/wall?by=person").status_code == 403


def test_a_shops_key_reads_its_shop_without_people(api, due_at, amy):
    due_at(now() - HOUR, assignee=amy)

    assert api.get("/wall").json()["all"]["late"] == 1
    assert api.get("/wall?by=person").status_code == 403


def test_a_page_of_the_floor_asks_once_where_they_are(wen, django_assert_num_queries):
    person = type(wen).objects.get(pk=wen.pk)
    with django_assert_num_queries(2):  # where they are, and the unread notices
        context.rail(person)
