"""Two drains on the same clocks, how late a breach is seen, and how fast events reach their handlers.

    python bench/drains.py [--running 100000] [--due 20000]

P8: the same number of due clocks drained by one process and by two at once; every breach has to be there once.
P9: a thousand clocks fall due at random moments of a minute while the desk's own worker and beat run; from the due
time until another session can read the event. P13: events until their handler has run in that worker, many at once
and one by one. P14: what these processes then hold of memory. Prints one line of JSON for each.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LATE_CLOCKS, LATE_SECONDS = 1000, 60
SINGLES = 60
FALL_DUE = """
UPDATE tickets_slaclock AS clock
   SET due_at = at, next_try_at = at, started_at = at - interval '300 s'
  FROM (SELECT id, now() + interval '5 s' + random() * %(seconds)s * interval '1 s' AS at
          FROM tickets_slaclock WHERE target = 'first_response' AND breached_at IS NULL AND next_try_at > now()
         ORDER BY id LIMIT %(count)s) chosen
 WHERE clock.id = chosen.id
"""
SEEN = """
SELECT event.id, extract(epoch FROM clock_timestamp() - clock.due_at)
  FROM events_event event
  JOIN tickets_slaclock clock ON 'ticket:' || clock.ticket_id = event.stream AND clock.target = 'first_response'
 WHERE event.id > %s AND event.kind = 'sla.breach' AND event.data ->> 'level' = '100' ORDER BY event.id
"""
ONCE = """
SELECT count(*), count(DISTINCT stream) FROM events_event WHERE kind = 'sla.breach' AND id > %s
"""


def main():
    arguments = read_arguments()
    from bench import sla_sweep  # noqa: PLC0415 - it starts the servers that the settings name

    if arguments.drain_at:
        return drain_at(arguments.drain_at)
    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = sla_sweep.start(directory)
        try:
            ground = sla_sweep.prepare()
            races = (1, 2, 1, 2)
            replies = len(races) * arguments.due + 2 * LATE_CLOCKS  # every other running clock is one
            sla_sweep.grow(ground, max(arguments.running, 2 * replies))
            for drains in races:
                tell("P8", race(sla_sweep, arguments.due, drains))
            settle()
            with desk(Path(directory)) as processes:
                tell("P9", lateness("quiet"))
                call_off(some_tickets(arguments.due))
                tell("P9", lateness("much has happened"))
                await_deliveries()
                tell("P13", pipeline(arguments.due // 4))
                tell("P14", {name: memory(pid) for name, pid in processes.pids()})
        finally:
            servers.stop()
    return None


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--running", type=int, default=200_000, help="running clocks")
    parser.add_argument("--due", type=int, default=20_000, help="how many of them are drained in a race")
    parser.add_argument("--drain-at", type=float, help=argparse.SUPPRESS)  # what a racing process is told
    return parser.parse_args()


def tell(name, figures):
    print(json.dumps({"id": name, **figures, "load": round(os.getloadavg()[0], 2)}), flush=True)


# -- P8 ----------------------------------------------------------------------------------


def race(sla_sweep, due_count, drains):
    """So many processes begin at the same moment and drain until nothing is left."""
    sla_sweep.make_due(due_count)
    last = newest_event()
    start_at = time.time() + 6
    command = [sys.executable, __file__, "--drain-at", str(start_at)]
    racers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(drains)]
    told = [json.loads(racer.communicate(timeout=600)[0]) for racer in racers]
    events, tickets = query(ONCE, [last])[0]
    seconds = max(each["ended_at"] for each in told) - start_at
    return {
        "drains": drains,
        "due": due_count,
        "seconds": round(seconds, 2),
        "us_per_due": round(seconds / due_count * 1e6, 1),
        "each_fired": [each["fired"] for each in told],
        "breaches": events,
        "twice": events - tickets,
        "lost": due_count - tickets,
    }


def drain_at(moment):
    """In a process of its own: wait for the start, drain, tell."""
    import django  # noqa: PLC0415

    django.setup()
    from aftersales import due  # noqa: PLC0415
    from aftersales.events.log import on  # noqa: PLC0415

    on("sla.breach", name="bench")(lambda event: None)
    kind, fired = due.KINDS["sla"], 0
    kind.find()
    time.sleep(max(0.0, moment - time.time()))
    while moved := kind.drain_once():
        fired += moved
    print(json.dumps({"fired": fired, "ended_at": time.time()}))


# -- P9, P13 -----------------------------------------------------------------------------


class desk:  # noqa: N801 - read as `with desk(...)`
    """The desk's worker for what is urgent, its beat and its sweep, as `make up` runs them."""

    def __init__(self, directory):
        self.directory = directory

    def __enter__(self):
        from aftersales import embedded  # noqa: PLC0415
        from aftersales.embedded.desk import children_of_desk  # noqa: PLC0415

        self.leash = embedded.Leash()
        environment = os.environ | {"LOG_LEVEL": "WARNING"}
        children = children_of_desk(ROOT, self.directory, 0, environment, self.leash)
        self.children = [child for child in children if child.name in ("worker-urgent", "beat", "sweep")]
        for child in self.children:
            child.start()
        time.sleep(8)
        return self

    def pids(self):
        """(name, pid) of each, and of what the worker has forked."""
        for child in self.children:
            pid = child.process.pid
            yield child.name, pid
            forked = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            yield from ((f"{child.name}'s child", int(each)) for each in forked)

    def __exit__(self, *_error):
        for child in self.children:
            child.stop()
        self.leash.close()


