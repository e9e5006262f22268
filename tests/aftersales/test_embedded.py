"""The embedded servers: they start anywhere, keep what was committed, and leave nobody behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from aftersales import embedded
from aftersales.embedded import supervisor
from aftersales.embedded.accounts import account_for
from aftersales.embedded.postgres import Postgres, write_secret
from aftersales.embedded.processes import Child
from tests.processes import eventually, is_running, running_below

pytestmark = pytest.mark.slow


@pytest.fixture
def start(tmp_path):
    """Start servers as `make up` does; whatever still runs at the end is stopped."""
    started = []

    def starter(directory=tmp_path / "var", **options):
        started.append(embedded.start(directory, **options))
        return started[-1]

    yield starter
    for servers in started:
        servers.stop()


def ask(url, query):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def test_servers_are_set_up_to_lose_nothing_when_durable(start):
    servers = start()

    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "max_connections")
    settings = [ask(servers.database_url, f"SHOW {name}")[0][0] for name in names]
    assert settings == ["on", "on", "on", "on", "60"]
    broker = redis.Redis.from_url(servers.redis_url).config_get("*")
    assert (broker["appendonly"], broker["appendfsync"]) == ("yes", "everysec")
    assert broker["maxmemory-policy"] == "noeviction"


def test_database_sorts_by_code_point_when_created(start):
    servers = start(valkey=False)

    query = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
    assert ask(servers.database_url, query) == [("b", "C.UTF-8")]


def test_role_is_no_superuser_when_the_desk_connects(start):
    servers = start(valkey=False)

    query = "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert ask(servers.database_url, query) == [(False, True)]


def test_servers_answer_nobody_without_password_when_started(start):
    servers = start()

    anonymous = servers.database_url.replace(servers.database_url.split(":")[2].split("@")[0], "guess")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(anonymous, "SELECT 1")
    broker = redis.Redis(host="127.0.0.1", port=int(servers.redis_url.rsplit(":", 1)[1].split("/")[0]))
    with pytest.raises(redis.AuthenticationError):
        broker.ping()


def test_only_loopback_is_bound_when_started(start):
    servers = start()

    for server in servers.running:
        with pytest.raises(OSError, match=r"refused|unreachable"):
            socket.create_connection(("127.0.0.2", server.port), timeout=2)  # ours too, but not bound


def test_servers_start_when_the_path_is_long_and_has_spaces(start, tmp_path):
    servers = start(tmp_path / "a directory with spaces" / ("long " * 30).strip() / "var")

    assert ask(servers.database_url, "SELECT 1") == [(1,)]
    assert redis.Redis.from_url(servers.redis_url).ping()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend PostgreSQL another account")
def test_root_keeps_its_directories_closed_when_postgres_runs_as_another(start, tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)

    servers = start(home / "var", valkey=False)

    owner = Path(f"/proc/{servers.children[0].process.pid}").stat().st_uid
    assert owner != 0
    assert home.stat().st_mode & 0o777 == 0o700
    assert account_for(home / "var" / "postgres").pw_uid == owner


def test_next_port_is_taken_when_the_wanted_one_is_busy():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        assert embedded.free_port(port) != port


def test_second_start_is_refused_when_the_directory_is_in_use(start):
    start(valkey=False)

    with pytest.raises(embedded.EmbeddedError, match="stop that one first"):
        start(valkey=False)


def test_committed_rows_are_there_when_postgres_was_killed(start, tmp_path):
    servers = start(valkey=False)
    ask(servers.database_url, "CREATE TABLE kept (id int)")
    ask(servers.database_url, "INSERT INTO kept SELECT generate_series(1, 200)")

    servers.children[0].process.kill()
    servers.stop()
    again = start(valkey=False)

    assert ask(again.database_url, "SELECT count(*) FROM kept") == [(200,)]


def test_queue_is_there_when_valkey_was_killed(start):
    servers = start(postgres=False)
    redis.Redis.from_url(servers.redis_url).rpush("queue", *range(100))
    time.sleep(1.2)  # everysec

    servers.children[0].process.kill()
    servers.stop()
    again = start(postgres=False)

    assert redis.Redis.from_url(again.redis_url).llen("queue") == 100


def test_half_made_cluster_is_made_anew_when_creation_was_cut_short(start, tmp_path):
    rest = tmp_path / "var" / "postgres.new"
    rest.mkdir(parents=True)
    (rest / "PG_VERSION").write_text("18")

    servers = start(valkey=False)

    assert ask(servers.database_url, "SELECT 1") == [(1,)]


def test_stale_lock_file_is_dropped_when_its_pid_belongs_to_another(start, tmp_path):
    start(valkey=False).stop()
    lock = tmp_path / "var" / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n")

    servers = start(valkey=False)

    assert ask(servers.database_url, "SELECT 1") == [(1,)]


def test_reason_is_said_when_a_server_cannot_start(tmp_path):
    leash = embedded.Leash()
    with socket.create_server(("127.0.0.1", 0)) as busy:
        server = Postgres(tmp_path, port=busy.getsockname()[1], leash=leash)
        with pytest.raises(embedded.EmbeddedError, match="Address already in use"):
            server.start()
    leash.close()


# A parent with one child of its own beside the servers, and a grandchild that ignores every polite request.
PARENT = """
    import signal, sys, time
    from pathlib import Path
    from aftersales import embedded
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background would have it ignored
    home = Path(sys.argv[1])
    leash = embedded.Leash(grace=2)
    leash.remove_at_end(str(home / "scratch"))
    servers = embedded.start(home, durable=False, leash=leash)
    stubborn = "trap '' TERM INT HUP; while :; do sleep 0.1; done"
    embedded.Child("kin", ["sh", "-c", f"({stubborn}) & wait"], log=home / "kin.log", leash=leash, cwd=home).start()
    print(servers.children[0].process.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nobody_is_left_when_the_parent_is_killed(tmp_path, number):
    home = tmp_path / "var"
    (home / "scratch").mkdir(parents=True)
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(home)], stdout=subprocess.PIPE, text=True
    )
    postmaster = int(parent.stdout.readline())
    assert len(running_below(home)) >= 4

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: not running_below(home), seconds=30)
    assert not is_running(postmaster)
    assert eventually(lambda: not (home / "scratch").exists())


