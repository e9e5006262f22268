"""How long the SLA sweep takes: per due clock at several sizes, and when nothing is due.

    python bench/sla_sweep.py --sizes 10000 100000 [--due 20000] [--rounds 2] [--old-snapshot]

It starts its own PostgreSQL, builds the tickets in SQL, lets `--due` clocks reach their breach (event with
its chain, a delivery to a handler, a notice to the supervisor, a raised priority) and sweeps them as a
worker does: those of urgent requests first, every fiftieth of them. Prints one line of JSON per size and round.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TICKETS = """
INSERT INTO tickets_ticket (uid, number, shop_id, category_id, channel, priority, stage, status, waiting_on,
    external_id, external_digest, outcome, requested_resolution, subject, language, contact, metadata, tags,
    followers, team_id, currency, value_minor, goods_expected, step_code, step_kind, step_role, next_due_at, is_test,
    reopen_count, version, created_at, updated_at)
SELECT gen_random_uuid(), 'B-' || n, %(shop)s, %(category)s, 'api', 'normal', 'communicate', 'new', 'us',
    '', '', '', 'answer', 'bench', 'zh-hans', '{}', '{}', '{}',
    '{}', %(team)s, 'CNY', 0, false, '', '', '', %(due)s + n * interval '1 ms', false,
    0, 1, now() - interval '2 h', now()
  FROM generate_series(%(first)s, %(last)s) n
"""
# Two running clocks each: the reply, due in the order of tickets, and the resolution, far away.
CLOCKS = """
INSERT INTO tickets_slaclock (ticket_id, shop_id, target, cycle, policy_id, calendar_id, target_minutes, state,
    started_at, due_at, due_version, fired, next_try_at, attempts, last_error)
SELECT t.id, t.shop_id, c.target, 1, %(policy)s, %(calendar)s, c.minutes, 'running',
    c.due_at - c.minutes * interval '1 min', c.due_at, 1, c.fired, c.due_at, 0, ''
  FROM tickets_ticket t
 CROSS JOIN LATERAL (VALUES ('first_response', 5, 90, t.next_due_at),
                            ('resolution', 1440, 0, t.next_due_at + interval '30 d')) c (target, minutes, fired, due_at)
 WHERE t.number LIKE 'B-%%' AND t.id > %(after)s
"""
# The levels before the breach have fired, as they would have by then.
FIRINGS = """
INSERT INTO tickets_slafiring (clock_id, level, due_version, fired_at)
SELECT clock.id, level, 1, now() FROM tickets_slaclock clock, unnest(ARRAY[50, 75, 90]) level
 WHERE clock.target = 'first_response' AND clock.id > %(after)s
