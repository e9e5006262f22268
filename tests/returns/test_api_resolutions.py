"""Inspections, proposals and answers over REST, money masked for those who do not see it."""

import pytest

from aftersales.events.models import Event
from returns.models import Exchange, Refund, Repair, Resolution
from tests.returns.shortcuts import leave_questions_out


@pytest.fixture
def free(ticket, leo):
    """A request past its questions, without goods to come back."""
    return leave_questions_out(ticket, leo)


@pytest.fixture
def refund(free, api, advance_clock, drain):
    """Proposed by the shop's own system, approved by a person, asked of the payment side."""

    def make(approver):
        made = api.post(f"/tickets/{free.number}/resolutions", {"kind": "refund"}).json()
        approver.post(f"/resolutions/{made['id']}/approve")
        advance_clock(11)
        drain()
        return Refund.objects.get()

    return make


def test_an_inspection_is_recorded_and_listed(api, received):
    answer = api.post(
        f"/tickets/{received.number}/inspections", {"grade": "B", "fault": "yes", "finding": "Chipped"}
    )

    assert answer.status_code == 201
    assert (answer.json()["grade"], answer.json()["disposition"]) == ("B", "restock_open_box")
    assert api.get(f"/tickets/{received.number}/inspections").json()["results"] == [answer.json()]


def test_a_preview_tells_the_sum_line_by_line_and_writes_nothing(api, free):
    before = Event.objects.count()

    answer = api.post(f"/tickets/{free.number}/resolutions/preview")

    body = answer.json()
    assert (body["amount_minor"], body["currency"], body["approver_role"]) == (6667, "CNY", "supervisor")
    assert body["lines"][0]["reason"] == "2 of 3 units that cost ¥100.00"
    assert Event.objects.count() == before
    assert not Resolution.objects.exists()


def test_a_proposal_is_approved_by_a_person_and_settled_by_the_payment_side(api, api_as, leo, refund):
    asked = refund(api_as(leo))
    listed = api.get("/refunds", {"status": "requested"}).json()["results"]
    assert [(row["id"], row["amount_minor"]) for row in listed] == [(str(asked.key), 6667)]

    body = {"status": "succeeded", "gateway_refund_id": "G-1"}
    first = api.post(f"/refunds/{asked.key}/result", body)
    again = api.post(f"/refunds/{asked.key}/result", body)

    assert (first.status_code, first.json()["status"]) == (200, "succeeded")
    assert again.json() == first.json()
    assert api.post(f"/refunds/{asked.key}/result", {"status": "failed"}).status_code == 409


def test_the_one_who_proposed_does_not_approve(api_as, mona, free):
    client = api_as(mona)
    client.post(
        f"/tickets/{free.number}/resolutions",
        {"kind": "compensation", "amount_minor": 30000, "reason": "Late"},
    )
    proposal = Resolution.objects.get()

    answer = client.post(f"/resolutions/{proposal.uid}/approve")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_declining_needs_a_reason(api_as, leo, free, api):
    made = api.post(f"/tickets/{free.number}/resolutions", {"kind": "refund"}).json()
    client = api_as(leo)

    assert client.post(f"/resolutions/{made['id']}/decline").status_code == 422
    assert client.post(f"/resolutions/{made['id']}/decline", {"reason": "No"}).json()["state"] == "declined"


def test_the_shop_confirms_that_it_shipped(api, free):
    made = api.post(f"/tickets/{free.number}/resolutions", {"kind": "exchange", "sku": "MUG-2"}).json()
    command = Event.objects.get(kind="exchange.request").data["command"]
    assert command == made["exchange"]["id"]

    answer = api.post(f"/commands/{command}/result", {"status": "confirmed", "new_order_ref": "O-9"})

    assert (answer.status_code, answer.json()["state"]) == (200, "shipped")
    assert Exchange.objects.get().new_order_ref == "O-9"


def test_the_bench_tells_how_far_a_repair_is(api, inspected, leo):
    leave_questions_out(inspected, leo)
    made = api.post(f"/tickets/{inspected.number}/resolutions", {"kind": "repair", "fault": "Loose"}).json()

    answer = api.post(
        f"/repairs/{made['repair']['id']}/result", {"status": "repaired", "work_done": "Tightened"}
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "repaired")
    assert Repair.objects.get().work_done == "Tightened"


def test_an_unknown_kind_is_refused_naming_what_there_is(api, free):
    answer = api.post(f"/tickets/{free.number}/resolutions", {"kind": "gift"})

    assert answer.status_code == 422
    assert "refund, exchange, repair" in answer.json()["detail"]


def test_the_dock_sees_no_money(api_as, wen, api, free):
    api.post(f"/tickets/{free.number}/resolutions", {"kind": "refund"})
    dock = api_as(wen)

    shown = dock.get(f"/tickets/{free.number}/resolutions").json()["results"][0]
    assert (shown["amount_minor"], shown["refund"], shown["lines"][0]["amount_minor"]) == (None, None, None)
    assert dock.get("/refunds").status_code == 403
    assert dock.post(f"/tickets/{free.number}/resolutions/preview").status_code == 403


def test_what_is_another_shops_does_not_exist(api_as, bob, leo, free, refund):
    asked = refund(api_as(leo))
    stranger = api_as(bob)
    proposal = Resolution.objects.get()

    assert stranger.get(f"/resolutions/{proposal.uid}").status_code == 404
    assert stranger.get(f"/refunds/{asked.key}").status_code == 404
    assert stranger.post(f"/refunds/{asked.key}/result", {"status": "failed"}).status_code == 404
    assert stranger.post(f"/tickets/{free.number}/resolutions/preview").status_code == 404
    assert stranger.get("/refunds").json()["results"] == []


def test_an_unknown_filter_is_named(api, free):
    answer = api.get("/refunds", {"state": "requested"})

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_filter")


def test_events_tell_the_dock_no_amounts(api_as, wen, amy, api, free):
    api.post(f"/tickets/{free.number}/resolutions", {"kind": "refund"})

    def told(person):
        return {
            key
            for row in api_as(person).get(f"/tickets/{free.number}/events").json()["results"]
            for key in row["data"]
        }

    assert "amount_minor" in told(amy)
    assert not {key for key in told(wen) if key.startswith("amount")}
