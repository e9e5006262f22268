"""What the kept counts cost: on opening a request, on changing many, in the drain, and when they are read.

    python -m bench.waiting [--size 100000] [--rounds 8]

Fills a database of its own (bench/filling.py) and does each thing in turns with the notes' triggers on and off.
CPU (in brackets) is that of this process and of PostgreSQL together.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time

from bench import lib
from bench.desk import LIMITS

OPENED = 40  # requests in one turn
CHANGED = 1000  # requests in one UPDATE
TRIGGERS = ("tickets_came", "tickets_moved", "tickets_went")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000, help="requests, two in a hundred of them open")
    parser.add_argument("--rounds", type=int, default=8)
    arguments = parser.parse_args()
    sys.path.insert(0, str(lib.ROOT))
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = embedded.start(directory, durable=False)  # so that it may be filled with triggers off
        try:
            addresses = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
            os.environ |= (
                LIMITS | addresses | {"DJANGO_SETTINGS_MODULE": "aftersales.settings", "LOGS": directory}
            )
            measure(arguments, [child.process.pid for child in servers.children])
        finally:
            servers.stop()


def measure(arguments, pids):
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from bench.filling import fill  # noqa: PLC0415
    from tests.factories import shop_pair  # noqa: PLC0415

    for command in ("migrate", "load_content"):
        call_command(command, verbosity=0)
    stage = shop_pair()
    fill(arguments.size, stage)
    print(
        f"{arguments.size:,} requests; {lib.machine()}\n\n| | with notes | without | ratio |\n|---|---|---|---|"
    )
    compare("opening a request, ms", opening(stage), arguments.rounds, pids, OPENED)
    compare(f"UPDATE of {CHANGED} requests, ms", changing, arguments.rounds, pids, 1)
    print("\n| | ms |\n|---|---|")
    alone(stage)


def opening(stage):
    from tests.factories import SYSTEM  # noqa: PLC0415
    from tickets.actions.intake import open_ticket  # noqa: PLC0415

    body = {"category": "quality_other", "channel": "chat", "subject": "杯子", "message": "有裂纹"}

    def turn():
        for _n in range(OPENED):
            open_ticket(stage.shop, dict(body), by=SYSTEM)

    return turn


def changing():
    """Each to another due hour: the most that one statement can note."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_ticket SET next_due_at = now() + random() * interval '72 h' WHERE id IN"
            " (SELECT id FROM tickets_ticket WHERE status = 'open' ORDER BY id DESC LIMIT %s)",
            [CHANGED],
        )


def compare(name, turn, rounds, pids, each):
    """In turns, so that a disturbance falls on both; medians, wall and (CPU)."""
    seen = {True: [], False: []}
    for number in range(2 * rounds + 2):
        is_on = number % 2 == 0
        switch(is_on)
        begun, cpu = time.perf_counter(), time.process_time() + lib.cpu_of(pids)
        turn()
        wall, cpu = time.perf_counter() - begun, time.process_time() + lib.cpu_of(pids) - cpu
        if number > 1:
            seen[is_on].append((1000 * wall / each, 1000 * cpu / each))
    switch(True)
    (on, on_cpu), (off, off_cpu) = (
        [statistics.median(part) for part in zip(*seen[k], strict=True)] for k in seen
    )
    print(
        f"| {name} | {on:.2f} ({on_cpu:.2f}) | {off:.2f} ({off_cpu:.2f}) | {on / off:.2f} ({on_cpu / off_cpu:.2f}) |"
    )


def switch(is_on):
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            cursor.execute(f"ALTER TABLE tickets_ticket {'ENABLE' if is_on else 'DISABLE'} TRIGGER {trigger}")


def alone(stage):
    from aftersales.clock import now  # noqa: PLC0415
    from aftersales.events.actors import Actor  # noqa: PLC0415
    from tickets.actions.waiting import fold_waiting, heal_waiting, recount_waiting  # noqa: PLC0415
    from tickets.models import Ticket, WaitingChange  # noqa: PLC0415
    from tickets.queries.waiting import waiting  # noqa: PLC0415

    tickets, shops = Ticket.objects.visible_to(Actor.staff(stage.leo)).open(), stage.leo.shop_ids()
    read = lambda: waiting(tickets, shops, now(), hours=8)  # noqa: E731 - said twice
    timed("counting all anew", recount_waiting, 3)
    while fold_waiting():
        pass
    timed("looking whether all are right", heal_waiting, 3)
    timed("reading, all added up", read, 40)
    changing()
    noted = WaitingChange.objects.count()
    timed(f"reading, {noted} notes not added up", read, 40)
    timed(f"adding up {noted} notes", fold_waiting, 1)


def timed(name, deed, times):
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        deed()
        taken.append(1000 * (time.perf_counter() - begun))
    print(
        f"| {name} | p50 {statistics.median(taken):.1f}, p95 {sorted(taken)[int(times * 0.95)]:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
