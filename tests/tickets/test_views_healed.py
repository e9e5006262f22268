"""The page and the endpoint of clocks that were put right: for leads and auditors, of their own shops."""

import pytest

from tests.tickets.sla_cases import publish_policy
from tickets.actions.clock_healing import heal_clocks
from tickets.models import HealedClocks, SlaClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def healed(shop, ticket):
    publish_policy(shop)
    SlaClock.objects.filter(ticket=ticket, target="resolution").delete()
    heal_clocks()
    return ticket


@pytest.mark.parametrize("name", ["leo", "mona", "ada", "audrey"])
def test_who_runs_the_desk_reads_it(name, stage, healed, page_as):
    page = page_as(getattr(stage, name)).get("/clocks/healed")

    assert page.status_code == 200
    assert healed.number in page.text
    assert "Resolution was missing" in page.text


@pytest.mark.parametrize("name", ["amy", "wen", "ines", "finn", "quinn"])
def test_others_do_not(name, stage, healed, page_as, api_as):
    person = getattr(stage, name)

    assert page_as(person).get("/clocks/healed").status_code == 403
    assert api_as(person).get("/healed-clocks").status_code == 403


def test_in_chinese(healed, leo, page_as):
    text = page_as(leo).get("/clocks/healed", headers={"accept-language": "zh-CN"}).text

    assert "缺失" in text


def test_a_lead_of_another_shop_sees_nothing_of_it(healed, bob, page_as, api_as):
    bob.role = "supervisor"
    bob.save()

    assert healed.number not in page_as(bob).get("/clocks/healed").text
    assert api_as(bob).get("/healed-clocks").json()["results"] == []


def test_nothing_to_tell(leo, page_as):
    assert "Nothing had to be put right" in page_as(leo).get("/clocks/healed").text


def test_the_settings_lead_there(ada, page_as):
    assert "/clocks/healed" in page_as(ada).get("/settings/people").text


def test_the_api_tells_it(healed, leo, api_as):
    answer = api_as(leo).get("/healed-clocks").json()

    row = answer["results"][0]
    assert (row["ticket"], row["started"], row["ended"]) == (healed.number, ["resolution"], [])
    assert answer["next"] is None


def test_the_shops_system_reads_no_such_thing(healed, api):
    assert api.get("/healed-clocks").status_code == 403


def test_many_are_paged_by_key_at_the_cost_of_one(
    healed, leo, api_as, page_as, django_assert_max_num_queries
):
    first = HealedClocks.objects.get()
    for _n in range(4):
        first.pk = None
        first.save()
    api = api_as(leo)

    page = api.get("/healed-clocks?limit=3").json()
    rest = api.get(f"/healed-clocks?limit=3&cursor={page['next']}").json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (3, 2, None)
    browser = page_as(leo)
    browser.get("/clocks/healed")
    with django_assert_max_num_queries(14):
        browser.get("/clocks/healed")


def test_a_broken_link_starts_from_the_front(healed, leo, page_as):
    assert page_as(leo).get("/clocks/healed?cursor=nonsense").status_code == 302
