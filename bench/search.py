"""How long a search takes for each class of words, and what the index costs when requests come in.

    python bench/search.py --sizes 10000 200000 [--times 60]

It starts its own PostgreSQL, builds requests with a message each in SQL, of which known shares hold known words,
and prints a table of p50 and p95 in milliseconds for each size: of the search alone (statements and checking of
the text included), with the CPU it took in Python and in PostgreSQL, and of the whole page. Then requests are
opened with and without the index, in turns.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.search_data import grow, prepare  # noqa: E402 - the path is set for it

CLASSES = {
    "common, Chinese": ["退货"],
    "common, English": ["refund"],
    "middle, Chinese": ["质量问题", "裂纹"],
    "middle, English": ["warranty"],
    "rare, Chinese": ["罕见字"],
    "rare, English": ["spectrograph"],
    "two words": ["退货 refund", "质量问题 退货", "裂纹 warranty"],
    "in quotes": ['"refund 退货"'],
    "old alone": ["旧年事"],
    "none": ["绝无此事", "xylophone"],
    "number": ["{number}", "{tail}"],
    "telephone": ["{phone}", "{phone_tail}"],
}


def main():
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = start(directory)
        try:
            ground = prepare()
            for size in arguments.sizes:
                grow(ground, size)
                measure(ground, size, arguments.times)
            cost_of_index(ground, arguments.opened)
        finally:
            servers.stop()


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="requests")
    parser.add_argument("--times", type=int, default=60, help="searches of each class")
    parser.add_argument("--opened", type=int, default=300, help="requests opened to measure the index's cost")
    return parser.parse_args()


def start(directory):
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    servers = embedded.start(directory, durable=True)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = servers.database_url, servers.redis_url
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftersales.settings"
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    # Pages are drawn without `collectstatic`.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return servers


# -- searches -----------------------------------------------------------------------


def measure(ground, size, times):
    """The table: p50 and p95 of the search and of the page, and how many there were on the first page."""
    from django.test import Client  # noqa: PLC0415

    from aftersales.events.actors import Actor  # noqa: PLC0415
    from tickets.models import Ticket  # noqa: PLC0415
    from tickets.queries.search import search  # noqa: PLC0415

    actor, client = Actor.staff(ground["person"]), Client(HTTP_HOST="127.0.0.1")
    client.force_login(ground["person"])
    print(
        "| class | found | search p50 | p95 | CPU | page p50 | p95 | CPU |\n|---|---|---|---|---|---|---|---|"
    )
    for name, words in CLASSES.items():
        typed = [word.format(**numbers(size)) for word in words]

        def look(text):
            return len(search(Ticket.objects.visible_to(actor), actor, text).hits)

        found = [look(text) for text in typed]
        alone = timed(look, typed, times)
        page = timed(lambda text: client.get("/search", {"q": text}), typed, max(times // 3, 5))
        row = " | ".join(f"{figure:.1f}" for figure in (*alone, *page))
        print(f"| {name} | {'/'.join(map(str, found))} | {row} |", flush=True)


def numbers(size):
    one = size * 2 // 3
    return {
        "number": f"B26-{one:07}", "tail": f"{one:07}", "phone": f"139{one:08}", "phone_tail": f"{one:04}"[-4:]
    }  # fmt: skip


def timed(look, typed, times):
    """(p50, p95, CPU of each) in milliseconds; the first search of each text warms up."""
    taken, used = [], 0.0
    for n in range(times + len(typed)):
        if n == len(typed):
            used = cpu()
        begin = time.perf_counter()
        look(typed[n % len(typed)])
        taken.append((time.perf_counter() - begin) * 1e3)
    taken = sorted(taken[len(typed) :])
    return statistics.median(taken), taken[int(len(taken) * 0.95)], (cpu() - used) / times * 1e3


# -- the cost -----------------------------------------------------------------------


def cost_of_index(ground, count):
    """CPU of opening requests, with the note for the index and without, in turns; and of indexing them."""
    from aftersales import due  # noqa: PLC0415
    from tests.factories import SYSTEM, order_body, ticket_body  # noqa: PLC0415
    from tickets.actions import intake  # noqa: PLC0415
    from tickets.actions.orders import put_order  # noqa: PLC0415
    from tickets.models import SearchDue  # noqa: PLC0415
    from tickets.serializers import read_order, read_ticket  # noqa: PLC0415

    shop, note = ground["stage"].shop, intake.search_dues
    put_order(shop, "O-1", read_order(order_body()), by=SYSTEM)
    body = read_ticket(ticket_body(lines=[]))

    def opened():
        begin = cpu()
        for _n in range(count // 5):
            intake.open_ticket(shop, body, by=SYSTEM)
        return (cpu() - begin) / (count // 5) * 1e3

    opened()
    noted, plain = [], []
    for _pair in range(5):
        intake.search_dues = note
        noted.append(opened())
        intake.search_dues = lambda *ids: []
        plain.append(opened())
    intake.search_dues = note
    waiting, begin = SearchDue.objects.count(), cpu()
    due.drain(due.KINDS["search"])
    indexed = (cpu() - begin) / waiting * 1e3
    bare = statistics.median(plain)
    print(
        f"\nopening a request, CPU (Python and its PostgreSQL session): {bare:.2f} ms; "
        f"with the note {statistics.median(noted):.2f} ms; its tokens later {indexed:.2f} ms "
        f"({waiting} in batches); together {(statistics.median(noted) - bare + indexed) / bare:.0%} of opening it"
    )


def cpu():
    """CPU seconds of this process and of its session in PostgreSQL."""
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
