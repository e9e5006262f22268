"""The wall for programs: the same numbers, for those who may see the requests."""

from datetime import timedelta

import pytest

from aftersales.clock import now

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_numbers_in_all_and_by_a_dimension(api_as, leo, amy, due_at):
    due_at(now() - HOUR, assignee=amy)
    due_at(now() + 1.5 * HOUR)

    body = api_as(leo).get("/wall?by=person&hours=4").json()

    assert (body["all"]["open"], body["all"]["late"]) == (2, 1)
    assert body["all"]["ahead"] == {"1h": 0, "2h": 1, "4h": 1, "8h": 1}
    assert len(body["all"]["hours"]) == 4
    assert {row["key"]: row["late"] for row in body["rows"]} == {"amy": 1, "nobody": 0}


@pytest.mark.parametrize("by", ["team", "stage", "waiting_on"])
def test_a_shops_key_sees_its_shop(api, shop, due_at, by):
    due_at(now() - HOUR)

    body = api.get(f"/wall?by={by}").json()

    assert [row["late"] for row in body["rows"]] == [1]


def test_the_late_come_with_their_reason(api, due_at):
    ticket = due_at(now() - HOUR)

    body = api.get("/wall/late?limit=5").json()

    assert [(row["number"], row["why"]) for row in body["results"]] == [
        (ticket.number, "Nobody has taken it")
    ]
    assert body["next"] is None


def test_the_stranger_counts_nothing(api_as, bob, due_at):
    due_at(now() - HOUR)

    assert api_as(bob).get("/wall").json()["all"]["open"] == 0
    assert api_as(bob).get("/wall/late").json()["results"] == []


@pytest.mark.parametrize("asked", ["by=luck", "hours=3", "shop=other", "team=others", "colour=red"])
def test_what_is_not_known_is_said(api_as, leo, asked):
    assert api_as(leo).get(f"/wall?{asked}").status_code == 400


def test_an_empty_desk_has_zeros(api_as, leo):
    body = api_as(leo).get("/wall").json()

    assert (body["all"]["open"], body["rows"], len(body["all"]["hours"])) == (0, [], 8)
