"""What a client may send by mistake or on purpose: it is refused with a sentence, and never our error."""

import pytest

from returns.models import Parcel
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.orders import put_order
from tickets.serializers import read_order

NUL_IN_JSON = '{"finding": "\\u0000"}'


@pytest.mark.parametrize(
    "path",
    ["/tickets/%00", "/orders/%00", "/tickets?q=%00", "/events?after=%00", "/tickets?limit=" + "9" * 5000],
)
def test_an_address_that_cannot_be_looked_up(api, path):
    assert api.get(path).status_code in (400, 422)


def test_a_page_address_with_nul(client):
    assert client.get("/login?next=%00").status_code == 400


def test_a_number_without_end(api):
    sent = api.client.put(
        "/api/v1/orders/O-9", '{"metadata": {"weight": 1e400}}', content_type="application/json"
    )

    assert (sent.status_code, sent.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "changes",
    [
        {"payments": [{"external_id": "p", "captured_minor": 2**53 - 1}] * 1100},
        {"placed_at": "9999-12-31T00:00:00Z"},
        {"deliveries": [{"delivered_at": "0001-01-01T00:00:00Z"}]},
    ],
)
def test_an_order_out_of_all_bounds(api, shop, changes):
    assert api.put("/orders/O-9", order_body(**changes)).status_code == 422


def test_an_sku_longer_than_any(api, shop):
    assert api.put(f"/products/{'x' * 101}", {"title": "Long"}).status_code == 422
    assert api.put(f"/stock/{'x' * 101}", {"quantity": 1}).status_code == 422


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("approve", {"goods_back": []}),
        ("approve", {"lines": [{"line": {}, "quantity": []}]}),
        ("approve", {"lines": {"line": 1}}),
    ],
)
def test_a_list_where_a_value_belongs(api_as, amy, ticket, verb, body):
    assert api_as(amy).post(f"/tickets/{ticket.number}/actions/{verb}", body).status_code in (200, 422)


@pytest.mark.parametrize("due_on", [5, [], {}, ["2026-01-01"], "soon"])
def test_a_day_that_is_none(api, inspected, leo, due_on):
    answer = api.post(f"/tickets/{inspected.number}/resolutions", {"kind": "repair", "due_on": due_on})

    assert answer.status_code in (201, 409, 422)


@pytest.mark.parametrize("kind", [[], {}, 5, None])
def test_a_kind_that_is_no_name(api, ticket, kind):
    assert api.post(f"/tickets/{ticket.number}/resolutions", {"kind": kind}).status_code == 422


@pytest.mark.parametrize("answers", [NUL_IN_JSON, "[" * 100_000, '{"finding": %s}' % ("9" * 5000), "[", 7])
def test_answers_written_as_text(api, received, answers):
    path = f"/tickets/{received.number}/inspections"

    assert api.post(path, {"grade": "A", "answers": answers}).status_code == 422


def test_what_is_in_a_box_written_as_text(api, shipped):
    body = {"code": shipped.number, "unexpected": '[{"sku": "\\u0000"}]'}

    assert api.post("/receipts", body).status_code == 422


def test_of_two_parcels_one_is_lost(api, open_request, amy, wen, do, sound):
    ticket = do(amy, open_request(), "approve")
    line = {"line": str(ticket.lines.get().uid), "quantity": 1}
    do(amy, ticket, "ship", carrier="sf", waybill="SF100000001")
    first = Parcel.objects.get()
    do(wen, ticket, "receive", lines=[line])
    do(amy, ticket, "issue_label")
    do(amy, ticket, "ship", carrier="sf", waybill="SF100000002")

    refused = api.post(f"/parcels/{first.uid}/tracking", {"status": "lost"})
    lost = api.post(f"/parcels/{Parcel.objects.get(waybill='SF100000002').uid}/tracking", {"status": "lost"})

    assert (refused.status_code, lost.status_code, lost.json()["state"]) == (409, 200, "lost")


def test_two_shops_with_one_order_id(api_as, amy, stage, other_shop):
    amy.teams.first().shops.add(other_shop)
    for shop in (stage.shop, other_shop):
        put_order(shop, "O-1", read_order(order_body()), by=SYSTEM)

    answer = api_as(amy).get("/orders/O-1")

    assert (answer.status_code, answer.json()["code"]) == (400, "shop_needed")


def test_lists_in_the_lines_of_a_request(api, ticket):
    assert api.post("/tickets", ticket_body(lines=[{"order_line": [], "quantity": {}}])).status_code == 422
