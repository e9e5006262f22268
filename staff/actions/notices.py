"""Put notices into people's inboxes."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from aftersales.clock import now
from aftersales.sets import insert_many
from staff.actions.mails import mail_at_once
from staff.models import Notification


class Notice(NamedTuple):
    """A matter and who is to hear of it; `key` names the matter, so telling twice makes one notice."""

    users: Iterable
    kind: str
    key: str
    shop_id: int | None = None
    ticket_number: str = ""
    data: dict | None = None
    replaces: tuple = ()  # kinds of unread notices of the same request that this one makes stale


def notify(users, kind, *, key, shop_id=None, ticket_number="", data=None):
    """One notice per person and matter, in the caller's transaction; who muted the kind gets none."""
    notify_many([Notice(users, kind, key, shop_id, ticket_number, data)])


def notify_many(notices):
    """Many matters in one statement, one more where some replace what nobody has read yet, and the mails that
    people want of them at once."""
    notices = [notice._replace(users=hearing(notice)) for notice in notices]
    drop_stale(notices)
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
        ],
        ignore_conflicts=True,
    )
    mail_at_once(notices, moment)


def hearing(notice):
    return [user for user in notice.users if notice.kind not in user.muted_kinds]


# Notice by notice through the index, also while the planner does not know yet how many wait to be read (nor is the
# index of those worth a look for the few that are found); then locked in the order that everybody uses.
DROP_STALE = """
DELETE FROM staff_notification WHERE id = ANY(ARRAY(
    SELECT id FROM staff_notification
     WHERE coalesce(read_at, 'infinity') = 'infinity' AND id = ANY(ARRAY(
           SELECT old.id
             FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS stale (user_id, ticket_number, kind)
            CROSS JOIN LATERAL (
                  SELECT id FROM staff_notification
                   WHERE user_id = stale.user_id AND ticket_number = stale.ticket_number AND kind = stale.kind
                     AND read_at IS NULL
                  OFFSET 0) AS old))
     ORDER BY id
       FOR UPDATE))
"""


def drop_stale(notices):
    """Of one thing the newest word is enough."""
    stale = [
        (user.pk, notice.ticket_number, kind)
        for notice in notices
        for kind in notice.replaces
        for user in notice.users
    ]
    if stale:
        with connection.cursor() as cursor:
            cursor.execute(DROP_STALE, [list(column) for column in zip(*stale, strict=True)])


COUNT_UP = """
INSERT INTO staff_notification AS standing (user_id, kind, key, shop_id, ticket_number, data, created_at)
SELECT one, %s, %s, %s, %s, %s::jsonb, %s FROM unnest(%s::bigint[]) AS one ORDER BY one
ON CONFLICT (user_id, key) DO UPDATE
   SET ticket_number = '', read_at = NULL,
       data = (standing.data - 'subject')
              || jsonb_build_object('count', coalesce((standing.data ->> 'count')::int, 1) + 1)
"""


def count_up(users, kind, *, key, shop_id, ticket_number, data):
    """One notice of many like matters: the first names its request, each further one is counted.

    Who has read of the first has not read of the rest: the notice is unread again.
    """
    ids = sorted(user.pk for user in users if kind not in user.muted_kinds)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_UP, [kind, key, shop_id, ticket_number, json.dumps(data), now(), ids])


def mark_read(user, *, up_to_id):
    """Everything in the inbox up to this notice was seen."""
    return unread(user=user, pk__lte=up_to_id).update(read_at=now())


def take_back_notices(users, key):
    """What was told is not so any more; who has read it already has read it."""
    unread(user__in=users, key=key).delete()


def unread(**which):
    """Notices that nobody has read, locked by whoever changes them in the order that all of these use."""
    locked = Notification.objects.filter(read_at=None, **which).order_by("pk").select_for_update()
    return Notification.objects.filter(pk__in=locked.values("pk"))
