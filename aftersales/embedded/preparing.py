"""What must be done before the desk can open, each only when what it depends on has changed.

A step's fingerprint is kept in `var/prepared.json` together with the identity of the database it was done
for; a new or another database starts from nothing.
"""

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass

import psycopg2

from aftersales.embedded.processes import EmbeddedError, die_with_parent, open_log

PACKAGES = ("aftersales", "staff", "tickets", "returns", "surveys")


@dataclass(frozen=True)
class Step:
    """One management command, and the files that make it due again."""

    name: str
    saying: str
    arguments: tuple
    patterns: tuple


STEPS = (
    Step("migrate", "Bringing the database up to date", ("migrate", "--noinput"), ("**/migrations/*.py",)),
    Step(
        "content",
        "Loading the default content",
        ("load_content",),
        ("**/*.yaml", "**/*.yml", "**/*.csv", "**/*.json"),
    ),
    Step("static", "Collecting static files", ("collectstatic", "--noinput"), ("**/static/**/*",)),
)


class Preparation:
    """The steps done so far, for one database."""

    def __init__(self, base, var, environment, say):
        self._base = base
        self._demo = Step("demo", "Loading the demo", ("demo", "load", "--var", str(var)), ())
        self._file = var / "prepared.json"
        self._log = var / "log" / "prepare.log"
        self._environment = environment
        self._say = say
        self._done = {}

    def run(self, *, demo=True):
        """Do what is due. The demo is loaded once, into a database that was empty when we first saw it."""
        self._recall()
        for step in STEPS:
            fingerprint = self._fingerprint(step)
            if self._done.get(step.name) != fingerprint:
                self._do(step)
                self._note(step.name, fingerprint)
        if self._done["demo"] == "wanted":
            if demo:
                self._do(self._demo)
            self._note("demo", "loaded" if demo else "not wanted")

    def _recall(self):
        identity, is_empty = look_at_database(self._environment["DATABASE_URL"])
        try:
            self._done = json.loads(self._file.read_text())
        except (OSError, ValueError):
            self._done = {}
        if self._done.get("database") != identity:
            self._done = {"database": identity, "demo": "wanted" if is_empty else "not wanted"}
            self._write()

    def _do(self, step):
        started = time.monotonic()
        self._say(f"{step.saying} ...")
        with open_log(self._log) as log:
            log.write(f"\n$ manage.py {' '.join(step.arguments)}\n".encode())
            log.flush()
            done = subprocess.run(
                [sys.executable, "manage.py", *step.arguments],
                cwd=self._base,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(9),
                check=False,
            )
        if done.returncode:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
            raise EmbeddedError(
                f"`manage.py {' '.join(step.arguments)}` failed; the end of {self._log}:\n{tail}"
            )
        self._say(f"{step.saying}: {time.monotonic() - started:.1f} s")

    def _note(self, name, value):
        self._done[name] = value
        self._write()

    def _write(self):
        self._file.write_text(json.dumps(self._done, indent=2) + "\n")

    def _fingerprint(self, step):
        """Names, sizes and times of the files; and of the locks, for what the packages bring along."""
        digest = hashlib.sha256()
        for path in sorted(files_matching(self._base, step.patterns)):
            stat = path.stat()
            digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
        return digest.hexdigest()


def files_matching(base, patterns):
    found = set(base.glob("requirements*.lock"))
    for package in PACKAGES:
        for pattern in patterns:
            found.update(path for path in (base / package).glob(pattern) if path.is_file())
    return found


def look_at_database(url):
    """Which database this is, and whether nothing was ever migrated into it."""
    try:
        connection = psycopg2.connect(libpq_url(url), connect_timeout=10)
    except psycopg2.OperationalError as error:
        raise EmbeddedError(f"The database in DATABASE_URL does not answer: {str(error).strip()}") from None
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT system_identifier FROM pg_control_system()),"
                " (SELECT oid FROM pg_database WHERE datname = current_database()),"
                " to_regclass('django_migrations') IS NULL"
            )
            system, database, is_empty = cursor.fetchone()
    finally:
        connection.close()
    return f"{system}/{database}", is_empty


def libpq_url(url):
    """The settings also know the schemes `psql` and `pgsql`; the driver does not."""
    return "postgresql://" + url.partition("://")[2]
