"""How resolutions are carried out: exchanges, repairs, goods sent back, and several on one line."""

import pytest
from django.utils import translation

from aftersales.errors import Invalid, NotAllowed, NotPossible
from returns.actions.settling import FORMER_REASONS
from returns.models import Exchange, Parcel, Refund, Repair, Resolution
from tests.factories import order_body
from tickets.models import OrderLine, TicketLine

pytestmark = pytest.mark.usefixtures("sound")
PAYING = "The refund is to be paid by the shop's payment system."


@pytest.fixture
def exchanging(inspected, amy, do):
    return do(amy, inspected, "exchange")


@pytest.fixture
def repairing(inspected, amy, do):
    return do(amy, inspected, "repair", fault="Handle loose", warranty="goodwill", due_on="2026-12-01")


@pytest.fixture
def shipped_by_shop(shop_actor, do):
    """`shipped_by_shop(ticket)`: the shop confirms each exchange it was asked for."""

    def confirm(ticket, **fields):
        for exchange in Exchange.objects.filter(resolution__ticket=ticket):
            fields = {
                "status": "confirmed",
                "new_order_ref": "O-77",
                "carrier": "SF",
                "waybill": "SF9",
                **fields,
            }
            do(shop_actor, ticket, "record_exchange_result", exchange=str(exchange.uid), **fields)

    return confirm


def test_an_exchange_consumes_the_old_units(exchanging, shipped_by_shop, line, counters, buckets):
    assert exchanging.waiting_on == "warehouse"

    shipped_by_shop(exchanging)
    shipped_by_shop(exchanging)

    bought = OrderLine.objects.get(pk=line.order_line_id)
    assert (bought.claimed, bought.consumed, bought.redelivered) == (0, 2, 0)
    assert counters(exchanging, "resolved") == (2,)
    assert buckets(exchanging) == {"stock_a": 2}
    exchanging.refresh_from_db()
    assert exchanging.outcome == "exchange"


def test_an_exchange_out_of_stock_becomes_a_refund(exchanging, shop_actor, amy, do):
    exchange = Exchange.objects.get()
    ticket = do(
        shop_actor, exchanging, "record_exchange_result", exchange=str(exchange.uid), status="refused",
        detail="Sold out",
    )  # fmt: skip

    assert Resolution.objects.get().state == "failed"
    assert "could not be carried out" in ticket.holds.get(released_at=None).reason
    ticket = do(amy, ticket, "refund")
    assert [hold.reason for hold in ticket.holds.filter(released_at=None)] == [PAYING]


def test_an_exchange_names_its_new_order(exchanging, shipped_by_shop):
    with pytest.raises(Invalid, match="new order"):
        shipped_by_shop(exchanging, new_order_ref="")


def test_a_repair_goes_over_the_bench_and_home(repairing, ines, wen, do, line, counters, buckets):
    assert buckets(repairing) == {"repair_bench": 2}
    do(ines, repairing, "record_repair", status="started")
    do(ines, repairing, "record_repair", status="repaired", work_done="New handle")
    assert buckets(repairing) == {"repair_bench": 2}

    ticket = do(wen, repairing, "send_back", carrier="sf", waybill="SF1000200030")

    repair = Repair.objects.get()
    assert (repair.state, repair.warranty, repair.due_on.isoformat()) == (
        "sent_back",
        "goodwill",
        "2026-12-01",
    )
    assert buckets(ticket) == {"to_customer": 2}
    assert counters(ticket, "claimed", "resolved") == (0, 2)
    bought = OrderLine.objects.get(pk=line.order_line_id)
    assert (bought.claimed, bought.consumed) == (0, 0)
    assert ticket.outcome == "repair"


def test_what_cannot_be_repaired_is_decided_anew(repairing, ines, amy, do, buckets):
    ticket = do(ines, repairing, "record_repair", status="unrepairable", work_done="No parts")

    assert Resolution.objects.get().state == "failed"
    assert buckets(ticket) == {"inspected": 2}
    do(amy, ticket, "refund")


