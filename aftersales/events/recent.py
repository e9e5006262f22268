"""Which streams something happened to of late, as one process knows it: one statement a second, whoever asks.

For questions like “has anything I show changed?”, asked hundreds of times a second. It may lag by `LOOK_SECONDS`,
and it may miss what a transaction wrote that was open for longer than `OVERLAP_SECONDS`: who asks must look
properly every now and then.
"""

import threading
import time
from collections import deque

from aftersales.events.models import Event

LOOK_SECONDS = 1.0
OVERLAP_SECONDS = 15.0  # ids are not committed in their order: so far back one looks again
KEPT_SECONDS = 120.0
MOST_READ = 5000  # of one look; after a storm of more, everything counts as changed


class Recent:
    """When this process first saw the newest event of each stream and of each shop, by `time.monotonic()`."""

    def __init__(self):
        self.lock = threading.Lock()
        self.forget()

    def forget(self):
        self.looked_at = float("-inf")
        self.complete_since = float("inf")  # before this, nothing is known
        self.moments = {}  # stream or shop's id -> when it was last seen to change
        self.ids = {}  # id -> when it was first seen
        self.floors = deque()  # (moment, newest id then)

    def look(self):
        """Read what is new, unless somebody just did or is at it."""
        if time.monotonic() - self.looked_at < LOOK_SECONDS or not self.lock.acquire(blocking=False):
            return
        try:
            self._read()
        finally:
            self.lock.release()

    def has_changed(self, names, since):
        """Whether one of these streams or shops was seen to change at or after `since`."""
        return since < self.complete_since or any(self.moments.get(name, 0.0) >= since for name in names)

    def _read(self):
        rows = list(self._rows())
        moment = time.monotonic()  # after it: who asks meanwhile may not have seen what was just read
        if self.complete_since == float("inf"):
            self.complete_since = moment + OVERLAP_SECONDS
        elif len(rows) >= MOST_READ:
            self.complete_since = max(self.complete_since, moment)
        for pk, stream, shop in rows:
            if pk not in self.ids:
                self.ids[pk] = self.moments[stream] = self.moments[shop] = moment
        self.floors.append((moment, max(self.ids, default=0)))
        while len(self.floors) > 1 and self.floors[1][0] < moment - OVERLAP_SECONDS:
            self.floors.popleft()
        self.ids = {pk: at for pk, at in self.ids.items() if pk >= self.floors[0][1]}
        if len(self.moments) > MOST_READ:
            self.moments = {name: at for name, at in self.moments.items() if at > moment - KEPT_SECONDS}
        self.looked_at = moment

    def _rows(self):
        """Newest first, so that what a storm cuts off is the oldest."""
        events = Event.objects.order_by("-pk").values_list("pk", "stream", "shop_id")
        if not self.floors:
            return events[:1]
        return events.filter(pk__gt=self.floors[0][1])[:MOST_READ]


recent = Recent()
