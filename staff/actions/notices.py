"""Put notices into people's inboxes."""

from collections.abc import Iterable
from typing import NamedTuple

from aftersales.clock import now
from aftersales.sets import insert_many
from staff.models import Notification


class Notice(NamedTuple):
    """A matter and who is to hear of it; `key` names the matter, so telling twice makes one notice."""

    users: Iterable
    kind: str
    key: str
    shop_id: int | None = None
    ticket_number: str = ""
    data: dict | None = None


def notify(users, kind, *, key, shop_id=None, ticket_number="", data=None):
    """One notice per person and matter, in the caller's transaction; who muted the kind gets none."""
    notify_many([Notice(users, kind, key, shop_id, ticket_number, data)])


def notify_many(notices):
    """Many matters in one statement."""
    moment = now()
    insert_many(
        Notification,
        ["user", "kind", "key", "shop_id", "ticket_number", "data", "created_at"],
        [
            (
                user.pk,
                notice.kind,
                notice.key,
                notice.shop_id,
                notice.ticket_number,
                notice.data or {},
                moment,
            )
            for notice in notices
            for user in notice.users
            if notice.kind not in user.muted_kinds
        ],
        ignore_conflicts=True,
    )


def mark_read(user, *, up_to_id):
    """Everything in the inbox up to this notice was seen."""
    return Notification.objects.filter(user=user, pk__lte=up_to_id, read_at=None).update(read_at=now())


def take_back_notices(users, key):
    """What was told is not so any more; who has read it already has read it."""
    Notification.objects.filter(user__in=users, key=key, read_at=None).delete()