"""


def main():
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = start(directory)
        try:
            ground = prepare()
            for size in arguments.sizes:
                grow(ground, size)
                for number in range(arguments.rounds):
                    told = measure(size, arguments.due, arguments.old_snapshot)
                    print(json.dumps({"round": number + 1, **told}), flush=True)
        finally:
            servers.stop()


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="running clocks")
    parser.add_argument("--due", type=int, default=20_000, help="how many of them are due, at most half")
    parser.add_argument("--rounds", type=int, default=2, help="the first has to read what lies on the disk")
    parser.add_argument("--old-snapshot", action="store_true", help="keep a snapshot open while sweeping")
    return parser.parse_args()


def start(directory):
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    servers = embedded.start(directory, durable=True)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = servers.database_url, servers.redis_url
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftersales.settings"
    import django  # noqa: PLC0415

    django.setup()
    return servers


def prepare():
    """Schema, content, one shop with its people, and a handler that is owed each breach."""
    from django.core.management import call_command  # noqa: PLC0415

    from aftersales.events.log import on  # noqa: PLC0415
    from tests.factories import shop_pair  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    on("sla.breach", name="bench")(lambda event: None)
    return ground_of(shop_pair())


def ground_of(stage):
    """What the rows of `grow` stand on: a shop and its team, a category, a policy around the clock."""
    from aftersales.versions.registry import current  # noqa: PLC0415
    from tickets.models import Category  # noqa: PLC0415

    return {
        "shop": stage.shop.pk,
        "team": stage.team.pk,
        "category": Category.objects.get(code="quality_other").pk,
        "policy": current("sla", "quality").id,
        "calendar": current("calendar", "24x7").id,
    }


def measure(size, due_count, old_snapshot):
    from aftersales import due  # noqa: PLC0415
    from aftersales.events.models import Event  # noqa: PLC0415
    from tickets.models import SlaClock  # noqa: PLC0415

    kind = due.KINDS["sla"]
    due_count = min(due_count, size // 4)
    while kind.drain_once():
        pass  # the next levels of what fired while the tickets were made
    snapshot = open_snapshot() if old_snapshot else None
    empty_before = empty_looks(kind)
    make_due(due_count)
    events = Event.objects.count()
    begin, cpu, pg = time.perf_counter(), time.process_time(), postgres_cpu()
    fired, urgent_after = 0, None
    while moved := kind.drain_once():  # a worker's drain ends between two batches when it takes long
        fired += moved
        if urgent_after is None and not kind.due().filter(rank=0).exists():
            urgent_after = time.perf_counter() - begin
    wall, cpu, pg = time.perf_counter() - begin, time.process_time() - cpu, postgres_cpu() - pg
    result = {
        "running": SlaClock.objects.filter(state="running").count(),
        "due": fired,
        "events": Event.objects.count() - events,
        "us_per_due": round(wall / fired * 1e6, 1),
        "python_cpu_us_per_due": round(cpu / fired * 1e6, 1),
        "postgres_cpu_us_per_due": round(pg / fired * 1e6, 1),
        "load": os.getloadavg()[0],
        "empty_ms": round(empty_before * 1e3, 3),
        "urgent_done_after_s": round(urgent_after, 2),
        "empty_ms_after": round(empty_looks(kind) * 1e3, 3),
        "whole_empty_ms_after": round(empty_looks(kind, whole=True) * 1e3, 3),
        "old_snapshot": old_snapshot,
    }
    if snapshot:
        snapshot.close()
    return result


def grow(ground, size):
    """Add tickets until there are `size` running clocks that have fired nothing yet but the early levels."""
    from django.db import connection  # noqa: PLC0415

    from aftersales.clock import now  # noqa: PLC0415
    from tickets.models import SlaClock, Ticket  # noqa: PLC0415

    have = Ticket.objects.filter(number__startswith="B-").count()
    last_ticket = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last_clock = SlaClock.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    span = {"first": have + 1, "last": have + max(size // 2 - have, 0), "due": now() + timedelta(hours=3)}
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, {**ground, **span})
        cursor.execute(CLOCKS, {**ground, "after": last_ticket})
        cursor.execute(FIRINGS, {"after": last_clock})
        for table in ("tickets_ticket", "tickets_slaclock", "tickets_slafiring", "events_event"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def make_due(count):
    """The replies next in line became due a moment ago; the move itself is not measured."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_slaclock SET due_at = now() - interval '1 s', next_try_at = now() - interval '1 s', "
            "started_at = now() - interval '301 s' WHERE id IN (SELECT id FROM tickets_slaclock WHERE "
            "target = 'first_response' AND breached_at IS NULL ORDER BY id LIMIT %s)",
            [count],
        )
        # So many are of urgent requests; they are spread among the others.
        cursor.execute(
            "UPDATE tickets_slaclock SET rank = 0 WHERE next_try_at <= now() AND id % 100 < 2",
        )


def empty_looks(kind, times=50, *, whole=False):
    """The median of a look that finds nothing: one that begins where the last one ended, or a whole one."""
    from aftersales import due, seen  # noqa: PLC0415

    taken = []
    time.sleep(0 if whole else seen.MARGIN.total_seconds())  # what fired a moment ago is still looked at
    for _look in range(times):
        if whole:
            due.forget()
        begin = time.perf_counter()
        found = kind.find()
        taken.append(time.perf_counter() - begin)
        if found:
            raise SystemExit("something is due already")
    return statistics.median(taken)


def postgres_cpu():
    """CPU seconds of our own session's server process: what a busy neighbour cannot change much."""
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    fields = (
        Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    )
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_snapshot():
    """A report that somebody started long ago and has not finished."""
    import psycopg2  # noqa: PLC0415

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticket")
    return connection


if __name__ == "__main__":
    main()
