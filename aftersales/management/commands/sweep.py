"""manage.py sweep: the watch that needs neither Redis nor Celery.

Celery drains what is due within its second. This process looks twice a second for due rows that were
left lying, because the broker, beat or the workers are down, and drains them itself; so losing them
costs a second or two of lateness and nothing else.
"""

import logging
import signal
import threading
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from aftersales import due

log = logging.getLogger(__name__)

# What Celery is given before we step in, and how often we look: with Celery dead nothing is later than
# some 1.7 seconds.
GRACE = timedelta(seconds=1.2)
PAUSE = 0.5
TURN_SECONDS = 5  # for one kind at a time, so that a backlog of mail does not make deadlines wait


class Command(BaseCommand):
    help = "Drain due rows that Celery left lying; runs until stopped."

    def handle(self, **options):
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        while not stop.wait(PAUSE):
            try:
                close_old_connections()
                for kind in late_kinds():
                    if fired := due.drain(kind, TURN_SECONDS):
                        log.warning("sweep fired %s rows of %s that were late", fired, kind.name)
            except (DatabaseError, InterfaceError) as error:
                log.warning("sweep waits for the database: %s", error)
                connection.close()


def late_kinds():
    """The kinds with a row that is due for longer than the grace."""
    return [kind for kind in due.KINDS.values() if kind.is_late(GRACE)]
