"""Refunds: the sum, the promise, ten seconds to take it back, and the shop's answer, however often it comes."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.models import Event
from returns.models import Refund, Resolution
from tests.factories import order_body

pytestmark = pytest.mark.usefixtures("sound")

TWO_OF_THREE = 6667
PAYING = "The refund is to be paid by the shop's payment system."


@pytest.fixture
def refunding(inspected, amy, do):
    """Two of three mugs are to be paid back, within Amy's own limit."""
    return do(amy, inspected, "refund")


@pytest.fixture
def asked(refunding, advance_clock, drain):
    """The shop was asked to pay."""
    advance_clock(11)
    drain()
    return Refund.objects.get()


def test_a_refund_within_the_limit_is_promised_at_once(refunding, line, ledger_money, kinds_of):
    refund = Refund.objects.get()
    assert (refund.state, refund.amount_minor, refund.currency) == ("approved", TWO_OF_THREE, "CNY")
    assert Resolution.objects.get().state == "approved"
    assert ledger_money(line) == ((TWO_OF_THREE, 0, 2), (TWO_OF_THREE, 0))
    assert kinds_of(refunding)[-2:] == ["resolution.propose", "resolution.approve"]
    assert [hold.reason for hold in refunding.holds.filter(released_at=None)] == [PAYING]


def test_the_shop_is_asked_only_after_ten_seconds(refunding, advance_clock, drain):
    advance_clock(9)
    drain()
    assert Refund.objects.get().state == "approved"

    advance_clock(2)
    drain()
    drain()

    assert Refund.objects.get().state == "requested"
    data = Event.objects.get(kind="refund.request").data
    assert (data["amount_minor"], data["order"]) == (TWO_OF_THREE, "O-1")
    assert data["lines"] == [{"order_line": "1", "quantity": 2, "amount_minor": TWO_OF_THREE}]


def test_taking_it_back_frees_the_money(refunding, line, amy, do, ledger_money, drain, advance_clock):
    ticket = do(amy, refunding, "undo")
    advance_clock(60)
    drain()

    assert Refund.objects.get().state == "cancelled"
    assert Resolution.objects.get().state == "cancelled"
    assert ledger_money(line) == ((0, 0, 0), (0, 0))
    assert not ticket.holds.filter(released_at=None).exists()


def test_what_has_left_cannot_be_taken_back(asked, amy, do):
    with pytest.raises(NotPossible, match="nothing left to take back"):
        do(amy, asked.ticket, "undo")


def test_a_paid_refund_settles_units_goods_and_outcome(asked, answer, line, ledger_money, counters, buckets):
    ticket = answer(asked, "succeeded", gateway_refund_id="G-1")

    refund = Refund.objects.get()
    assert (refund.state, refund.gateway_refund_id) == ("succeeded", "G-1")
    assert Resolution.objects.get().state == "done"
    assert ledger_money(line) == ((0, TWO_OF_THREE, 2), (0, TWO_OF_THREE))
    assert counters(ticket, "claimed", "resolved") == (0, 2)
    assert buckets(ticket) == {"stock_a": 2}
    assert ticket.outcome == "refund"
    assert not ticket.holds.filter(released_at=None).exists()


def test_the_same_answer_twice_changes_nothing(asked, answer, line, ledger_money, kinds_of):
    ticket = answer(asked, "succeeded", gateway_refund_id="G-1")
    before = (ledger_money(line), kinds_of(ticket))

    answer(asked, "succeeded", gateway_refund_id="G-1")
    answer(asked, "succeeded")

    assert (ledger_money(line), kinds_of(ticket)) == before


def test_another_answer_is_refused(asked, answer):
    answer(asked, "succeeded", gateway_refund_id="G-1")

    for status, gateway_id in (("failed", ""), ("succeeded", "G-2")):
        with pytest.raises(NotPossible, match="settled already"):
            answer(asked, status, gateway_refund_id=gateway_id)


def test_a_failed_refund_goes_back_to_deciding(asked, answer, line, ledger_money, counters, amy, do):
    ticket = answer(asked, "failed", detail="card expired")

    assert Refund.objects.get().failure == "card expired"
    assert Resolution.objects.get().state == "failed"
    assert ledger_money(line) == ((0, 0, 0), (0, 0))
    assert counters(ticket, "claimed", "resolved") == (2, 0)
    assert "could not be carried out" in ticket.holds.get(released_at=None).reason
    do(amy, ticket, "refund")
    assert ledger_money(line)[1] == (TWO_OF_THREE, 0)


def test_an_answer_before_the_shop_was_asked_is_refused(refunding, answer):
    with pytest.raises(NotPossible):
        answer(Refund.objects.get(), "succeeded", gateway_refund_id="G-1")


def test_one_gateway_refund_settles_one_refund(asked, answer, open_request, amy, do, advance_clock, drain):
    answer(asked, "succeeded", gateway_refund_id="G-1")
    other = open_request(lines=[{"order_line": "1", "quantity": 1}], external_id="second")
    do(amy, other, "refund")
    advance_clock(11)
    drain()

    with pytest.raises(NotPossible, match="belongs to another refund"):
        answer(Refund.objects.get(ticket=other), "succeeded", gateway_refund_id="G-1")


@pytest.mark.parametrize("name", ["amy", "wen", "leo", "audrey"])
def test_only_finance_or_the_shop_says_what_was_paid(name, asked, stage, do):
    with pytest.raises(NotAllowed):
        do(getattr(stage, name), asked.ticket, "record_refund_result", refund=str(asked.key), status="failed")


def test_finance_may_record_it_by_hand(asked, finn, do):
    do(finn, asked.ticket, "record_refund_result", refund=str(asked.key), status="succeeded")

    assert Refund.objects.get().gateway_refund_id == str(asked.key)


@pytest.mark.parametrize("parts", [(1, 1, 1), (2, 1), (1, 2), (3,)])
def test_three_for_a_hundred_in_parts_add_up(parts, open_request, amy, do, answer, advance_clock, drain):
    amounts = []
    for number, quantity in enumerate(parts):
        ticket = open_request(lines=[{"order_line": "1", "quantity": quantity}], external_id=f"part-{number}")
        do(amy, ticket, "refund")
        advance_clock(11)
        drain()
        refund = Refund.objects.get(ticket=ticket)
        amounts.append(refund.amount_minor)
        answer(refund, "succeeded", gateway_refund_id=f"G-{number}")

    assert sum(amounts) == 10000
    assert {(1, 1, 1): [3333, 3334, 3333]}.get(parts, amounts) == amounts


def test_never_more_than_the_payments_captured(open_request, amy, do):
    body = order_body()
    body["payments"][0]["captured_minor"] = 5000
    ticket = open_request({"payments": body["payments"]})

    do(amy, ticket, "refund")

    assert Refund.objects.get().amount_minor == 5000


def test_more_than_computed_is_refused(inspected, amy, do):
    with pytest.raises(Invalid, match="At most") as refusal:
        do(amy, inspected, "refund", amount_minor=6668)

    assert refusal.value.extra["most"] == TWO_OF_THREE


def test_less_than_computed_needs_a_reason(inspected, amy, do):
    with pytest.raises(Invalid, match="Say why less"):
        do(amy, inspected, "refund", amount_minor=6000)

    do(amy, inspected, "refund", amount_minor=6000, reason="A chip was the customer's doing")
    assert Refund.objects.get().amount_minor == 6000