def settle():
    """The races' own handler is not one of the desk's, and what it was owed is no part of what comes."""
    query(
        "UPDATE events_delivery SET next_try_at = NULL, done_at = now() WHERE next_try_at IS NOT NULL",
        [],
        rows=False,
    )
    query("DELETE FROM events_feedpending", [], rows=False)
    query("DELETE FROM history_follower", [], rows=False)


def lateness(meanwhile):
    last = newest_event()
    query(FALL_DUE, {"seconds": LATE_SECONDS, "count": LATE_CLOCKS}, rows=False)
    found, until = {}, time.monotonic() + LATE_SECONDS + 30
    while len(found) < LATE_CLOCKS and time.monotonic() < until:
        for event_id, seconds in query(SEEN, [last]):
            found.setdefault(event_id, float(seconds))  # two drains commit in any order
        time.sleep(0.01)
    seen = sorted(found.values())
    return {
        "meanwhile": meanwhile,
        "due": LATE_CLOCKS,
        "seen": len(seen),
        "p50_s": round(statistics.median(seen), 3),
        "p95_s": round(seen[int(0.95 * len(seen))], 3),
        "max_s": round(seen[-1], 3),
    }


def pipeline(count):
    """Requests called off, all at once and then one by one: how fast and how soon their handler is through."""
    tickets = some_tickets(count + SINGLES)
    begin = time.perf_counter()
    call_off(tickets[:count])
    rate = count / (await_deliveries() - begin)
    delays = []
    for ticket in tickets[count:]:
        begin = time.perf_counter()
        call_off([ticket])
        delays.append(await_deliveries() - begin)
    delays.sort()
    return {
        "events": count,
        "handled_per_s": round(rate),
        "one_p50_s": round(statistics.median(delays), 3),
        "one_p95_s": round(delays[int(0.95 * len(delays))], 3),
    }


def some_tickets(count):
    from tickets.models import Ticket  # noqa: PLC0415

    return list(Ticket.objects.filter(number__startswith="B-").order_by("pk")[:count])


def call_off(tickets):
    from django.db import transaction  # noqa: PLC0415

    from aftersales.events.actors import Actor  # noqa: PLC0415
    from aftersales.events.log import record_events  # noqa: PLC0415

    with transaction.atomic():
        record_events([(ticket, {}) for ticket in tickets], "ticket.cancel", by=Actor.system("bench"))


def await_deliveries(patience=120):
    from aftersales.events.models import Delivery  # noqa: PLC0415

    until = time.monotonic() + patience
    while Delivery.objects.filter(next_try_at__isnull=False).exists():
        if time.monotonic() > until:
            raise SystemExit("the deliveries do not come")
        time.sleep(0.005)
    return time.perf_counter()


def memory(pid):
    """{"rss_mb", "pss_mb"}: what it holds, and its share where pages are shared."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return {"rss_mb": round(sizes["Rss"] / 1024), "pss_mb": round(sizes["Pss"] / 1024)}


def newest_event():
    return query("SELECT coalesce(max(id), 0) FROM events_event", [])[0][0]


def query(sql, params, *, rows=True):
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if rows else None


if __name__ == "__main__":
    main()
