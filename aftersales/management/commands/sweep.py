"""manage.py sweep: the watch that needs neither Redis nor Celery.

Celery drains what is due within its second. This process looks twice a second for due rows that were
left lying, because the broker, beat or the workers are down, and drains them itself. Once it had to step in
for a kind it gives nobody any grace there for half a minute, then asks again whether Celery is back: so losing
all of Celery costs the first rows a second or two of lateness, the others half a second.
"""

import logging
import signal
import threading
import time
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from aftersales import due

log = logging.getLogger(__name__)

# What Celery is given before we step in, and how often we look: with Celery dead the first rows are some 1.7
# seconds late, and as long as we stand in for it no other is later than one look.
GRACE = timedelta(seconds=1.2)
PAUSE = 0.5
STAND_IN_SECONDS = 30
TURN_SECONDS = 5  # for one kind at a time, so that a backlog of mail does not make deadlines wait


class Command(BaseCommand):
    help = "Drain due rows that Celery left lying; runs until stopped."

    def handle(self, **options):
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        watch = Watch()
        while not stop.wait(PAUSE):
            try:
                close_old_connections()
                watch.look()
            except (DatabaseError, InterfaceError) as error:
                log.warning("sweep waits for the database: %s", error)
                connection.close()


class Watch:
    """One process's memory of where it stands in for Celery, and until when."""

    def __init__(self):
        self._stands_in_until = {}  # name of a kind -> seconds of this process's own clock

    def look(self):
        """Drain each kind that has a row due for longer than its grace; returns rows fired by kind."""
        fired = {}
        for kind in list(due.KINDS.values()):
            if kind.is_late(self._grace_of(kind)) and (moved := due.drain(kind, TURN_SECONDS)):
                fired[kind.name] = moved
                self._step_in(kind, moved)
        return fired

    def _grace_of(self, kind):
        stands_in = time.monotonic() < self._stands_in_until.get(kind.name, 0)
        return timedelta(0) if stands_in else GRACE

    def _step_in(self, kind, moved):
        """Only a row that was really left lying begins the time; those we now take early do not prolong it."""
        if self._grace_of(kind):
            log.warning("sweep fired %s rows of %s that were late", moved, kind.name)
            self._stands_in_until[kind.name] = time.monotonic() + STAND_IN_SECONDS
