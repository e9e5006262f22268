"""How long it takes to bring open clocks under a changed calendar, and what the queue's page costs meanwhile.

    python bench/recompute.py --sizes 10000 100000 1000000

For each size it starts its own PostgreSQL, fills it with tickets of two open clocks each (a tenth of them paused),
due by the shop's calendar, serves the desk as `make up` does, publishes the calendar with a holiday tomorrow, looks
at it first (the preview), then counts anew as a worker does, while a client asks for the first page of the queue.
Prints one line of JSON per size.
"""

import argparse
import http.client
import io
import json
import os
import random
import resource
import subprocess
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
    team_id, currency, value_minor, goods_expected, step_code, step_kind, step_role, next_due_at, is_test,
    reopen_count, version, created_at, updated_at, followers)
SELECT gen_random_uuid(), 'B-' || n, %(shop)s, %(category)s, 'api', 'normal', 'communicate',
    CASE WHEN n %% 10 = 0 THEN 'waiting' ELSE 'open' END, CASE WHEN n %% 10 = 0 THEN 'customer' ELSE 'us' END,
    '', '', '', 'answer', 'bench', 'zh-hans', '{}', '{}', '{}',
    %(team)s, 'CNY', 0, false, '', '', '', now(), false,
    0, 1, now() - interval '2 h', now(), '{}'
  FROM generate_series(1, %(count)s) n
"""
PAUSES = """
INSERT INTO tickets_pause (ticket_id, waiting_on, started_at)
SELECT DISTINCT ticket_id, 'customer', paused_at FROM tickets_slaclock WHERE state = 'paused'
"""
NEXT_DUE = """
UPDATE tickets_ticket ticket SET next_due_at = first.due_at
  FROM (SELECT ticket_id, coalesce(min(due_at) FILTER (WHERE state = 'running'), '9999-01-01 00:00:00+00') AS due_at
          FROM tickets_slaclock GROUP BY ticket_id) AS first
 WHERE first.ticket_id = ticket.id
"""
COLUMNS = (
    *("ticket_id", "shop_id", "target", "cycle", "policy_id", "calendar_id", "target_minutes", "state"),
    *("started_at", "due_at", "due_version", "remaining_seconds", "fired", "paused_at", "next_try_at"),
    *("attempts", "last_error"),
)
TARGETS = (("communicate", 480), ("resolution", 2160))
TABLES = ("tickets_ticket", "tickets_slaclock", "tickets_pause")
WORKER = """
import django; django.setup()
from aftersales import due
while due.KINDS["recount"].drain_once() or __import__("tickets.models").models.Recount.objects.filter(
        state="running").exists():
    pass
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="open clocks")
    sizes = parser.parse_args().sizes
    if len(sizes) > 1:  # each in a process of its own, so that none inherits a cache
        for size in sizes:
            subprocess.run([sys.executable, __file__, "--sizes", str(size)], check=True)
        return
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = embedded.start(directory, durable=True)
        try:
            print(json.dumps(measure(sizes[0], directory, servers)), flush=True)
        finally:
            servers.stop()


def measure(size, directory, servers):
    environment = {
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "STATEMENT_TIMEOUT_MS": "0",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "aftersales.settings",
        "STATIC_ROOT": f"{directory}/static",
        "MEDIA_ROOT": f"{directory}/media",
        "LOGS": directory,
    }
    os.environ |= environment
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from aftersales.embedded import free_port  # noqa: PLC0415
    from bench import lib  # noqa: PLC0415 - not before the settings
    from tests.factories import shop_pair  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    stage = shop_pair()
    fill(stage, size)
    postgres = servers.children[0].process.pid
    port = free_port()
    web = lib.granian("aftersales.wsgi:application", port, environment, "desk")
    try:
        return changed(stage, port, size, postgres)
    finally:
        web.terminate()
        web.wait(15)


# -- filling ---------------------------------------------------------------------------


