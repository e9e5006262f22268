"""`manage.py doctor`: what is running, what is wrong, and what to do about it."""

import fcntl
import shutil
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec

import redis
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from aftersales import due
from aftersales.celery import QUEUES, app
from aftersales.clock import db_now, now, skew

POSTGRES = 180000
LATE = timedelta(seconds=5)
APART = timedelta(seconds=5)  # clocks of two machines that nobody keeps together
FREE_BYTES = 1_000_000_000
WORKER_SECONDS = 2
OK, NOTE, WRONG = "ok", "note", "WRONG"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what a person does about it."""

    state: str
    text: str
    remedy: str = ""


class Command(BaseCommand):
    help = "Says what is running, what is wrong and what to do; exit code 1 when something is wrong."
    requires_system_checks = ()

    def handle(self, **options):
        wrong = 0
        for finding in examine():
            wrong += finding.state == WRONG
            self.stdout.write(self._styled(finding))
            if finding.remedy:
                self.stdout.write(f"         {finding.remedy}")
        self.stdout.write(f"\n{wrong} thing(s) wrong." if wrong else "\nNothing is wrong.")
        if wrong:
            raise SystemExit(1)

    def _styled(self, finding):
        style = {OK: self.style.SUCCESS, NOTE: self.style.WARNING, WRONG: self.style.ERROR}[finding.state]
        return f"{style(f'{finding.state:7}')}  {finding.text}"


def examine():
    """Every finding, in the order in which one would look."""
    yield from look_at_settings()
    yield look_at_up()
    yield from look_at_database()
    yield from look_at_redis()
    yield look_at_disk()
    if find_spec("playwright"):  # where the test suite could run at all
        yield look_at_browser()


def look_at_settings():
    if settings.DEBUG:
        yield Finding(
            NOTE, "DEBUG is on: pages of errors show code.", "Unset DEBUG where others can reach this."
        )
    if len(settings.SECRET_KEY) < 32:
        yield Finding(
            NOTE,
            "SECRET_KEY is not set; sessions are signed with a key that everybody knows.",
            "`make up` makes one; elsewhere set SECRET_KEY to 50 random characters.",
        )
    secure = settings.SITE_URL.startswith("https://")
    yield Finding(OK, f"Serves {settings.SITE_URL}{'' if secure else ', for this machine only: not https'}.")


def look_at_up():
    """Whether `make up` runs here: it keeps its directory locked."""
    path = settings.BASE_DIR / "var" / "lock"
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return Finding(NOTE, "`make up` never ran here.")
    except BlockingIOError:
        return Finding(OK, f"`make up` is running; its logs are in {settings.BASE_DIR / 'var' / 'log'}.")
    return Finding(NOTE, "`make up` is not running.", "Start it, unless the desk runs otherwise.")


def look_at_database():
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Finding(
            WRONG,
            f"PostgreSQL does not answer: {str(error).strip().splitlines()[0]}",
            "Start it with `make up`, or correct DATABASE_URL.",
        )
        return
    yield from look_at_server()
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        yield Finding(WRONG, f"{len(pending)} migrations are not applied.", "manage.py migrate")
        return
    yield Finding(OK, "Every migration is applied.")
    yield from look_at_due_rows()


def look_at_server():
    version = connection.cursor().connection.server_version
    if version < POSTGRES:
        yield Finding(WRONG, f"PostgreSQL is too old: {version}.", "PostgreSQL 18 or newer is needed.")
    else:
        yield Finding(OK, f"PostgreSQL {version // 10000}.{version % 10000} answers.")
    with connection.cursor() as cursor:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                yield Finding(WRONG, f"{name} is off: a power cut loses tickets.", f"Set {name} = on.")
    yield compare_clocks(skew())


def compare_clocks(apart):
    if abs(apart) <= APART:
        return Finding(OK, "This machine's clock and PostgreSQL's agree.")
    seconds = apart.total_seconds()
    return Finding(
        WRONG,
        f"This machine's clock is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} PostgreSQL's.",
        "Keep both by NTP. Deadlines hold, for PostgreSQL alone decides what is due; times in the history do not.",
    )


def look_at_due_rows():
    kinds = [kind for kind in due.KINDS.values() if hasattr(kind, "model")]
    late = [text for kind in kinds if (text := lateness(kind))]
    if late:
        yield Finding(
            WRONG,
            "Work is overdue: " + "; ".join(late) + ".",
            "Workers, beat and sweep are down or too few; see their logs, or start them with `make up`.",
        )
    else:
        yield Finding(OK, "Nothing is overdue.")
    dead = {kind.name: kind.model.objects.filter(dead_at__isnull=False).count() for kind in kinds}
    if any(dead.values()):
        listed = ", ".join(f"{count} of {name}" for name, count in dead.items() if count)
        yield Finding(
            WRONG, f"Given up after {due.MAX_TRIES} tries: {listed}.", "Mend the cause, then try again."
        )
    else:
        yield Finding(OK, "Nothing was given up.")
    for text, remedy in filter(any, (kind.noteworthy() for kind in watched_kinds())):
        yield Finding(NOTE, text, remedy)


def watched_kinds():
    """Kinds that put things right by themselves, of which somebody should hear."""
    return [kind for kind in due.KINDS.values() if hasattr(kind, "noteworthy")]


def lateness(kind):
    """How late the oldest row of this kind is, when that is too late."""
    late = kind.model.objects.filter(next_try_at__lte=db_now() - LATE)
    oldest = late.aggregate(oldest=Min("next_try_at"))["oldest"]
    if oldest is None:
        return None
    return f"{kind.name} by {(now() - oldest).total_seconds():.0f} s"


def look_at_redis():
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        info = client.info()
    except redis.RedisError as error:
        yield Finding(
            WRONG,
            f"Redis does not answer: {error}",
            "Nothing is lost and the sweep goes on working. Start it with `make up`, or correct REDIS_URL.",
        )
        return
    yield Finding(OK, f"Redis answers (speaks {info['redis_version']}).")
    if info.get("maxmemory_policy") != "noeviction":
        yield Finding(
            WRONG, "Redis may throw away what Celery has queued.", "Set its maxmemory-policy to noeviction."
        )
    yield look_at_workers()


def look_at_workers():
    try:
        answers = app.control.inspect(timeout=WORKER_SECONDS).active_queues() or {}
    except OSError as error:
        return Finding(WRONG, f"Workers cannot be asked: {error}")
    if not answers:
        return Finding(
            WRONG, "No Celery worker answers; the sweep does their work, more slowly.", "See `make up`."
        )
    served = {queue["name"] for queues in answers.values() for queue in queues}
    if missing := set(QUEUES) - served:
        return Finding(WRONG, f"No worker serves {', '.join(sorted(missing))}.", "Start one with --queues.")
    return Finding(OK, f"{len(answers)} Celery workers answer and serve every queue.")


def look_at_disk():
    place = settings.MEDIA_ROOT
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB are free where attachments are kept ({settings.MEDIA_ROOT})."
    return Finding(OK, text) if free > FREE_BYTES else Finding(WRONG, text, "Make room, or move MEDIA_ROOT.")


def look_at_browser():
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        return Finding(OK, "Chromium is here for the browser journeys of the test suite.")
    return Finding(
        NOTE,
        "There is no Chromium; `make test` skips the browser journeys. The desk does not need it.",
        "apt-get install chromium fonts-noto-cjk",
    )
