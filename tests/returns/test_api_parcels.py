"""Parcels over REST: expect, send, track, scan, shelve, match; the same doors as the verbs."""

import pytest

from returns.models import Parcel
from tests.clients import Api
from tickets.models import Attachment

WAYBILL = {"carrier": "sf", "waybill": "SF1000200030"}


@pytest.fixture
def parcel(approved):
    return Parcel.objects.get()


def test_a_waybill_makes_the_parcel_move(api, approved):
    answer = api.post(f"/tickets/{approved.number}/parcels", WAYBILL)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["waybill"], body["ticket"]) == ("in_transit", "SF1000200030", approved.number)
    assert body["items"][0] | {"line": ""} == {
        "line": "",
        "sku": "MUG",
        "expected": 2,
        "received": 0,
        "note": "",
    }
    listed = api.get(f"/tickets/{approved.number}/parcels").json()["results"]
    assert [row["id"] for row in listed] == [body["id"]]


def test_the_label_is_a_pdf(api, parcel):
    answer = api.get(f"/parcels/{parcel.uid}/label.pdf")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_tracking_moves_a_parcel(api, parcel):
    moved = api.post(f"/parcels/{parcel.uid}/tracking", {"status": "in_transit", **WAYBILL})
    assert (moved.status_code, moved.json()["state"]) == (200, "in_transit")

    lost = api.post(f"/parcels/{parcel.uid}/tracking", {"status": "lost"}, if_match=moved["ETag"])
    assert (lost.status_code, lost.json()["state"]) == (200, "lost")


def test_tracking_an_older_version_is_stale(api, parcel):
    api.post(f"/parcels/{parcel.uid}/tracking", {"status": "in_transit", **WAYBILL})

    stale = api.post(f"/parcels/{parcel.uid}/tracking", {"status": "lost"}, if_match='"1"')

    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")


def test_our_parcel_is_delivered_to_the_customer(api, inspected, wen, do, buckets):
    do(wen, inspected, "send_back", **WAYBILL)
    out = Parcel.objects.get(direction="out")

    for _twice in range(2):
        answer = api.post(f"/parcels/{out.uid}/tracking", {"status": "delivered"})
        assert (answer.status_code, answer.json()["state"]) == (200, "delivered")

    assert buckets(inspected) == {"back_with_customer": 2}


@pytest.mark.parametrize("by", ["waybill", "label", "number"])
def test_a_scan_receives_the_parcel(by, api_as, wen, shipped):
    parcel = Parcel.objects.get()
    code = {"waybill": parcel.waybill, "label": parcel.label_code, "number": shipped.number}[by]
    dock = api_as(wen)

    first = dock.post("/receipts", {"code": code, "conditions": ["fine"]})
    again = dock.post("/receipts", {"code": code, "conditions": ["fine"]})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["items"][0]["received"] == 2
    assert again.json() == first.json()


def test_a_receipt_counts_what_is_there_and_names_what_is_not(api, line, shipped):
    uid = str(line.uid)
    body = {
        "code": "SF140299135520",
        "lines": [{"line": uid, "quantity": 1}],
        "unexpected": [{"sku": "SPOON"}],
    }

    answer = api.post("/receipts", body, idempotency_key="scan-1")
    again = api.post("/receipts", body, idempotency_key="scan-1")

    assert [(row["sku"], row["received"]) for row in answer.json()["items"]] == [("MUG", 1), ("SPOON", 1)]
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == answer.json()


def test_a_receipt_of_too_many_is_refused_by_the_line(api, line, shipped):
    answer = api.post(
        "/receipts", {"code": shipped.number, "lines": [{"line": str(line.uid), "quantity": 3}]}
    )

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/lines")


@pytest.mark.parametrize("lines", [{"line": "x"}, "all", 3, [{"quantity": 1}], ["x"], [None]])
def test_lines_that_are_no_list_of_lines_are_refused(lines, api, shipped):
    answer = api.post("/receipts", {"code": shipped.number, "lines": lines})

    assert answer.status_code == 422
    assert Parcel.objects.get().state == "in_transit"


def test_a_line_that_stands_twice_is_refused(api, line, shipped):
    row = {"line": str(line.uid), "quantity": 1}

    assert api.post("/receipts", {"code": shipped.number, "lines": [row, row]}).status_code == 422


def test_an_unknown_parcel_is_shelved_and_matched_later(api, approved):
    shelved = api.post("/receipts", {"code": "YT123456", "unexpected": [{"sku": "MUG", "quantity": 2}]})
    assert (shelved.status_code, shelved.json()["ticket"]) == (201, None)
    unclaimed = api.get("/parcels", {"unclaimed": "true"}).json()["results"]
    assert [row["id"] for row in unclaimed] == [shelved.json()["id"]]

    matched = api.post(f"/parcels/{shelved.json()['id']}/match", {"ticket": approved.number})

    assert (matched.status_code, matched.json()["ticket"]) == (200, approved.number)
    assert api.get(f"/tickets/{approved.number}").json()["lines"][0]["received"] == 2


def test_an_unknown_field_is_refused(api, approved):
    for path, body in (
        (f"/tickets/{approved.number}/parcels", {**WAYBILL, "color": "red"}),
        ("/receipts", {"code": "YT123456", "colour": "red"}),
        ("/receipts", {"code": approved.number, "colour": "red"}),
    ):
        answer = api.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


def test_what_is_another_shops_does_not_exist(api_as, bob, shipped, parcel):
    stranger = api_as(bob)
    paths = (
        f"/tickets/{shipped.number}/parcels",
        f"/parcels/{parcel.uid}",
        f"/parcels/{parcel.uid}/label.pdf",
    )

    assert {stranger.get(path).status_code for path in paths} == {404}
    assert stranger.post(f"/parcels/{parcel.uid}/tracking", WAYBILL).status_code == 404
    assert stranger.get("/parcels").json()["results"] == []


def test_a_key_without_the_scope_reads_and_writes_nothing(stage, parcel):
    weak = Api(stage.issue(shop=stage.shop, label="orders only", scopes=["orders:write"])[1])

    assert weak.get(f"/parcels/{parcel.uid}").status_code == 403
    assert weak.post("/receipts", {"code": parcel.label_code}).status_code == 403


def test_an_inspection_without_its_photos_is_refused(api_as, counted, ines):
    before = Attachment.objects.count()
    Attachment.objects.filter(step_code="insp").delete()

    answer = api_as(ines).post(f"/tickets/{counted.number}/actions/inspect", {"grade": "A"})

    assert (answer.status_code, answer.json()["code"]) == (409, "photos_missing")
    assert answer.json()["detail"] == "“Fill in the checklist” needs 2 photos; 0 are here."
    assert before == Attachment.objects.count()


def test_an_orders_number_is_a_scan_of_the_request_that_awaits_its_goods(api, approved):
    answer = api.post("/receipts", {"code": approved.order.number, "conditions": ["fine"]})

    assert (answer.status_code, answer.json()["ticket"]) == (201, approved.number)


def test_an_order_with_several_requests_is_not_guessed(api, approved, returning, amy, do):
    do(amy, returning, "approve")

    answer = api.post("/receipts", {"code": approved.order.number})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/code")
    assert approved.number in answer.json()["detail"]
    assert not Parcel.objects.filter(state="received").exists()
