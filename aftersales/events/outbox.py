"""Work off what the log owes: deliveries to handlers, and feed numbers for committed events."""

from django.db import connection, transaction

from aftersales import due
from aftersales.clock import db_now, now
from aftersales.events.log import HANDLERS
from aftersales.events.models import Delivery, Event, FeedPending

FEED_BATCH = 2000
FEED_LOCK = 0x61_66_74_65_72_01  # any constant of ours; one drain numbers the feed at a time

NUMBER_FEED = """
WITH taken AS (
    DELETE FROM events_feedpending
     WHERE event_id IN (SELECT event_id FROM events_feedpending ORDER BY event_id LIMIT %s)
    RETURNING event_id, shop_id
), heads AS (
    INSERT INTO events_feedhead AS head (shop_id, last_no)
    SELECT shop_id, count(*) FROM taken GROUP BY shop_id
    ON CONFLICT (shop_id) DO UPDATE SET last_no = head.last_no + excluded.last_no
    RETURNING shop_id, last_no
)
INSERT INTO events_feedentry (shop_id, feed_no, event_id)
SELECT t.shop_id,
       h.last_no - count(*) OVER (PARTITION BY t.shop_id)
                 + row_number() OVER (PARTITION BY t.shop_id ORDER BY t.event_id),
       t.event_id
  FROM taken t JOIN heads h USING (shop_id)
"""


def run_handlers(deliveries):
    """Run each owed handler and mark it done, in the drain's transaction."""
    events = Event.objects.in_bulk({delivery.event_id for delivery in deliveries})
    for delivery in deliveries:
        event = events[delivery.event_id]
        handler = HANDLERS[event.kind].get(delivery.handler)
        if handler is None:
            raise LookupError(f"no handler {delivery.handler} for {event.kind}")
        handler(event)
        delivery.done_at, delivery.next_try_at, delivery.last_error = now(), None, ""
    Delivery.objects.bulk_update(deliveries, ["done_at", "next_try_at", "last_error"])


class FeedNumbers:
    """Numbers committed events per shop; a second drain at the same time steps aside."""

    name, queue = "feed", "events"

    def is_late(self, grace):
        return FeedPending.objects.filter(event__happened_at__lte=db_now() - grace).exists()

    def drain_once(self):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FEED_LOCK])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(NUMBER_FEED, [FEED_BATCH])
            return cursor.rowcount


# Small batches: handlers lock tickets, and nobody should wait for fifty of them for long.
due.register(due.DueKind(Delivery, name="delivery", queue="events", fire=run_handlers, batch=50))
due.register(FeedNumbers())
