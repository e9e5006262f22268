"""Notices that make others stale cost the same, however many wait in an inbox."""

import pytest
from django.db import connection

from aftersales.clock import now
from staff.actions.notices import DROP_STALE
from staff.models import Notification

pytestmark = pytest.mark.django_db


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

    assert "unread_of_request on staff_notification" in plan
    assert "Index Cond: ((user_id = stale.user_id) AND ((ticket_number)::text = stale.ticket_number))" in plan
