"""GET /reports/...: the same numbers as the page, the facts behind them, and what is refused by a sentence."""

import pytest

from aftersales.events.actors import Actor
from aftersales.history.models import Fact
from tests.clients import Api
from tests.tickets.sla_cases import open_tickets
from tickets.actions.conversation import reply_to_customer

pytestmark = pytest.mark.django_db
PANELS = ["sla", "times", "intake", "funnel", "people"]


def by(rows, name):
    return {row[name]: row for row in rows}


def test_promises(lived, leo, api_as):
    body = api_as(leo).get("/reports/sla", {"days": 28}).json()

    assert (body["met"], body["missed"], body["share"]) == (1, 1, 50.0)
    assert by(body["rows"], "target")["first_response"] == {
        "target": "first_response", "met": 0, "missed": 1, "share": 0.0,
    }  # fmt: skip
    assert body["from"] < body["to"]


def test_times(lived, leo, api_as):
    row = by(api_as(leo).get("/reports/times").json()["rows"], "measure")["response.first"]

    assert row["count"] == 1
    assert row["p50_seconds"] == pytest.approx(5400, rel=0.051)
    assert row["target_seconds"] == 3600


def test_intake_in_any_zone(lived, leo, api_as):
    def filled(**params):
        rows = api_as(leo).get("/reports/intake", params).json()["rows"]
        return [(row["weekday"], cell["hour"]) for row in rows for cell in row["cells"] if cell["count"]]

    at_home, elsewhere = filled()[0], filled(time_zone="UTC")[0]

    assert (at_home[1] - elsewhere[1]) % 24 == 8


def test_funnel_and_people(lived, leo, api_as):
    client = api_as(leo)

    first = client.get("/reports/funnel").json()["rows"][0]
    people = by(client.get("/reports/people").json()["rows"], "person")

    assert (first["stage"], first["entered"], first["left"]["rejected"]) == ("communicate", 1, 1)
    assert (people["amy"]["first_replies"], people["amy"]["missed"]) == (1, 1)


def test_the_facts_behind_a_number(lived, leo, api_as):
    body = api_as(leo).get("/reports/facts", {"measure": "sla.first_response", "met": "no"}).json()

    (fact,) = body["results"]
    assert (fact["ticket"], fact["met"], fact["target_seconds"]) == (lived.number, False, 3600)
    assert (fact["category"], fact["team"], fact["person"]) == ("quality_other", "after-sales", "amy")
    assert body["next"] is None


def test_facts_by_pages(shop, policy, leo, api_as, drain):
    wanted = {ticket.number for ticket in open_tickets(shop, 5)}
    drain()
    client, seen, cursor = api_as(leo), [], ""
    while cursor is not None:
        body = client.get("/reports/facts", {"measure": "open", "limit": 2, "cursor": cursor}).json()
        seen, cursor = seen + [fact["ticket"] for fact in body["results"]], body["next"]

    assert len(seen) == 5
    assert set(seen) == wanted


# -- who -------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", PANELS)
def test_a_stranger_sees_nothing(lived, bob, api_as, panel):
    body = api_as(bob).get(f"/reports/{panel}").json()

    assert not body.get("met")
    assert not body.get("count")
    assert not any(row.get("entered") or row.get("first_replies") for row in body["rows"])
    assert api_as(bob).get("/reports/facts", {"measure": "open"}).json()["results"] == []


def test_a_strangers_filters_name_nothing(lived, bob, api_as):
    answer = api_as(bob).get("/reports/sla", {"shop": "demo"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?shop"


@pytest.mark.parametrize("name", ["wen", "ines"])
@pytest.mark.parametrize("path", ["sla", "facts"])
def test_the_floor_may_not(stage, api_as, name, path):
    answer = api_as(getattr(stage, name)).get(
        f"/reports/{path}", {"measure": "open"} if path == "facts" else {}
    )

    assert answer.status_code == 403
    assert answer.json()["detail"] == "Your role does not read how the desk did."


@pytest.mark.parametrize("name", ["amy", "leo", "mona", "finn", "quinn", "audrey", "ada"])
def test_who_has_the_wall_may(stage, api_as, name):
    assert api_as(getattr(stage, name)).get("/reports/sla").status_code == 200


def test_a_shops_system_reads_its_shop_but_not_its_people(lived, api, stage):
    other = Api(stage.issue(shop=stage.other_shop, label="other")[1])

    assert api.get("/reports/sla").json()["missed"] == 1
    assert api.get("/reports/people").status_code == 403
    assert other.get("/reports/sla").json()["rows"] == []
    (fact,) = api.get("/reports/facts", {"measure": "response.first"}).json()["results"]
    assert fact["person"] is None


def test_a_key_is_nobody_whatever_its_number(lived, stage):
    """Its id may be somebody's, too."""
    key, token = stage.issue(shop=stage.shop, label="y")
    Fact.objects.exclude(person_id=None).update(person_id=key.pk)

    facts = Api(token).get("/reports/facts", {"measure": "response.first"}).json()["results"]

    assert [fact["person"] for fact in facts] == [None]


def test_an_agent_is_told_of_nobody_else(shop, policy, amy, leo, api_as, drain):
    reply_to_customer(open_tickets(shop, 1)[0], body="Yes.", by=Actor.staff(leo))
    drain()

    assert api_as(amy).get("/reports/people").json()["rows"] == []
    refused = api_as(amy).get("/reports/facts", {"measure": "response.first", "person": "leo"})
    assert refused.status_code == 422


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"days": "8"}, "?days"),
        ({"from": "yesterday"}, "?from"),
        ({"to": "0001-01-01"}, "?to"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "?from"),
        ({"from": "2001-01-01", "to": "2026-01-01"}, "?from"),
        ({"shop": "nowhere"}, "?shop"),
        ({"team": "nobody"}, "?team"),
        ({"category": "nothing"}, "?category"),
        ({"time_zone": "Mars/Base"}, "?time_zone"),
        ({"time_zone": "../etc/passwd"}, "?time_zone"),
    ],
)
def test_what_is_wrong_is_named(leo, api_as, params, pointer):
    answer = api_as(leo).get("/reports/sla", params)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({}, "?measure"),
        ({"measure": "profit"}, "?measure"),
        ({"measure": "open", "met": "perhaps"}, "?met"),
        ({"measure": "open", "hour": "24"}, "?hour"),
        ({"measure": "open", "weekday": "0"}, "?weekday"),
        ({"measure": "stage.receive", "left_for": "moon"}, "?left_for"),
        ({"measure": "open", "person": "nobody"}, "?person"),
    ],
)
def test_what_is_wrong_of_a_number_is_named(leo, api_as, params, pointer):
    answer = api_as(leo).get("/reports/facts", params)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_an_unknown_filter_is_a_400(leo, api_as):
    answer = api_as(leo).get("/reports/sla", {"colour": "red"})

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_filter")


@pytest.mark.parametrize("params", [{"cursor": "rubbish"}, {"limit": "0"}, {"limit": "x"}])
def test_a_page_that_there_is_not_is_a_400(leo, api_as, params):
    assert api_as(leo).get("/reports/facts", {"measure": "open", **params}).status_code == 400


def test_a_panel_that_there_is_not(leo, api_as):
    assert api_as(leo).get("/reports/money").status_code == 404
