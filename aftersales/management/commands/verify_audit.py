"""`manage.py verify_audit`: recompute every chain of events in the database, and name the first broken link."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

# The trigger's own function makes each hash again; a head that is not its chain's last link shows what was
# cut off the end.
LINKS = """
WITH links AS (
    SELECT e.id, e.stream, e.seq, e.kind, e.prev, e.hash,
           events_hash(e) AS recomputed,
           lag(e.seq, 1, 0) OVER w AS seq_before, lag(e.hash, 1, ''::bytea) OVER w AS hash_before
      FROM events_event e WINDOW w AS (PARTITION BY e.stream ORDER BY e.seq)
), judged AS (
    SELECT *, CASE WHEN seq <> seq_before + 1 THEN 'a link before it is missing'
                   WHEN prev <> hash_before THEN 'it does not follow the link before it'
                   WHEN hash <> recomputed THEN 'it was changed' END AS broken
      FROM links
)
SELECT count(*), count(*) FILTER (WHERE seq = 1), count(broken),
       (SELECT row(id, stream, seq, kind, broken)::text FROM judged WHERE broken IS NOT NULL ORDER BY id LIMIT 1)
  FROM judged
"""
HEADS = """
SELECT coalesce(head.stream, last.stream), head.seq, last.seq
  FROM events_streamhead head
  FULL JOIN (SELECT DISTINCT ON (stream) stream, seq, hash FROM events_event ORDER BY stream, seq DESC) last
    ON last.stream = head.stream
 WHERE (head.seq, head.hash) IS DISTINCT FROM (last.seq, last.hash)
 LIMIT 1
"""


class Command(BaseCommand):
    help = "Recomputes the hash of every event and follows every chain; ends with 1 at a broken link."

    def handle(self, **options):
        started = time.monotonic()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(LINKS)
            events, streams, broken, first = cursor.fetchone()
            cursor.execute(HEADS)
            cut = cursor.fetchone()
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{events} events in {streams} chains, {broken} broken links; "
            f"{seconds:.2f} s, {events / seconds:,.0f} events/s"
        )
        if first:
            raise CommandError(f"first broken link (id, stream, seq, kind, why): {first}")
        if cut:
            stream, head, last = cut
            raise CommandError(f"{stream}: its last link should be {head}, but is {last}")
