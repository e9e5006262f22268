"""The dock: whole and partial parcels, unexpected items, blind receipts, scans that come twice."""

from datetime import timedelta

import pytest

from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.web.problems import InvalidFields
from returns.actions.receiving import receive_unknown
from returns.models import GoodsMovement, Parcel
from returns.queries.parcels import find_by_scan

pytestmark = pytest.mark.usefixtures("sound")


def test_receiving_a_whole_parcel(shipped, wen, do, counters, buckets, kinds_of):
    ticket = do(wen, shipped, "receive", conditions=["dented"], weight_g=800)

    parcel = Parcel.objects.get(ticket=ticket)
    assert counters(ticket, "authorised", "received") == (2, 2)
    assert (parcel.state, parcel.conditions, parcel.received_by) == ("received", ["dented"], wen)
    assert buckets(ticket) == {"quarantine": 2}
    assert "parcel.receive" in kinds_of(ticket)
    assert not ticket.holds.filter(released_at=None).exists()
    assert abs(ticket.goods_received_at - parcel.received_at) < timedelta(seconds=1)


def test_receiving_one_of_two_and_something_undeclared(shipped, line, wen, do, counters, buckets):
    ticket = do(
        wen, shipped, "receive",
        lines=[{"line": str(line.uid), "quantity": 1}], unexpected=[{"sku": "SPOON", "quantity": 1}],
    )  # fmt: skip

    rows = Parcel.objects.get(ticket=ticket).items.order_by("id").values_list("sku", "expected", "received")
    assert list(rows) == [("MUG", 2, 1), ("SPOON", 0, 1)]
    assert counters(ticket, "authorised", "received") == (2, 1)
    assert buckets(ticket) == {"quarantine": 1, "customer": 1}


def test_more_than_expected_is_refused_and_nothing_is_booked(shipped, line, wen, do, buckets):
    with pytest.raises(InvalidFields, match="3 wanted, at most 2"):
        do(wen, shipped, "receive", lines=[{"line": str(line.uid), "quantity": 3}])

    assert buckets(shipped) == {"in_transit_in": 2}


def test_the_same_scan_twice_counts_once(shipped, line, wen, do, counters, buckets):
    label = Parcel.objects.get().label_code
    count = [{"line": str(line.uid), "quantity": 1}]
    do(wen, shipped, "receive", parcel=label, lines=count)
    movements = GoodsMovement.objects.count()

    ticket = do(wen, shipped, "receive", parcel=label, lines=count)

    assert counters(ticket, "received") == (1,)
    assert GoodsMovement.objects.count() == movements


def test_another_count_of_a_received_parcel_is_refused(received, line, wen, do):
    label = Parcel.objects.get().label_code

    with pytest.raises((NotPossible, InvalidFields)):
        do(wen, received, "receive", parcel=label, lines=[{"line": str(line.uid), "quantity": 1}])


def test_a_second_box_of_the_same_request(shipped, line, wen, do, counters, buckets):
    label = Parcel.objects.get().label_code
    one = [{"line": str(line.uid), "quantity": 1}]
    do(wen, shipped, "receive", parcel=label, lines=one)

    ticket = do(wen, shipped, "receive", parcel=label, lines=one, another_box=True)

    assert counters(ticket, "received") == (2,)
    assert buckets(ticket) == {"quarantine": 2}
    assert Parcel.objects.filter(ticket=ticket, state="received").count() == 2


def test_goods_that_were_not_approved_are_not_booked_in(ticket, wen, do):
    with pytest.raises(NotPossible, match="No goods are to come back"):
        do(wen, ticket, "receive")


@pytest.mark.parametrize("name", ["amy", "finn", "audrey"])
def test_receiving_is_for_the_dock(name, shipped, stage, do):
    with pytest.raises(NotAllowed):
        do(getattr(stage, name), shipped, "receive")


@pytest.mark.parametrize("scan", ["sf1402 99135520", "label", "number"])
def test_a_scan_finds_the_parcel_by(scan, shipped, wen):
    parcel = Parcel.objects.get()
    code = {"label": parcel.label_code, "number": shipped.number}.get(scan, scan)

    found = find_by_scan(code, Actor.staff(wen))

    assert (found.parcel, found.ticket) == (parcel, shipped)


def test_a_scan_finds_nothing_of_another_shop(shipped, bob):
    for code in (shipped.number, Parcel.objects.get().label_code, "SF140299135520"):
        found = find_by_scan(code, Actor.staff(bob))

        assert (found.parcel, found.ticket) == (None, None)


def test_an_unknown_parcel_is_shelved_once(shop, wen):
    by = Actor.staff(wen)
    contents = [{"sku": "MUG", "quantity": 2}]

    parcel = receive_unknown(shop, by=by, waybill="yt 123456", unexpected=contents)
    again = receive_unknown(shop, by=by, waybill="YT123456", unexpected=contents)

    assert parcel == again
    assert (parcel.ticket, parcel.state, parcel.stream) == (None, "received", f"parcel:{parcel.pk}")
    assert parcel.items.count() == 1


def test_an_agent_shelves_nothing(shop, amy):
    with pytest.raises(NotAllowed):
        receive_unknown(shop, by=Actor.staff(amy), waybill="YT123456")
