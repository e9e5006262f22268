import pytest
from django.db import DataError

from aftersales.clock import now
from aftersales.sets import insert_many
from staff.models import Notification

pytestmark = pytest.mark.django_db
NAMES = ["user", "kind", "key", "shop_id", "ticket_number", "data", "created_at"]


def rows(user, *keys, **changes):
    values = {
        "kind": "mention",
        "shop_id": None,
        "ticket_number": "",
        "data": {"by": "王“小”明\\"},
        **changes,
    }
    return [
        (user.pk, values["kind"], key, values["shop_id"], values["ticket_number"], values["data"], now())
        for key in keys
    ]


def test_rows_are_written_and_their_ids_come_in_order(amy, django_assert_num_queries):
    with django_assert_num_queries(1):
        written = insert_many(Notification, NAMES, rows(amy, "b", "a", "c"), returning=("key", "id"))

    assert [key for key, _id in written] == ["b", "a", "c"]
    assert dict(written) == {notice.key: notice.pk for notice in Notification.objects.all()}
    notice = Notification.objects.first()
    assert (notice.data, notice.shop_id) == ({"by": "王“小”明\\"}, None)


def test_nothing_is_no_statement(amy, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert_many(Notification, NAMES, []) == []


def test_text_that_is_too_long_is_refused_not_cut(amy):
    with pytest.raises(DataError):
        insert_many(Notification, NAMES, rows(amy, "k", kind="x" * 61))


def test_what_stands_already_is_left_out_when_asked(amy):
    insert_many(Notification, NAMES, rows(amy, "a"))

    written = insert_many(Notification, NAMES, rows(amy, "a", "b"), returning=("key",), ignore_conflicts=True)

    assert written == [("b",)]