def fill(stage, size):
    from django.db import connection  # noqa: PLC0415

    from aftersales.versions.registry import current  # noqa: PLC0415
    from tickets.models import Category  # noqa: PLC0415

    ground = {
        "shop": stage.shop.pk,
        "team": stage.team.pk,
        "category": Category.objects.get(code="quality_other").pk,
        "count": size // 2,
    }
    policy, calendar = current("sla", "quality"), current("calendar", "cn_extended")
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, ground)
        cursor.execute("SELECT id FROM tickets_ticket ORDER BY id")
        rows = clock_rows([pk for (pk,) in cursor], stage.shop.pk, policy.id, calendar)
        cursor.copy_expert(f"COPY tickets_slaclock ({', '.join(COLUMNS)}) FROM STDIN", rows)
        cursor.execute(PAUSES)
        cursor.execute("ANALYZE tickets_slaclock")
        cursor.execute(NEXT_DUE)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def clock_rows(ids, shop, policy_id, calendar):
    """As COPY reads them: begun in the last two days, due by the calendar."""
    from aftersales.clock import now  # noqa: PLC0415

    dice, moment, text = random.Random(7), now(), io.StringIO()
    for place, pk in enumerate(ids, 1):
        started = moment - timedelta(seconds=dice.randrange(172_800))
        for target, minutes in TARGETS:
            due = calendar.content.add(started, minutes)
            paused, left = "\\N", "\\N"
            if place % 10 == 0:
                at = started + (moment - started) / 2
                paused, left = at.isoformat(), int(calendar.content.between(at, due).total_seconds())
            row = (pk, shop, target, 1, policy_id, calendar.id, minutes, "running" if left == "\\N" else "paused",
                   started.isoformat(), due.isoformat(), 1, left, 100, paused,
                   due.isoformat() if left == "\\N" else "\\N", 0, "")  # fmt: skip
            text.write("\t".join(map(str, row)) + "\n")
    text.seek(0)
    return text


# -- changing --------------------------------------------------------------------------


def changed(stage, port, size, postgres):
    from aftersales.clock import now  # noqa: PLC0415
    from aftersales.events.actors import Actor  # noqa: PLC0415
    from aftersales.versions.registry import current  # noqa: PLC0415
    from tickets.actions.recounts import apply_preview, preview_rule  # noqa: PLC0415
    from tickets.actions.time_rules import rule_in_force  # noqa: PLC0415

    lead = Actor.staff(stage.leo)
    name = current("calendar", "cn_extended").code
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    body = rule_in_force(stage.shop, "calendar", name).body
    flood = {"name": {"zh": "暴雨", "en": "Flood"}, "days": [tomorrow]}
    body = body | {"holidays": [*body.get("holidays", []), flood]}
    cookie = signed_in(stage.amy)
    quiet = asked(port, cookie, while_running=None, times=100)
    began = time.perf_counter()
    preview = preview_rule(stage.shop, "calendar", name, body, by=lead)
    answered = time.perf_counter() - began
    preview, looking = followed(preview, port, cookie)
    _version, recount = apply_preview(preview, recount=True, by=lead)
    time.sleep(3)
    begins, cpu = time.perf_counter(), worked(postgres)
    recount, meanwhile = followed(recount, port, cookie)
    return {
        "clocks": size,
        "preview_answered_s": round(answered, 2),
        "preview_s": round((preview.ended_at - preview.asked_at).total_seconds(), 1),
        "recount_s": round(time.perf_counter() - begins, 1),
        "worker_cpu_s": round(worked(postgres)[0] - cpu[0], 1),
        "postgres_cpu_s": round(worked(postgres)[1] - cpu[1], 1),
        "looked": recount.looked,
        "written": recount.written,
        "moved": [preview.moved, recount.moved],
        "late": [preview.late, recount.late],
        "queue_ms_quiet": told(quiet),
        "queue_ms_preview": told(looking),
        "queue_ms_recount": told(meanwhile),
        "load": os.getloadavg()[0],
    }


def worked(postgres):
    """CPU seconds of workers that have ended, and of the database with the page's statements: what a busy
    neighbour cannot change much. The sessions that have ended are counted by the server's own process."""
    from bench import lib  # noqa: PLC0415 - not before the settings

    used, ticks = resource.getrusage(resource.RUSAGE_CHILDREN), 0
    for pid in lib.tree(postgres):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(fields[place]) for place in (11, 12, *((13, 14) if pid == postgres else ())))
    return used.ru_utime + used.ru_stime, ticks / lib.TICKS


def followed(recount, port, cookie):
    """To its end, with the seconds that the queue's page took meanwhile."""
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT)
    seconds = asked(port, cookie, while_running=worker, times=20)
    if worker.wait():
        raise SystemExit("the worker failed")
    recount.refresh_from_db()
    return recount, seconds


def asked(port, cookie, *, while_running, times):
    """The first page of the queue, ten times a second: so many times, and on while the worker runs."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    while len(taken) < times or (while_running and while_running.poll() is None):
        begin = time.perf_counter()
        connection.request("GET", "/queue?view=all", headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"the queue answers {response.status}")
        taken.append(time.perf_counter() - begin)
        time.sleep(max(0, 0.1 - taken[-1]))
        if while_running and while_running.poll() is not None:
            break
    return taken


def signed_in(user):
    from django.test import Client  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def told(seconds):
    ordered = sorted(seconds)
    return {
        "asked": len(ordered),
        **{
            f"p{share}": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 1)
            for share in (50, 95)
        },
    }


if __name__ == "__main__":
    main()
