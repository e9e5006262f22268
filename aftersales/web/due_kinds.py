"""What of the web is due at a time: keys of repeated requests that are old enough to be forgotten."""

import time
from datetime import timedelta

from aftersales import due
from aftersales.clock import db_now
from aftersales.web.models import IdempotencyKey

KEPT = timedelta(days=7)
BATCH = 1000
EVERY_SECONDS = 3600


class ForgetKeys:
    """Looks once an hour in each worker; between looks a drain costs nothing."""

    name, queue = "old-keys", "mail"

    def __init__(self):
        self._next_look = time.monotonic()

    def is_late(self, grace):
        """Never in a hurry: an old key harms nobody."""
        return False

    def drain_once(self):
        if time.monotonic() < self._next_look:
            return 0
        old = IdempotencyKey.objects.filter(created_at__lt=db_now() - KEPT).order_by("created_at")
        forgotten, _models = IdempotencyKey.objects.filter(pk__in=old.values("pk")[:BATCH]).delete()
        if not forgotten:
            self._next_look = time.monotonic() + EVERY_SECONDS
        return forgotten


due.register(ForgetKeys())
