"""The API of views: kept by people, read by all who may, used by /tickets; and the next request."""

import json

import pytest

from aftersales.events.actors import Actor
from tickets.actions.assignment import take_ticket
from tickets.models import SavedView, Ticket

pytestmark = pytest.mark.django_db
LATE = {"all": [{"field": "sla", "op": "is", "value": "late"}]}
OURS = {"all": [{"field": "waiting_on", "op": "is", "value": "us"}]}


def listed(answer):
    return [row["number"] for row in answer.json()["results"]]


def test_a_view_from_its_beginning_to_its_end(api_as, amy):
    api = api_as(amy)
    made = api.post("/views", {"name": "Late", "filter": LATE, "sort": "untouched", "columns": ["due"]})
    code = made.json()["code"]

    assert (made.status_code, made["Location"], made["ETag"]) == (201, f"/api/v1/views/{code}", '"1"')
    assert made.json() == {
        "code": code, "name": "Late", "reach": "personal", "team": None, "shop": None, "filter": LATE,
        "scope": "open", "sort": "untouched", "columns": ["due"], "count": None, "capped": False, "version": 1,
    }  # fmt: skip
    changed = api.patch(f"/views/{code}", {"name": "Ours", "filter": OURS})
    assert (changed.json()["name"], changed.json()["filter"], changed["ETag"]) == ("Ours", OURS, '"2"')
    assert api.get(f"/views/{code}").json() == changed.json()
    assert api.delete(f"/views/{code}").status_code == 204
    assert api.get(f"/views/{code}").status_code == 404


def test_the_list_is_the_desks_own_and_what_is_kept_with_numbers(ticket, stage, api_as, leo, amy):
    api_as(leo).post("/views", {"name": "Team's", "reach": "team", "team": "after-sales", "filter": OURS})
    rows = {row["name"]: row for row in api_as(amy).get("/views").json()["results"]}

    assert (rows["All open"]["count"], rows["All open"]["version"]) == (1, None)
    assert (rows["Team's"]["count"], rows["Team's"]["team"], rows["Team's"]["capped"]) == (
        1,
        "after-sales",
        False,
    )


def test_a_post_may_come_twice(api_as, amy):
    api = api_as(amy)
    first, second = (api.post("/views", {"name": "Late"}, idempotency_key="k") for _twice in range(2))

    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert SavedView.objects.count() == 1
    assert api.post("/views", {"name": "late"}).json()["code"] == "duplicate"


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/name"),
        ({"name": "x", "moon": 1}, 400, "/moon"),
        ({"name": "x", "reach": "world"}, 422, "/reach"),
        ({"name": "x", "reach": "team", "team": "others"}, 422, "/team"),
        (
            {"name": "x", "filter": {"all": [{"field": "stage", "op": "is", "value": 7}]}},
            422,
            "/filter/all/0/value",
        ),
        ({"name": "x", "filter": "{}"}, 422, "/filter"),
        ({"name": "x", "sort": "x"}, 422, "/sort"),
        ({"name": "x", "columns": ["x"]}, 422, "/columns"),
    ],
)
def test_a_wrong_view_is_refused_where_it_is_wrong(api_as, leo, body, status, pointer):
    answer = api_as(leo).post("/views", body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


def test_another_persons_view_does_not_exist(api_as, amy, leo, bob):
    code = api_as(amy).post("/views", {"name": "Late"}).json()["code"]

    for user in (leo, bob):
        api = api_as(user)
        answers = [api.get(f"/views/{code}"), api.patch(f"/views/{code}", {}), api.delete(f"/views/{code}")]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert api.get(f"/tickets?view={code}").json()["code"] == "unknown_view"


def test_a_teams_view_is_read_by_all_and_changed_by_who_leads(stage, api_as, leo, amy):
    code = api_as(leo).post("/views", {"name": "x", "reach": "shop", "shop": "demo"}).json()["code"]

    assert api_as(amy).get(f"/views/{code}").status_code == 200
    assert api_as(amy).patch(f"/views/{code}", {"name": "y"}).status_code == 403
    assert api_as(amy).delete(f"/views/{code}").status_code == 403


def test_a_stale_change_is_refused(api_as, amy):
    api = api_as(amy)
    code = api.post("/views", {"name": "x"}).json()["code"]
    api.patch(f"/views/{code}", {"name": "y"}, if_match='"1"')

    stale = api.patch(f"/views/{code}", {"name": "z"}, if_match='"1"')

    assert (stale.status_code, stale.json()["current"]["name"]) == (412, "y")


# -- requests of a view ---------------------------------------------------------------------------


def test_requests_of_a_view_and_of_a_filter(ticket, api_as, amy):
    api = api_as(amy)
    code = api.post("/views", {"name": "Ours", "filter": OURS}).json()["code"]

    assert listed(api.get("/tickets", {"view": code})) == [ticket.number]
    assert listed(api.get("/tickets", {"view": "mine", "stage": "communicate"})) == [ticket.number]
    assert listed(api.get("/tickets", {"view": code, "filter": json.dumps(LATE)})) == []
    assert listed(api.get("/tickets", {"filter": json.dumps(OURS), "count": "capped"})) == [ticket.number]
    assert listed(api.get("/tickets", {"scope": "ended"})) == []
    assert listed(api.get("/tickets", {"filter": "{}", "scope": "all"})) == [ticket.number]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"view": "nowhere"}, 400),
        ({"view": ""}, 200),
        ({"filter": "x"}, 422),
        ({"filter": "[]"}, 422),
        ({"filter": '{"all":[{"field":"\\ud800"}]}'}, 422),
        ({"scope": "x"}, 422),
    ],
)
def test_what_is_not_known_is_said(api_as, amy, query, status):
    assert api_as(amy).get("/tickets", query).status_code == status


