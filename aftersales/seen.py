"""Up to where a process has seen all that is due: where its next look begins."""

import time
from datetime import timedelta

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import GreaterThan

from aftersales.clock import db_now, now

MARGIN = timedelta(seconds=5)  # what commits later than its own time says is found all the same
GOES_ON_SECONDS = 2
WHOLE_SECONDS = 30  # after which a look begins at the beginning again, whatever was seen
BY_TIME = ("next_try_at", "id")


class Seen:
    """Up to where one process has seen all that is due, so that its next look need not begin at the beginning.

    What fired leaves a dead entry in the index. As long as somebody's old snapshot is open, or until the next
    vacuum, a look from the beginning walks over each of them; one from where all was seen walks over none.
    Rows that were written further into the past, or were locked then, are found by the next whole look.
    """

    def __init__(self):
        self._up_to = self._last = None
        self._next_whole = self._began = self._goes_on_until = 0.0

    def beyond(self, rows):
        """Of these rows those that may not have been seen: all of them when a whole look is due."""
        self._began = time.monotonic()
        if self._up_to is None or self._began >= self._next_whole:
            self._up_to = None
            return rows
        # By how far the clock went on, not by what it shows: the database's may show another time.
        return rows.filter(next_try_at__gt=db_now() - (now() - self._up_to) - MARGIN)

    def beyond_batch(self, rows, ranks):
        """The same for a batch, rank by rank: of many it goes on where the batch before ended, for a moment, so
        that what has become due meanwhile and is more urgent comes soon."""
        if self._last and time.monotonic() < self._goes_on_until:
            return self._behind_last(rows, ranks)
        self._last, self._goes_on_until = None, time.monotonic() + GOES_ON_SECONDS
        return by_rank(self.beyond(rows), ranks)

    def _behind_last(self, rows, ranks):
        *rank, at, pk = self._last
        # The first of both is what the planner can estimate.
        behind = rows.filter(next_try_at__gte=at).filter(
            GreaterThan(as_row(map(F, BY_TIME)), as_row([Value(at), Value(pk)]))
        )
        if not rank:
            return [behind]
        return [behind.filter(rank=rank[0]), *by_rank(rows, [later for later in ranks if later > rank[0]])]

    def note(self, up_to):
        """The look that just ended found all there was."""
        if self._up_to is None:
            self._next_whole = self._began + WHOLE_SECONDS
        self._up_to = up_to

    def note_batch(self, up_to, found, is_full):
        """A batch that is full was not all there is, nor is the end of what went on from another."""
        if is_full:
            self._last = found[-1]
        elif self._last:
            self._last = self._up_to = None
        else:
            self.note(up_to)

    def lost_some(self):
        """Somebody held a part of what was found, however long it has been due: the next look is a whole one."""
        self._up_to = None


def by_rank(rows, ranks):
    """Each rank by itself, so that an index is entered where its due rows begin: over all ranks at once the
    planner may prefer to read the whole table and sort it."""
    return [rows.filter(rank=rank) for rank in ranks] if ranks is not None else [rows]


def as_row(values):
    """ROW(...), which an index on the same columns compares at any depth."""
    return Func(*values, function="ROW", output_field=models.BooleanField())
