"""Parcels on their way: waybills, what they block, and labels that are no longer wanted."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from returns.models import Parcel

pytestmark = pytest.mark.usefixtures("sound")


def test_shipping_moves_the_goods_and_waits_for_the_carrier(approved, amy, leo, do, buckets, kinds_of):
    ticket = do(amy, approved, "ship", carrier="SF", waybill="sf1402 9913 5520")

    parcel = Parcel.objects.get(ticket=ticket)
    assert (parcel.state, parcel.carrier, parcel.waybill) == ("in_transit", "sf", "SF140299135520")
    assert buckets(ticket) == {"in_transit_in": 2}
    assert ticket.waiting_on == "us"  # what the procedure asks first can be asked meanwhile
    while ticket.stage == "communicate":
        ticket = do(leo, ticket, "skip_step", reason="Known")
    assert ticket.waiting_on == "carrier"
    assert "parcel.ship" in kinds_of(ticket)


def test_shipping_again_corrects_the_waybill(shipped, amy, do, buckets):
    do(amy, shipped, "ship", carrier="yto", waybill="YT0000000001")

    parcel = Parcel.objects.get(ticket=shipped)
    assert (parcel.carrier, parcel.waybill) == ("yto", "YT0000000001")
    assert buckets(shipped) == {"in_transit_in": 2}


def test_a_waybill_that_cannot_be_one_is_refused(approved, amy, do):
    with pytest.raises(Invalid, match="not a waybill number"):
        do(amy, approved, "ship", carrier="SF", waybill="?!")


def test_one_waybill_is_one_parcel(shipped, open_request, amy, do):
    other = open_request(lines=[{"order_line": "2", "quantity": 1}])
    other = do(amy, other, "approve", goods_back=True)

    with pytest.raises(NotPossible, match=f"belongs to request {shipped.number}"):
        do(amy, other, "ship", carrier="sf", waybill="SF140299135520")


def test_cancelling_is_refused_while_goods_are_on_their_way(shipped, amy, do):
    with pytest.raises(NotPossible, match="Receive them, then send them back"):
        do(amy, shipped, "cancel")


def test_a_second_label_is_refused_while_one_covers_everything(approved, amy, do):
    code = Parcel.objects.get().label_code

    with pytest.raises(NotPossible, match=code):
        do(amy, approved, "issue_label")


def test_no_label_without_goods_to_come(ticket, amy, do):
    with pytest.raises(NotPossible, match="No goods are to come back"):
        do(amy, ticket, "issue_label")


def test_an_auditor_notes_no_waybill(approved, audrey, do):
    with pytest.raises(NotAllowed):
        do(audrey, approved, "ship", carrier="sf", waybill="SF140299135520")


def test_the_shop_may_note_the_waybill(approved, shop_actor, do, buckets):
    do(shop_actor, approved, "ship", carrier="sf", waybill="SF140299135520")

    assert buckets(approved) == {"in_transit_in": 2}