def test_child_is_started_again_when_it_is_killed(tmp_path):
    said, leash = [], embedded.Leash()
    child = Child("sleeper", ["sleep", "600"], log=tmp_path / "log", leash=leash)
    child.start()
    keeper = supervisor.Supervisor(leash, said.append)
    keeper.keep(child)
    first = child.process.pid
    child.process.kill()

    assert eventually(lambda: keeper.look() or child.process.pid != first)
    assert said == [f"sleeper ended (signal SIGKILL); starting it again. See {tmp_path / 'log'}"]
    keeper.stop([child])
    leash.close()


def test_grandchildren_end_when_their_parent_does(tmp_path):
    leash = embedded.Leash()
    child = Child("kin", ["sh", "-c", "sleep 600 & wait"], log=tmp_path / "log", leash=leash, cwd=tmp_path)
    child.start()
    assert eventually(lambda: len(running_below(tmp_path)) == 2)

    child.process.kill()
    child.process.wait()
    child.ended()

    assert eventually(lambda: not running_below(tmp_path))
    leash.close()


def test_crash_loop_is_slowed_down_when_a_child_keeps_ending(tmp_path):
    said, leash = [], embedded.Leash()
    child = Child("faulty", ["false"], log=tmp_path / "log", leash=leash)
    child.start()
    keeper = supervisor.Supervisor(leash, said.append)
    keeper.keep(child)
    deadline = time.monotonic() + 2

    while time.monotonic() < deadline:
        keeper.look()
        time.sleep(0.02)

    assert 2 <= len(said) <= 3  # after half a second, after one more; the next would be two later
    leash.close()


def test_leash_holds_on_when_it_is_killed_itself(tmp_path):
    leash = embedded.Leash()
    child = Child("sleeper", ["sleep", "600"], log=tmp_path / "log", leash=leash)
    child.start()
    os.kill(leash.pid, signal.SIGKILL)
    assert eventually(lambda: not is_running(leash.pid))

    leash.check()
    leash.close()  # what it was told again, it ends with

    assert child.process.wait(5) == -signal.SIGTERM


def test_secret_is_readable_by_its_owner_only_when_written(tmp_path):
    write_secret(tmp_path / "secret", "s")

    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
