"""GET /search and `q` of GET /tickets: what a key finds, and how it is refused."""

import pytest

from tests.factories import SYSTEM
from tests.shared_data import shared_json
from tickets.actions.conversation import add_note, hear_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(ticket, drain):
    hear_customer(ticket, by=SYSTEM, body="杯口有 <裂纹>")
    drain()
    return ticket


def numbers(answer):
    return [each["number"] for each in answer.json()["results"]]


def test_a_key_finds_its_requests_with_the_places(indexed, api):
    body = api.get("/search", {"q": "裂纹"}).json()

    assert [each["ticket"]["number"] for each in body["results"]] == [indexed.number]
    assert body["results"][0]["found"] == [
        {"where": "message", "text": "杯口有 <裂纹>", "html": "杯口有 &lt;<mark>裂纹</mark>&gt;"}
    ]
    assert body["next"] is None


@pytest.mark.parametrize("typed", ["TM260001", "O-1", "0001", "裂纹", "王小明", "13800000001"])
def test_q_of_the_list_finds_the_same(indexed, api, typed):
    assert numbers(api.get("/tickets", {"q": typed})) == [indexed.number]
    assert numbers(api.get("/tickets", {"q": typed, "status": "closed"})) == []


def test_the_shop_never_finds_by_internal_notes(indexed, api, api_as, amy, as_staff, drain):
    add_note(indexed, by=as_staff(amy), body="seems to cheat")
    drain()

    assert api.get("/search", {"q": "cheat"}).json() == {"results": [], "next": None}
    assert len(api_as(amy).get("/search", {"q": "cheat"}).json()["results"]) == 1


def test_another_shop_and_a_stranger_find_nothing(indexed, stage, api_as, bob):
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    other = Api(stage.issue(shop=stage.other_shop, label="other")[1])

    assert other.get("/search", {"q": "裂纹"}).json()["results"] == []
    assert api_as(bob).get("/search", {"q": "裂纹"}).json()["results"] == []


def test_a_scope_is_needed(indexed, stage):
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    blind = Api(stage.issue(shop=stage.shop, label="orders", scopes=["orders:read"])[1])

    assert blind.get("/search", {"q": "裂纹"}).status_code == 403


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 422, "too_short"),
        ({"q": "裂"}, 422, "too_short"),
        ({"q": "裂" * 10_000}, 422, "too_long"),
        ({"q": "裂纹", "moon": "1"}, 400, "unknown_filter"),
        ({"q": "裂纹", "stage": "moon"}, 422, "invalid"),
        ({"q": "裂纹", "ordering": "due"}, 400, "not_with_q"),
        ({"q": "裂纹", "count": "capped"}, 400, "not_with_q"),
        ({"q": "裂纹", "cursor": "x"}, 400, "bad_cursor"),
        ({"q": "裂纹", "limit": "0"}, 400, "bad_limit"),
        ({"q": "裂\x00纹"}, 400, "malformed"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(db, api, params, status, code):
    answer = api.get("/search", params)
    codes = {answer.json()["code"], *(error["code"] for error in answer.json()["errors"])}

    assert (answer.status_code, code in codes) == (status, True)


def test_naughty_strings_are_answered(indexed, api):
    statuses = {
        text: api.get("/search", {"q": text}).status_code for text in shared_json("nasty/blns/blns.json")
    }

    assert {text: status for text, status in statuses.items() if status not in (200, 400, 422, 429)} == {}
