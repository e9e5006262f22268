"""What the desk's pages cost with many requests behind them: as served, one client, on this machine.

    python -m bench.desk [--sizes 10000 1000000] [--asks 200]

For each size it fills a database of its own (bench/filling.py), serves the desk as `make up` does, signs in as an
agent, and asks for each page so many times in turn with the others. Prints a table of p50 and p95 in ms, the
statements behind each page, and what the last size costs against the first; then counters, dry runs and the pulse
of hundreds of open pages (bench/desk_deeds.py). Keeps all figures in bench/results.
"""

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field

from bench import lib

LIMITS = {"STATEMENT_TIMEOUT_MS": "0", "LOG_LEVEL": "WARNING", "API_RATE_PER_SECOND": "100000"}
WARM_UP = 10


@dataclass
class Page:
    """One thing to ask for. `aim` is p95 in ms at any size."""

    name: str
    path: str
    aim: float
    method: str = "GET"
    body: str = ""
    seconds: list = field(default_factory=list)
    statements: int = 0
    size: int = 0  # of the answer, in bytes


def main():
    arguments = read_arguments()
    sys.path.insert(0, str(lib.ROOT))
    results = {}
    for size in arguments.sizes:
        results[size] = measured(size, arguments)
        print_table(results, size)
    kept = {size: [vars(page) for page in pages] for size, (pages, _facts) in results.items()}
    facts = {size: facts for size, (_pages, facts) in results.items()}
    result = {"machine": lib.machine(), "pages": kept, "facts": facts}
    print(f"\n{result['machine']}\nkept in {lib.write_result('desk', result)}")


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000], help="requests")
    parser.add_argument("--asks", type=int, default=200, help="how often each page is asked for")
    parser.add_argument("--agents", type=int, default=500, help="pages that are open and ask for news")
    return parser.parse_args()


def measured(size, arguments):
    """([Page], facts) for one size, each size in a process of its own, so that none inherits a cache."""
    receiver, sender = os.pipe()
    if (child := os.fork()) == 0:
        os.close(receiver)
        with os.fdopen(sender, "w") as out:
            pages, facts = measure(size, arguments)
            json.dump([[vars(page) for page in pages], facts], out)
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as told:
        text = told.read()
    os.waitpid(child, 0)
    if not text:
        sys.exit(f"{size}: the measurement failed, see above.")
    pages, facts = json.loads(text)
    return [Page(**page) for page in pages], facts


def measure(size, arguments):
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = embedded.start(directory, durable=False)  # so that it may be filled with triggers off
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
            return served(size, arguments, environment, servers)
        finally:
            servers.stop()


def served(size, arguments, environment, servers):
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from aftersales.embedded import free_port  # noqa: PLC0415
    from bench import desk_deeds  # noqa: PLC0415 - it uses what stands here
    from bench.desk_pages import pages_of  # noqa: PLC0415
    from bench.filling import fill  # noqa: PLC0415
    from tests.factories import shop_pair  # noqa: PLC0415

    for command in ("migrate", "load_content"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    stage = shop_pair()
    started = time.monotonic()
    fill(size, stage)
    facts = {"filled_seconds": round(time.monotonic() - started, 1), **database_facts()}
    cookie, pages = pages_of(stage, size)
    port = free_port()
    web = lib.granian("aftersales.wsgi:application", port, environment, "desk")
    try:
        ask_all(pages, port, cookie, arguments.asks)
        facts["rss_mb"] = [round(rss(pid)) for pid in lib.tree(web.pid) if pid != web.pid]
        deeds = [*desk_deeds.counters(stage), *desk_deeds.dry_run(stage)]
        deeds += desk_deeds.pulse(
            stage, port, web.pid, servers.children[0].process.pid, agents=arguments.agents
        )
        facts["deeds"] = [vars(deed) for deed in deeds]
    finally:
        web.terminate()
        web.wait(15)
    return pages, facts


def database_facts():
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()) / 1048576, current_setting('server_version'),"
            " (SELECT count(*) FROM tickets_ticket WHERE status IN ('new', 'open', 'waiting'))"
        )
        return dict(zip(("database_mb", "postgresql", "open"), cursor.fetchone(), strict=True))


def ask_all(pages, port, cookie, asks):
    """In turns, so that a disturbance falls on all of them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(asks + WARM_UP):
        for page in pages:
            seconds, content = ask(connection, page, cookie)
            if number >= WARM_UP:
                page.seconds.append(seconds)
                page.size = len(content)
    connection.close()


def ask(connection, page, cookie):
    headers = {"Cookie": cookie, "Accept-Language": "en"}
    if page.body:
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": "http://127.0.0.1/",
            "X-CSRFToken": csrf_of(cookie),
        }
    started = time.perf_counter()
    connection.request(page.method, page.path, page.body or None, headers)
    response = connection.getresponse()
    content = response.read()
    seconds = time.perf_counter() - started
    if response.status >= 400:
        sys.exit(f"{page.name}: {response.status} {content[:300]!r}")
    return seconds, content


def csrf_of(cookie):
    return cookie.partition("csrftoken=")[2].partition(";")[0]


def rss(pid):
    """In MB."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1048576
    except OSError:
        return 0


def percentile(seconds, share):
    """In ms."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def print_table(results, size):
    first = next(iter(results))
    pages, facts = results[size]
    print(f"\n{size:,} requests, { {name: fact for name, fact in facts.items() if name != 'deeds'} }\n")
    print("| page | statements | kB | p50 ms | p95 ms | aim | p95 ÷ that of the first size |")
    print("|---|---|---|---|---|---|---|")
    for page, base in zip(pages, results[first][0], strict=True):
        p95, base95 = percentile(page.seconds, 0.95), percentile(base.seconds, 0.95)
        print(
            f"| {page.name} | {page.statements} | {page.size / 1000:.0f} | {1000 * statistics.median(page.seconds):.1f}"
            f" | {p95:.1f} | ≤ {page.aim:g} | {p95 / base95:.2f} |",
            flush=True,
        )
    print("\n| | seen | aim |\n|---|---|---|")
    for deed in facts["deeds"]:
        print(f"| {deed['name']} | {deed['seen']} | {deed['aim']} |", flush=True)


if __name__ == "__main__":
    main()