def test_goods_under_repair_are_not_sent_back(repairing, wen, do):
    with pytest.raises(NotPossible):
        do(wen, repairing, "send_back", carrier="sf", waybill="SF1000200030")


def test_only_the_bench_records_repairs(repairing, amy, do):
    with pytest.raises(NotAllowed):
        do(amy, repairing, "record_repair", status="started")


def test_sending_back_decides_in_passing(inspected, wen, do, buckets, counters):
    ticket = do(wen, inspected, "send_back", carrier="sf", waybill="SF1000200030")

    resolution = Resolution.objects.get()
    assert (resolution.kind, resolution.state) == ("return_as_is", "done")
    assert buckets(ticket) == {"to_customer": 2}
    assert counters(ticket, "claimed", "resolved") == (0, 2)
    assert Parcel.objects.get(direction="out").state == "in_transit"
    assert ticket.outcome == "returned_as_is"


def test_lost_goods_can_be_paid_back(shipped, leo, amy, do, answer, advance_clock, drain, buckets, counters):
    do(leo, shipped, "close_short", reason="lost")
    do(amy, shipped, "refund")
    advance_clock(11)
    drain()

    ticket = answer(Refund.objects.get(), "succeeded", gateway_refund_id="G-1")

    assert counters(ticket, "authorised", "resolved", "claimed") == (0, 2, 0)
    assert buckets(ticket) == {}


def test_goods_that_never_came_back_are_shipped_again(ticket, amy, do, shipped_by_shop, counters):
    do(amy, ticket, "reship")

    shipped_by_shop(ticket)

    assert counters(ticket, "claimed", "resolved") == (0, 2)


def test_five_units_of_one_line_end_in_four_ways(
    open_request, amy, wen, ines, do, answer, advance_clock, drain, shipped_by_shop, buckets, counters
):
    """Five mugs: two paid back, one exchanged, one repaired, one sent back as it is."""
    lines = order_body()["lines"]
    lines[0] |= {"quantity": 5, "paid_minor": 10001}
    delivery = order_body()["deliveries"][0] | {"lines": [{"line": "1", "quantity": 5}]}
    ticket = open_request(
        {"lines": lines, "deliveries": [delivery]},
        lines=[{"order_line": "1", "quantity": 5, "reason": "q_surface"}],
    )
    uid = str(TicketLine.objects.get(ticket=ticket).uid)
    do(amy, ticket, "approve", goods_back=True)
    do(wen, ticket, "receive")
    do(ines, ticket, "inspect", quantity=3, grade="A")
    do(ines, ticket, "inspect", grade="C", disposition="repair")

    do(amy, ticket, "decide", lines=[
        {"line": uid, "quantity": 2, "resolution": "refund"},
        {"line": uid, "quantity": 1, "resolution": "exchange"},
        {"line": uid, "quantity": 1, "resolution": "repair"},
        {"line": uid, "quantity": 1, "resolution": "return_as_is"},
    ])  # fmt: skip
    advance_clock(11)
    drain()
    answer(Refund.objects.get(), "succeeded", gateway_refund_id="G-1")
    shipped_by_shop(ticket)
    do(ines, ticket, "record_repair", status="repaired", work_done="Polished")
    ticket = do(wen, ticket, "send_back", carrier="sf", waybill="SF1000200030")

    assert Refund.objects.get().amount_minor == 4000
    assert counters(ticket, "authorised", "received", "inspected", "resolved", "claimed") == (5, 5, 5, 5, 0)
    assert buckets(ticket) == {"stock_a": 3, "to_customer": 2}
    assert set(Resolution.objects.values_list("state", flat=True)) == {"done"}
    assert not ticket.holds.filter(released_at=None).exists()
    assert ticket.outcome == "mixed"


def test_reasons_of_earlier_versions_are_told_in_the_readers_language():
    """Open holds keep the words that they were placed with."""
    with translation.override("zh-hans"):
        assert [translation.gettext(reason) for reason in FORMER_REASONS] == ["退款支付中。", "补偿支付中。"]
