"""Unclaimed parcels that find their request, and goods that will not come."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.actors import Actor
from returns.actions.receiving import receive_unknown
from returns.models import Parcel
from tickets.models import OrderLine

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture
def unclaimed(shop, wen):
    contents = [{"sku": "MUG", "quantity": 3}, {"sku": "SPOON", "quantity": 1}]
    return receive_unknown(shop, by=Actor.staff(wen), waybill="YT123456", unexpected=contents)


def test_matching_books_in_what_the_request_awaits(approved, unclaimed, wen, do, counters, buckets):
    ticket = do(wen, approved, "match_parcel", parcel="YT123456")

    rows = unclaimed.items.order_by("sku", "expected").values_list("sku", "expected", "received")
    assert list(rows) == [("MUG", 0, 1), ("MUG", 2, 2), ("SPOON", 0, 1)]
    assert counters(ticket, "received") == (2,)
    assert buckets(ticket) == {"quarantine": 2}
    assert set(Parcel.objects.values_list("state", flat=True)) == {"received", "cancelled"}


def test_matching_corrects_a_parcel_that_was_said_to_hold_the_goods(shipped, unclaimed, wen, do, buckets):
    ticket = do(wen, shipped, "match_parcel", parcel="YT123456")

    assert buckets(ticket) == {"quarantine": 2}
    assert not ticket.holds.filter(released_at=None).exists()


def test_a_matched_parcel_cannot_be_matched_again(approved, unclaimed, wen, do):
    do(wen, approved, "match_parcel", parcel="YT123456")

    with pytest.raises(NotPossible, match="is here already"):
        do(wen, approved, "match_parcel", parcel="YT123456")


def test_the_waybill_of_an_unclaimed_parcel_is_pointed_out(approved, unclaimed, amy, do):
    with pytest.raises(NotPossible, match="Match it to this request"):
        do(amy, approved, "ship", carrier="yto", waybill="YT123456")


def test_closing_short_releases_what_does_not_come(shipped, line, wen, do, counters, buckets):
    do(wen, shipped, "receive", lines=[{"line": str(line.uid), "quantity": 1}])

    ticket = do(wen, shipped, "close_short", reason="not_sent")

    assert counters(ticket, "authorised", "received", "claimed") == (1, 1, 1)
    assert OrderLine.objects.get(pk=line.order_line_id).claimed == 1
    assert buckets(ticket) == {"quarantine": 1}


def test_closing_short_withdraws_the_label(approved, wen, do, counters, buckets):
    ticket = do(wen, approved, "close_short", reason="not_sent")

    assert Parcel.objects.get().state == "cancelled"
    assert counters(ticket, "authorised", "claimed") == (0, 0)
    assert buckets(ticket) == {}


def test_lost_goods_stay_claimed(shipped, leo, do, counters, buckets):
    ticket = do(leo, shipped, "close_short", reason="lost")

    assert Parcel.objects.get().state == "lost"
    assert counters(ticket, "authorised", "claimed") == (0, 2)
    assert buckets(ticket) == {"lost_in": 2}
    assert not ticket.holds.filter(released_at=None).exists()


def test_closing_short_for_another_reason_says_which(approved, wen, do):
    with pytest.raises(Invalid, match="Say why"):
        do(wen, approved, "close_short", reason="other")


def test_an_agent_does_not_close_short(approved, amy, do):
    with pytest.raises(NotAllowed):
        do(amy, approved, "close_short", reason="not_sent")
