"""How long the history takes over two years: the pages as the desk serves them, and the statements behind each.

    python -m bench.history [--sizes 10000 1000000] [--asks 60]

It starts its own PostgreSQL and Valkey, fills twelve facts for each request in SQL, spread over two years, two shops,
a hundred people and all categories, sums them up by the same statements as `manage.py rebuild_facts` (and prints how
long that took), serves the desk as `make up` does, asks for each page as its manager sees it, and prints a table of
p50 and p95 in milliseconds. Five million requests are sixty million facts: 20 GB and most of an hour.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta

from bench import lib
from bench.desk import LIMITS, Page, ask_all, percentile

DAYS = 730
AIM = 50  # ms


def main():
    arguments = read_arguments()
    sys.path.insert(0, str(lib.ROOT))
    for size in arguments.sizes:
        if (child := os.fork()) == 0:  # each size by itself, so that none inherits a cache
            measure(size, arguments.asks, arguments.verbose)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"{size}: the measurement failed, see above.")
    print(f"\n{lib.machine()}")


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000], help="requests")
    parser.add_argument("--asks", type=int, default=60, help="how often each page is asked for")
    parser.add_argument(
        "--verbose", action="store_true", help="also name the slowest statements of each page"
    )
    return parser.parse_args()


def measure(size, asks, verbose):
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = embedded.start(directory, durable=False)
        try:
            environment = {
                **LIMITS,
                "DATABASE_URL": servers.database_url,
                "REDIS_URL": servers.redis_url,
                "DJANGO_SETTINGS_MODULE": "aftersales.settings",
                "STATIC_ROOT": f"{directory}/static",
                "MEDIA_ROOT": f"{directory}/media",
                "LOGS": directory,
            }
            os.environ |= environment
            serve(size, asks, verbose, environment)
        finally:
            servers.stop()


def serve(size, asks, verbose, environment):
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from aftersales.embedded import free_port  # noqa: PLC0415
    from bench.history_rows import fill, sum_up  # noqa: PLC0415 - it uses what stands here
    from tests.factories import shop_pair  # noqa: PLC0415

    for command in ("migrate", "load_content"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    stage = shop_pair()
    started = time.monotonic()
    facts = fill(size, stage)
    filled = time.monotonic()
    sum_up([stage.shop, stage.other_shop])
    summed = time.monotonic()
    print(
        f"\n{size:,} requests: {facts:,} facts filled in {filled - started:.0f} s,"
        f" summed up in {summed - filled:.0f} s; {sizes()}\n",
        flush=True,
    )
    cookie, pages, statements = pages_of(stage, verbose)
    port = free_port()
    web = lib.granian("aftersales.wsgi:application", port, environment, "desk")
    try:
        ask_all(pages, port, cookie, asks)
    finally:
        web.terminate()
        web.wait(15)
    print_table(pages, statements)


def sizes():
    """Rows and sizes of what was filled."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM history_tally), pg_total_relation_size('history_tally') / 1048576,"
            " pg_total_relation_size('history_fact') / 1048576"
        )
        tallies, tally_mb, fact_mb = cursor.fetchone()
    return f"{tallies:,} tallies, {tally_mb} MB, beside {fact_mb} MB of facts"


def pages_of(stage, verbose):
    """(the manager's cookies, [Page], {page's name: ms in its statements, in the slowest}), each asked warm."""
    from django.test import Client  # noqa: PLC0415

    today = date.today()  # noqa: DTZ011 - the rows end about today, wherever that is
    years = f"from={today - timedelta(days=DAYS)}&to={today}"
    behind = "/wall/history/requests"
    pages = [
        Page("28 days", "/wall/history", AIM),
        Page("90 days, one shop", "/wall/history?days=90&shop=demo", AIM),
        Page("two years", f"/wall/history?{years}", AIM),
        Page("two years, a team", f"/wall/history?{years}&team=after-sales", AIM),
        Page("two years, a category", f"/wall/history?{years}&category=quality_other", AIM),
        Page("two years, a group", f"/wall/history?{years}&category=quality", AIM),
        Page("behind: missed, 28 days", f"{behind}?measure=sla.first_response&met=no", AIM),
        Page("behind: came in, two years", f"{behind}?measure=open&{years}", AIM),
        Page("behind: an hour of the week", f"{behind}?measure=open&weekday=3&hour=10&{years}", AIM),
        Page("behind: a person's", f"{behind}?measure=response.first&person=agent7&{years}", AIM),
        Page("sheet of people, two years", f"/wall/history/people.csv?{years}", AIM),
    ]
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(stage.mona)
    statements = {page.name: asked_warm(client, page, verbose) for page in pages}
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return cookies, pages, statements


def asked_warm(client, page, verbose):
    """Milliseconds that PostgreSQL was waited for, the median of some times; counts the page's statements."""
    from django.db import connection  # noqa: PLC0415

    waited = []  # (seconds, statement)

    def timed(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            waited.append((time.perf_counter() - started, sql))

    sums, slowest = [], []
    for _time in range(8):
        waited.clear()
        with connection.execute_wrapper(timed):
            answer = client.get(page.path)
        if answer.status_code >= 400:
            raise SystemExit(f"{page.name}: {answer.status_code}")
        sums.append(sum(seconds for seconds, _sql in waited))
        slowest.append(max(seconds for seconds, _sql in waited))
    page.statements = len(waited)
    if verbose:
        for seconds, sql in sorted(waited, reverse=True)[:4]:
            print(f"{page.name}: {1000 * seconds:.1f} ms {' '.join(sql.split())[:90]}", flush=True)
    return [1000 * statistics.median(each[2:]) for each in (sums, slowest)]


def print_table(pages, statements):
    print("| page | statements | ms in all | in the slowest | kB | p50 ms | p95 ms | aim |")
    print("|---|---|---|---|---|---|---|---|")
    for page in pages:
        every, slowest = statements[page.name]
        print(
            f"| {page.name} | {page.statements} | {every:.1f} | {slowest:.1f} | {page.size / 1000:.0f}"
            f" | {1000 * statistics.median(page.seconds):.1f} | {percentile(page.seconds, 0.95):.1f}"
            f" | ≤ {page.aim:g} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
