"""PostgreSQL 18 from its wheel: one cluster in one directory, on a loopback port, behind a password.

Loopback and not a Unix socket: a socket's path may not exceed 107 bytes, and the account PostgreSQL runs
as could not make one where we could reach it without opening a directory to everybody.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2
from psycopg2 import sql

from aftersales.embedded.accounts import account_for, postgres_programs
from aftersales.embedded.processes import LINUX, Child, EmbeddedError, identity, processes_in, wait_until

DATABASE = ROLE = "aftersales"
SETTINGS = {
    "max_connections": "60",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "logging_collector": "off",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
# For tests: what is lost at a power cut is a test run.
HASTE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
}
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C", "LC_ALL": "C", "TZ": "UTC"}


class Postgres:
    """The cluster below `home`, created at the first start."""

    wanted_port = 54329  # the next free one is taken otherwise

    def __init__(self, home, *, port, leash, durable=True):
        self.data = home / "postgres"
        self.port = port
        self._durable = durable
        self._password_file = home / "postgres.password"
        self._account = account_for(self.data)
        self._programs = postgres_programs(self._account)
        self.is_new = not self.data.exists()
        self.child = Child(
            "postgres",
            self._command(),
            log=home / "log" / "postgres.log",
            leash=leash,
            cwd=self.data,
            env=ENVIRONMENT,
            account=self._account,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint, exits
            before=self._clear_the_way,
        )

    @property
    def url(self):
        return self._url(ROLE, DATABASE)

    def start(self):
        """Create what is missing, start, wait until it answers."""
        if self.is_new:
            self._create()
        self.child.start()
        wait_until(self._answers, child=self.child, what="PostgreSQL")
        self._ensure_database()

    def _command(self):
        settings = SETTINGS | ({} if self._durable else HASTE) | {"port": str(self.port)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self._programs / "postgres", "-D", self._own_data, *flags]

    @property
    def _own_data(self):
        """The data directory as the server sees it, which starts inside it; see accounts.py."""
        return "/proc/self/cwd" if LINUX else str(self.data)

    def _create(self):
        """Make the cluster aside and move it into place, so that one that exists is a whole one."""
        workshop = self.data.with_name("postgres.new")
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir(mode=0o700, parents=True)
        write_secret(self._password_file, secrets.token_hex(24))
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(self._password)
            password.flush()
            if self._account:
                os.chown(workshop, self._account.pw_uid, self._account.pw_gid)
                os.chown(password.name, self._account.pw_uid, self._account.pw_gid)
            self._initdb(workshop, password.name)
        workshop.replace(self.data)

    def _initdb(self, directory, password_file):
        target = "/proc/self/cwd" if LINUX else str(directory)
        command = [
            self._programs / "initdb",
            "-D",
            target,
            "-U",
            "postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
        ]  # fmt: skip - one line of the shell, not a list of things
        if not self._durable:
            command.append("--no-sync")
        made = subprocess.run(
            [str(part) for part in command],
            cwd=directory,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **identity(self._account),
        )
        if made.returncode:
            raise EmbeddedError(
                f"PostgreSQL could not create its files in {directory}:\n{made.stderr.strip()}"
            )

    def _clear_the_way(self):
        """Wait for a server that is still going down, end what a killed one left, drop its lock file.

        PostgreSQL takes any live process with the pid in its lock file for a server, a zombie too.
        """
        if not LINUX:
            return
        lock = self.data / "postmaster.pid"
        deadline = time.monotonic() + 30
        while left := processes_in(self.data, "postgres"):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"PostgreSQL (process {left[0]}) still serves {self.data}; stop it first."
                )
            if not lock.exists() or int(lock.read_text().split()[0]) not in left:
                for pid in left:  # backends whose postmaster was killed
                    signal_quietly(pid, signal.SIGQUIT)
            time.sleep(0.05)
        lock.unlink(missing_ok=True)

    def _answers(self):
        try:
            psycopg2.connect(self._url("postgres", "postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _ensure_database(self):
        """The application's own role, which is no superuser, and its database."""
        connection = psycopg2.connect(self._url("postgres", "postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if not cursor.fetchone():
                    create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
                    cursor.execute(create.format(sql.Identifier(ROLE), sql.Literal(self._password)))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    create = sql.SQL("CREATE DATABASE {} OWNER {}")
                    cursor.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
                if not self._durable:  # so that a test may empty tables whose triggers refuse it
                    grant = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}")
                    cursor.execute(grant.format(sql.Identifier(ROLE)))
        finally:
            connection.close()

    @property
    def _password(self):
        return self._password_file.read_text().strip()

    def _url(self, role, database):
        return f"postgresql://{role}:{self._password}@127.0.0.1:{self.port}/{database}"


def write_secret(path, text):
    """A file that only its owner may read, from its first moment on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def signal_quietly(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