def test_a_shops_key_reads_its_shops_views_and_keeps_none(stage, ticket, api, api_as, leo):
    code = (
        api_as(leo)
        .post("/views", {"name": "Ours", "reach": "shop", "shop": "demo", "filter": OURS})
        .json()["code"]
    )
    api_as(leo).post("/views", {"name": "Team's", "reach": "team", "team": "after-sales"})

    assert [row["name"] for row in api.get("/views").json()["results"]][-1] == "Ours"
    assert listed(api.get("/tickets", {"view": code})) == [ticket.number]
    assert api.get("/tickets", {"view": "mine"}).status_code == 422
    for answer in (
        api.post("/views", {"name": "x"}),
        api.delete(f"/views/{code}"),
        api.post("/queue/next", {}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_view_that_was_taken_away_is_brought_back(stage, api_as, leo, amy, bob):
    code = api_as(leo).post("/views", {"name": "Ours", "reach": "shop", "shop": "demo"}).json()["code"]
    api_as(leo).delete(f"/views/{code}")

    assert api_as(bob).post(f"/views/{code}/restore").status_code == 404
    assert api_as(amy).post(f"/views/{code}/restore").status_code == 403
    back = api_as(leo).post(f"/views/{code}/restore")

    assert (back.status_code, back.json()["name"]) == (200, "Ours")
    assert api_as(leo).get(f"/views/{code}").status_code == 200
    assert api_as(leo).post(f"/views/{code}/restore").json()["version"] == back.json()["version"]


# -- the next request -----------------------------------------------------------------------------


def test_the_next_request_is_given_and_repeats_under_its_key(ticket, api_as, amy):
    api = api_as(amy)
    first, second = (
        api.post("/queue/next", {"view": "unassigned"}, idempotency_key="n") for _twice in range(2)
    )

    assert first.json()["ticket"]["number"] == ticket.number
    assert first.json()["ticket"]["assignee"] == "amy"
    assert second.json() == first.json()


def test_when_there_is_none_it_says_so(ticket, api_as, amy, leo):
    take_ticket(ticket, by=Actor.staff(leo))

    assert api_as(amy).post("/queue/next", {}).json() == {
        "ticket": None, "detail": "Nothing there waits on you now.",
    }  # fmt: skip
    assert Ticket.objects.get().assignee == leo
    assert api_as(amy).post("/queue/next", {"view": "nowhere"}).status_code == 400
