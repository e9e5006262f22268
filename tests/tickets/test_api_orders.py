"""/orders, /products and /stock, as a shop's system meets them."""

import json

import pytest

from tests.factories import order_body, ticket_body
from tickets.models import Order, OrderLine

pytestmark = pytest.mark.django_db


def test_a_batch_accepts_the_good_and_names_the_bad(api):
    good = {"external_id": "O-1", **order_body()}
    bad_line = {"external_id": "O-2", **order_body(lines=[{**order_body()["lines"][0], "quantity": -1}])}
    nameless = {"external_id": "", **order_body()}

    results = api.post("/orders/batch", {"orders": [good, bad_line, nameless, 7]}).json()["results"]

    assert [row["status"] for row in results] == [201, 422, 422, 422]
    assert results[1]["error"]["errors"][0]["pointer"] == "/lines/0/quantity"
    assert Order.objects.count() == 1


def test_the_same_order_again_writes_nothing(api):
    body = order_body()
    api.put("/orders/O-1", body)
    before = Order.objects.get().updated_at

    assert api.put("/orders/O-1", body).status_code == 200
    assert Order.objects.get().updated_at == before


def test_replacing_never_shrinks_below_what_requests_claim(api):
    body = order_body()
    api.put("/orders/O-1", body)
    api.post("/tickets", ticket_body())

    body["lines"][0]["quantity"] = 1
    smaller = api.put("/orders/O-1", body)
    gone = api.put("/orders/O-1", order_body(lines=body["lines"][1:]))

    assert (smaller.status_code, smaller.json()["code"], smaller.json()["lines"]) == (
        409,
        "order_has_claims",
        ["1"],
    )
    assert gone.json()["code"] == "order_has_claims"
    assert OrderLine.objects.get(external_id="1").quantity == 3


def test_an_order_grows_and_its_version_counts(api):
    body = order_body()
    api.put("/orders/O-1", body)
    body["lines"][0]["quantity"] = 5

    answer = api.put("/orders/O-1", body)

    assert (answer.status_code, answer.json()["version"], answer["ETag"]) == (200, 2, '"2"')
    assert answer.json()["lines"][0]["claimable"] == 5


def test_a_write_on_an_older_version_is_refused_with_the_one_that_stands(api):
    body = order_body()
    api.put("/orders/O-1", body)
    body["lines"][0]["quantity"] = 5
    api.put("/orders/O-1", body)

    answer = api.put("/orders/O-1", order_body(), if_match='"1"')

    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    assert answer.json()["current"]["version"] == 2


def test_payments_that_differ_are_accepted_and_flagged(api):
    answer = api.put("/orders/O-1", order_body(payments=[{"external_id": "p", "captured_minor": 100}]))

    assert answer.status_code == 201
    assert answer.json()["payments_differ"] is True


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        ('{"number": "1"', 400, "malformed"),
        ('{"number": "1", "number": "2"}', 400, "malformed"),
        ('{"number": NaN}', 400, "malformed"),
        ('["a"]', 400, "malformed"),
        ('{"number": "a\\u0000b"}', 400, "malformed"),
        ('{"number": "\\ud800"}', 400, "malformed"),
        ("[" * 5000 + "]" * 5000, 400, "malformed"),
        ('{"colour": "red"}', 400, "unknown_field"),
        ("{}", 422, "invalid"),
    ],
)
def test_what_cannot_be_read_is_said_so(api, raw, status, code):
    answer = api.client.put("/api/v1/orders/O-1", raw, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXQ"),
        ("placed_at", "yesterday"),
        ("lines", []),
        ("shipping_minor", -1),
        ("shipping_minor", 1.5),
        ("shipping_minor", 10**400),
        ("shipping_minor", True),
        ("number", "x" * 121),
        ("metadata", {"a": "x" * 20000}),
    ],
)
def test_a_wrong_value_is_named(api, field, value):
    answer = api.client.put(
        "/api/v1/orders/O-1", json.dumps(order_body(**{field: value})), "application/json"
    )

    assert answer.status_code == 422, answer.json()
    assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}")


def test_only_a_shop_key_writes_orders_and_a_stranger_sees_none(api, api_as, amy, bob):
    api.put("/orders/O-1", order_body())

    assert api_as(amy).put("/orders/O-1", order_body()).status_code == 403
    assert api_as(amy).get("/orders/O-1").status_code == 200
    assert api_as(bob).get("/orders/O-1").status_code == 404


def test_the_dock_sees_neither_money_nor_contacts(order, api_as, wen, amy, leo):
    dock, agent, lead = (api_as(user).get("/orders/O-1").json() for user in (wen, amy, leo))

    assert "paid_minor" not in dock["lines"][0]
    assert "captured_minor" not in dock
    assert dock["customer"]["phone"] == ""
    assert agent["customer"]["phone"] == "•••• 0001"
    assert lead["customer"]["phone"] == "13800000001"
    assert "street" not in agent["shipping_address"]


def test_orders_are_listed_by_key_and_unknown_filters_are_refused(api):
    for number in ("1", "2", "3"):
        api.put(f"/orders/O-{number}", order_body(number=number))

    first = api.get("/orders", {"limit": 2}).json()
    second = api.get("/orders", {"limit": 2, "cursor": first["next"]}).json()
    unknown = api.get("/orders", {"colour": "red"})
    forged = api.get("/orders", {"cursor": "AAAA"})

    assert [row["external_id"] for row in first["results"] + second["results"]] == ["O-3", "O-2", "O-1"]
    assert second["next"] is None
    assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown_filter")
    assert (forged.status_code, forged.json()["code"]) == (400, "bad_cursor")
    assert api.get("/orders", {"number": "2", "count": "capped"}).json()["count"] == 1


def test_products_and_stock_feed_the_facts(api):
    made = api.put("/products/MUG", {"product_class": "home", "warranty_months": 12})
    stocked = api.put("/stock/MUG", {"quantity": 7})

    assert (made.status_code, stocked.status_code) == (201, 200)
    assert (stocked.json()["stock"], stocked.json()["product_class"]) == (7, "home")


def test_the_currency_stays_once_money_was_promised(api, order):
    order.refund_reserved_minor = 100
    order.save()

    answer = api.put("/orders/O-1", order_body(currency="EUR"))

    assert (answer.status_code, answer.json()["code"]) == (409, "order_has_claims")
