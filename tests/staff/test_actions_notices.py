"""Notices that make others stale cost the same, however many wait in an inbox."""

import pytest
from django.db import connection

from aftersales.clock import now
from staff.actions.notices import DROP_STALE, Notice, notify_many
from staff.models import Notification

pytestmark = pytest.mark.django_db


def tell(user, *kinds, ticket="AS-1", replaces=()):
    notify_many([Notice([user], kind, f"{kind}-{ticket}", None, ticket, {}, replaces) for kind in kinds])


def test_a_worse_notice_of_the_same_request_replaces_what_nobody_has_read(amy, bob):
    tell(amy, "sla.warn", "assigned")
    tell(amy, "sla.warn", ticket="AS-2")
    tell(bob, "sla.warn")

    tell(amy, "sla.breach", replaces=("sla.warn", "sla.breach"))

    left = Notification.objects.order_by("id").values_list("user__username", "kind", "ticket_number")
    assert list(left) == [
        ("amy", "assigned", "AS-1"),
        ("amy", "sla.warn", "AS-2"),
        ("bob", "sla.warn", "AS-1"),
        ("amy", "sla.breach", "AS-1"),
    ]


def test_what_was_read_stays(amy):
    tell(amy, "sla.warn")
    Notification.objects.update(read_at=now())

    tell(amy, "sla.breach", replaces=("sla.warn",))

    assert Notification.objects.filter(user=amy).count() == 2


def test_what_is_stale_is_found_request_by_request_not_among_all_that_is_unread(amy):
    Notification.objects.bulk_create(
        Notification(
            user=amy, kind="sla.warn", key=f"{number}", ticket_number=f"AS-{number}", created_at=now()
        )
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {DROP_STALE}", [[amy.pk] * 2, ["AS-1", "AS-2"], ["sla.warn"] * 2])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "unread_notices on staff_notification" in plan
    assert "Index Cond: ((user_id = stale.user_id) AND ((ticket_number)::text = stale.ticket_number))" in plan
