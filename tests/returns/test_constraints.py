"""What the database itself refuses, whoever writes it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from returns.models import GoodsMovement

FORBIDDEN = {
    "more claimed than bought": "UPDATE tickets_orderline SET claimed = quantity + 1",
    "more paid back than paid": "UPDATE tickets_orderline SET refunded_minor = paid_minor + 1",
    "promised beyond paid": "UPDATE tickets_orderline SET refund_reserved_minor = paid_minor, refunded_minor = 1",
    "order beyond captured": "UPDATE tickets_order SET refund_reserved_minor = captured_minor + 1",
    "received beyond authorised": "UPDATE tickets_ticketline SET received = authorised + 1",
    "inspected beyond received": "UPDATE tickets_ticketline SET inspected = received + 1",
    "negative balance": "UPDATE returns_goodsbalance SET quantity = -1",
    "placed beyond inspected": "UPDATE returns_inspection SET placed = quantity + 1",
    "grade B as new": "UPDATE returns_inspection SET grade = 'B', disposition = 'restock_new'",
    "one's own second eyes": "UPDATE returns_resolution SET approver_role = 'finance', approved_by_id = proposed_by_id",
    "a refund of nothing": "UPDATE returns_refund SET amount_minor = 0",
    "settled without a time": "UPDATE returns_refund SET state = 'succeeded', settled_at = NULL",
    "more in the parcel than expected": "UPDATE returns_parcelitem SET received = expected + 1",
    "a movement changed": "UPDATE returns_goodsmovement SET quantity = 99",
    "a movement deleted": "DELETE FROM returns_goodsmovement",
    "the ledger emptied": "TRUNCATE returns_goodsmovement",
}


@pytest.fixture
def refunding(inspected, amy, do):
    return do(amy, inspected, "refund")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_statement_written_by_hand_is_refused(what, refunding):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORBIDDEN[what])


@pytest.mark.parametrize(
    ("source", "target"), [("customer", "stock_a"), ("stock_a", "customer"), ("scrap", "outside")]
)
def test_goods_move_only_where_the_table_lets_them(source, target, refunding, line):
    with pytest.raises(IntegrityError), transaction.atomic():
        GoodsMovement.objects.create(
            ticket_line=line, quantity=1, from_bucket=source, to_bucket=target, actor_name="x",
            occurred_at=refunding.created_at,
        )  # fmt: skip


def test_goods_that_are_not_there_cannot_move(refunding, line):
    with pytest.raises(IntegrityError), transaction.atomic():
        GoodsMovement.objects.create(
            ticket_line=line, quantity=3, from_bucket="inspected", to_bucket="stock_a", actor_name="x",
            occurred_at=refunding.created_at,
        )  # fmt: skip
