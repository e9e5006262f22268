"""Who may say when a person works; and that it is read by page and program alike."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import add_member, set_shift
from staff.models import Shift, User
from staff.policies import may_plan
from tests.factories import new_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def kept(person):
    return Shift.objects.filter(user=person).values_list("calendar", "away_until").first()


@pytest.mark.parametrize("name", ["amy", "leo", "mona", "ada"])
def test_oneself_and_those_who_lead_set_it(stage, name):
    set_shift(stage.amy, by=Actor.staff(getattr(stage, name)), calendar="cn_office")

    assert kept(stage.amy) == ("cn_office", None)


@pytest.mark.parametrize("name", ["bob", "wen", "finn", "audrey"])
def test_others_do_not(stage, name):
    with pytest.raises(NotAllowed):
        set_shift(stage.amy, by=Actor.staff(getattr(stage, name)), calendar="cn_office")


@pytest.mark.parametrize("name", ["amy", "leo", "mona", "ada"])
@pytest.mark.parametrize("lead", ["leo", "mona", "ada"])
def test_nobody_plans_for_those_above_them(stage, lead, name):
    above = {"leo": {"mona", "ada"}, "mona": {"ada"}, "ada": set()}

    assert may_plan(Actor.staff(getattr(stage, lead)), getattr(stage, name)) == (name not in above[lead])


def test_an_equal_may_be_planned_for(stage, leo):
    lea = new_user("lea", "supervisor", "李亚", "Lea")
    add_member(stage.team, lea)

    assert may_plan(Actor.staff(leo), lea)


@pytest.mark.parametrize("name", ["leo", "mona", "ada"])
def test_who_serves_another_shop_too_is_planned_by_those_of_both(stage, amy, name):
    add_member(stage.other_team, amy)
    lead = getattr(stage, name)
    with pytest.raises(NotAllowed):
        set_shift(amy, by=Actor.staff(lead), calendar="cn_office")
    assert not may_plan(Actor.staff(lead), new_user("noa", "agent", "诺", "Noa"))  # who serves no shop

    add_member(stage.other_team, lead)
    set_shift(amy, by=Actor.staff(User.objects.get(pk=lead.pk)), calendar="cn_office")
    assert kept(amy) == ("cn_office", None)
    set_shift(amy, by=Actor.staff(amy))


def test_it_changes_is_told_once_and_goes(amy):
    back = now() + HOUR
    for _twice in range(2):
        set_shift(amy, by=Actor.staff(amy), calendar="24x7", away_until=back)
    assert kept(amy) == ("24x7", back)
    assert Event.objects.filter(kind="user.plan").count() == 1

    set_shift(amy, by=Actor.staff(amy), calendar="24x7", away_until=now() - HOUR)
    assert kept(amy) == ("24x7", None)

    set_shift(amy, by=Actor.staff(amy))
    assert kept(amy) is None


def test_a_calendar_that_there_is_not_is_refused(amy):
    with pytest.raises(Invalid, match="There is no calendar “nights”"):
        set_shift(amy, by=Actor.staff(amy), calendar="nights")


def test_nobody_is_away_for_more_than_a_year(amy, page_as, api_as):
    far, near = now() + timedelta(days=367), now() + timedelta(days=365)
    with pytest.raises(Invalid, match="for more than a year ahead") as refused:
        set_shift(amy, by=Actor.staff(amy), away_until=far)
    assert refused.value.field == "away_until"

    page = page_as(amy).post("/people/amy/shift", {"away_until": f"{far:%Y-%m-%dT%H:%M}"})
    assert (page.status_code, "for more than a year ahead" in page.text) == (422, True)
    answer = api_as(amy).put("/people/amy/shift", {"away_until": far.isoformat()})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/away_until")
    assert kept(amy) is None
    set_shift(amy, by=Actor.staff(amy), away_until=near)
    assert kept(amy) == ("", near)


def test_the_page_sets_it(leo, amy, page_as):
    browser, back = page_as(leo), f"{now() + timedelta(days=300):%Y-%m-%dT%H:%M}"
    assert "Around the clock" in browser.get("/people/amy/shift").text

    answer = browser.post("/people/amy/shift", {"calendar": "24x7", "away_until": back})

    assert answer.status_code == 302
    assert kept(amy)[0] == "24x7"
    assert back in browser.get("/people/amy/shift").text


def test_who_may_not_reads_it_and_the_stranger_does_not_find_it(wen, bob, amy, page_as):
    browser = page_as(wen)
    form = browser.get("/people/amy/shift").text.partition('id="shift"')[2].partition("</form>")[0]
    assert 'type="submit"' not in form
    assert browser.post("/people/amy/shift", {"calendar": "24x7"}).status_code == 403
    assert page_as(bob).get("/people/amy/shift").status_code == 404
    assert kept(amy) is None


def test_a_wrong_time_is_said_and_nothing_is_lost(amy, page_as):
    answer = page_as(amy).post("/people/amy/shift", {"calendar": "24x7", "away_until": "soon"})

    assert answer.status_code == 422
    assert '<option value="24x7" selected>' in answer.text


def test_programs_read_and_set_it(api_as, leo, bob, api, amy):
    answer = api_as(leo).put("/people/amy/shift", {"calendar": "24x7"})

    assert (answer.status_code, answer.json()["standing"]) == (200, "on")
    assert api_as(amy).get("/people/amy/shift").json()["calendar"] == "24x7"
    assert api_as(leo).put("/people/amy/shift", {"calendar": "x"}).status_code == 422
    assert api_as(bob).get("/people/amy/shift").status_code == 404
    assert api.get("/people/amy/shift").status_code == 403
