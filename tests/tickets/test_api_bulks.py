"""/bulk: foreseen, asked for, followed, cancelled and taken back, by whom it belongs to."""

import pytest

from aftersales import due
from staff.actions import add_member
from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.models import Bulk, Ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(shop, order):
    return [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(3)]


@pytest.fixture
def body(three):
    return {"verb": "tag", "data": {"tag": "vip"}, "numbers": [ticket.number for ticket in three]}


def run(advance_clock):
    advance_clock(60)
    due.drain(due.KINDS["bulk"])


def test_a_dry_run_changes_nothing(three, body, api_as, amy):
    Ticket.objects.filter(pk=three[0].pk).update(tags=["vip"])

    answer = api_as(amy).post("/bulk", {**body, "numbers": [*body["numbers"], "A26-NONE"]})

    assert answer.status_code == 200
    assert answer.json() == {
        "dry_run": True,
        "verb": "tag",
        "total": 3,
        "can": 2,
        "left_out": 1,
        "reasons": [
            {
                "detail": "This request has the tag “vip” already.",
                "count": 1,
                "numbers": [three[0].number],
            }
        ],
        "unknown": ["A26-NONE"],
        "undo": "untag",
    }
    assert not Bulk.objects.exists()


def test_it_is_asked_for_followed_and_taken_back(three, body, api_as, amy, advance_clock):
    client = api_as(amy)
    asked = client.post("/bulk", {**body, "dry_run": False}, idempotency_key="one")
    again = client.post("/bulk", {**body, "dry_run": False}, idempotency_key="one")
    assert (asked.status_code, asked.json()["waiting"], again.json()) == (201, 3, asked.json())
    path = asked["Location"].removeprefix("/api/v1")

    run(advance_clock)
    read = client.get(path).json()
    assert (read["state"], read["done"], read["owner"], read["verb"]) == ("finished", 3, "amy", "tag")
    rows = client.get(f"{path}/rows", {"limit": 2}).json()
    rest = client.get(f"{path}/rows", {"limit": 2, "cursor": rows["next"]}).json()
    told = [*rows["results"], *rest["results"]]
    assert [row["ticket"] for row in told] == body["numbers"]
    assert {row["state"] for row in told} == {"done"}
    assert rest["next"] is None
    assert client.get(f"{path}/rows", {"state": "refused"}).json()["results"] == []

    undo = client.post(f"{path}/undo").json()
    assert (undo["undoes"], undo["verb"], undo["total"]) == (read["code"], "untag", 3)
    assert client.get(path).json()["undone_by"] == undo["code"]
    run(advance_clock)
    assert [row.tags for row in Ticket.objects.order_by("id")] == [[]] * 3


def test_all_that_match_a_view_and_a_filter(three, api_as, amy):
    Ticket.objects.filter(pk=three[0].pk).update(tags=["vip"])
    tagged = {"all": [{"field": "tag", "op": "is", "value": "vip"}]}

    for chosen, count in (
        ({"view": "all"}, 3),
        ({"filter": tagged}, 1),
        ({"view": "all", "filter": tagged}, 1),
    ):
        answer = api_as(amy).post("/bulk", {"verb": "follow", **chosen})
        assert answer.json()["can"] == count


def test_cancelling(body, api_as, amy, advance_clock):
    client = api_as(amy)
    code = client.post("/bulk", {**body, "dry_run": False}).json()["code"]

    assert client.post(f"/bulk/{code}/cancel").json()["cancelled"] == 3
    run(advance_clock)
    assert not Ticket.objects.exclude(tags=[]).exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"verb": "refund"}, 400, "unknown_verb"),
        ({"data": {}}, 422, "invalid"),
        ({"data": {"tag": "x", "more": 1}}, 400, "unknown_field"),
        ({"numbers": []}, 409, "none_selected"),
        ({"numbers": ["A26-NONE"]}, 409, "none_selected"),
        ({"view": "all"}, 422, "invalid"),
        ({"numbers": 7}, 422, "invalid"),
        ({"data": 7}, 422, "invalid"),
        ({"colour": 1}, 400, "unknown_field"),
        ({"data": {"tag": {"\ud800": "\x00"}}}, 400, "malformed"),
    ],
)
def test_refusals_say_what_is_wrong(body, api_as, amy, change, status, code):
    answer = api_as(amy).post("/bulk", {**body, **change, "dry_run": False})

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()


def test_without_any_selection_it_is_refused(api_as, amy):
    answer = api_as(amy).post("/bulk", {"verb": "follow"})

    assert (answer.status_code, answer.json()["detail"]) == (422, "Name a view, a filter or numbers.")


@pytest.mark.parametrize("who", ["audrey", "quinn"])
def test_who_only_reads_changes_nothing(body, api_as, stage, who):
    answer = api_as(getattr(stage, who)).post("/bulk", {**body, "dry_run": False})

    assert (answer.status_code, answer.json()["code"]) == (409, "none_fits")
    assert "Your role may not" in answer.json()["detail"]


def test_a_shops_key_is_told_that_people_ask(body, api):
    answer = api.post("/bulk", {**body, "dry_run": False})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert api.get("/bulk").json()["results"] == []


def test_it_is_its_owners_and_the_leads_of_the_shop(body, api_as, stage, amy, leo, mona, wen, bob):
    code = api_as(amy).post("/bulk", {**body, "dry_run": False}).json()["code"]

    for user, sees in ((amy, True), (leo, True), (mona, True), (wen, False), (bob, False)):
        client = api_as(user)
        assert bool(client.get("/bulk").json()["results"]) == sees
        for path in (f"/bulk/{code}", f"/bulk/{code}/rows"):
            assert client.get(path).status_code == (200 if sees else 404)
    for path in (f"/bulk/{code}/cancel", f"/bulk/{code}/undo"):
        absent = api_as(bob).post(path.replace(code, "b-none"))
        assert api_as(bob).post(path).status_code == absent.status_code == 404
    assert Bulk.objects.get().state == "running"
    add_member(stage.team, wen, is_lead=True)
    assert api_as(wen).get(f"/bulk/{code}").status_code == 200


def test_a_lead_of_one_shop_sees_nothing_of_two(stage, three, api_as, amy, leo):
    add_member(stage.other_team, amy)
    body = ticket_body(lines=[])
    del body["order"]
    open_ticket(stage.other_shop, read_ticket(body), by=SYSTEM)
    code = api_as(amy).post("/bulk", {"verb": "follow", "view": "all", "dry_run": False}).json()["code"]

    assert api_as(leo).get(f"/bulk/{code}").status_code == 404
    assert len(api_as(amy).get(f"/bulk/{code}/rows").json()["results"]) == 4
