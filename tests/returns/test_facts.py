"""Facts about goods and money: what they answer, and that they say unknown where data is missing."""

import pytest

from tests.factories import order_body
from tickets.models import Product
from tickets.registry import answer_of


@pytest.fixture
def ask():
    return lambda name, ticket: answer_of(name, ticket).value


def test_goods_are_here_once_all_have_arrived(shipped, line, wen, do, ask):
    assert ask("happened:parcel.receive", shipped) == "fail"
    one = [{"line": str(line.uid), "quantity": 1}]
    do(wen, shipped, "receive", lines=one)
    assert ask("happened:parcel.receive", shipped) == "fail"

    ticket = do(wen, shipped, "receive", lines=one, another_box=True)

    assert ask("happened:parcel.receive", ticket) == "pass"


def test_a_scan_has_happened_once_there_is_a_waybill(approved, amy, do, ask):
    assert ask("happened:parcel.scan", approved) == "fail"

    ticket = do(amy, approved, "ship", carrier="sf", waybill="SF1000200030")

    assert ask("happened:parcel.scan", ticket) == "pass"


def test_received_as_listed_is_unknown_then_pass(shipped, wen, do, ask):
    assert ask("received_as_listed", shipped) == "unknown"
    assert ask("received_as_listed", do(wen, shipped, "receive")) == "pass"


def test_something_undeclared_is_not_as_listed(shipped, wen, do, ask):
    ticket = do(wen, shipped, "receive", unexpected=[{"sku": "BRICK", "quantity": 1}])

    assert ask("received_as_listed", ticket) == "fail"


@pytest.mark.parametrize(("line", "answer"), [("1", "pass"), ("2", "fail")])
def test_the_refund_is_within_the_agents_limit(line, answer, open_request, ask):
    ticket = open_request(lines=[{"order_line": line, "quantity": 1}])

    assert ask("refund_within_agent_limit", ticket) == answer


@pytest.mark.parametrize(("amount", "answer"), [(2000, "pass"), (20001, "fail")])
def test_the_compensation_is_within_the_agents_limit(amount, answer, ticket, amy, do, ask):
    assert ask("compensation_within_agent_limit", ticket) == "unknown"

    ticket = do(amy, ticket, "compensate", amount_minor=amount, reason="Late")

    assert ask("compensation_within_agent_limit", ticket) == answer


def test_accessories_are_as_the_inspector_answered(received, inspected, ask):
    assert ask("accessories_complete", inspected) == "unknown"


@pytest.mark.parametrize(("sku", "answer"), [("", "pass"), ("MUG-XL", "unknown")])
def test_like_for_like(sku, answer, ticket, amy, do, ask):
    assert ask("same_sku_same_price", ticket) == "unknown"

    assert ask("same_sku_same_price", do(amy, ticket, "exchange", sku=sku)) == answer


@pytest.mark.parametrize(("grams", "answer"), [(850, "pass"), (300, "fail")])
def test_weight_is_compared_with_what_the_goods_weigh(grams, answer, shipped, wen, do, shop, ask):
    ticket = do(wen, shipped, "receive", weight_g=grams)
    assert ask("weight_matches", ticket) == "unknown"

    Product.objects.create(shop=shop, sku="MUG", weight_g=400, updated_at=ticket.updated_at)

    assert ask("weight_matches", ticket) == answer


def test_two_repairs_of_the_same_goods(open_request, amy, wen, ines, do, ask):
    for number in (1, 2):
        ticket = open_request(external_id=f"repair-{number}", lines=[{"order_line": "1", "quantity": 1}])
        assert ask("two_repairs_failed", ticket) == "fail"
        do(amy, ticket, "approve", goods_back=True)
        do(wen, ticket, "receive")
        do(ines, ticket, "inspect", grade="C")
        do(amy, ticket, "repair")
        do(ines, ticket, "record_repair", status="repaired", work_done="Glued")
        do(wen, ticket, "send_back", carrier="sf", waybill=f"SF100020003{number}")

    assert ask("two_repairs_failed", ticket) == "pass"


@pytest.mark.parametrize(("product_class", "answer"), [("home", "fail"), ("food", "unknown")])
def test_only_some_classes_can_be_excluded(product_class, answer, open_request, ask):
    lines = order_body()["lines"]
    lines[0]["product_class"] = product_class

    assert ask("no_reason_excluded", open_request({"lines": lines})) == answer
