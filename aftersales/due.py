"""Due rows: what must happen later is a row with a time, drained in batches from PostgreSQL.

A drain finds what is due by index and without locks, then locks the owners (tickets) in the order
that every action uses, then the rows, tests again, and commits effect and new state together. So
two drains, or a drain and a person, never act twice and never deadlock, and a kill loses nothing.
"""

import logging
import random
import time
from datetime import timedelta

from django.db import models, transaction

from aftersales.clock import db_now, now
from aftersales.seen import BY_TIME, Seen, by_rank

log = logging.getLogger(__name__)

BATCH = 500
DRAIN_SECONDS = 5  # after which a drain ends between two batches, leased ones too well before Celery ends it
MAX_TRIES = 5
BACK_OFF = [timedelta(seconds=s) for s in (5, 30, 120, 600)]
LONG_SECONDS = 2  # for a batch
DRAINS = 4  # of one kind at the same time find work each; one more waits for its next turn

KINDS = {}


class DueRow(models.Model):
    """Base of everything that waits. `next_try_at` is empty once nothing more is to be done."""

    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def register(kind):
    """Add a kind of due row; called by apps at start-up."""
    KINDS[kind.name] = kind
    return kind


def kinds_on(queue):
    return [kind for kind in KINDS.values() if kind.queue == queue]


def drain(kind, seconds=DRAIN_SECONDS):
    """Fire batches until a look finds nothing it can move, or time is up; returns how many rows fired."""
    fired, until = 0, time.monotonic() + seconds
    while moved := kind.drain_once():
        fired += moved
        if time.monotonic() >= until:
            break
    return fired


def drain_in_turns(kinds, seconds):
    """Fire a batch of each kind, and go around while any had something until time is up: a backlog of one makes
    no other wait for longer than a batch takes. A kind that fails stops no other."""
    until = time.monotonic() + seconds
    while sum(_fire_a_batch(kind) for kind in kinds):
        if time.monotonic() >= until:
            break


def _fire_a_batch(kind):
    began = time.monotonic()
    try:
        return kind.drain_once()
    except Exception:
        log.exception("the drain of %s failed", kind.name)
        return 0
    finally:
        if (took := time.monotonic() - began) > LONG_SECONDS:
            log.warning("a batch of %s took %.1f s; what shares its queue waited", kind.name, took)


def drain_all():
    """Drain every kind once around, from the beginning. Returns rows fired by kind."""
    forget()
    return {name: fired for name, kind in list(KINDS.items()) if (fired := drain(kind))}


def forget():
    """What this process has seen of any kind counts no more: the next look is a whole one."""
    for kind in KINDS.values():
        if isinstance(kind, DueKind):
            kind.seen = Seen()


class DueKind:
    """A kind whose effect lives in the database: effect and new state commit together.

    `fire(rows)` gets locked rows and must leave each with another `next_try_at` (or none).
    `owner` is (model, attribute): what is locked before the rows, ordered by id.
    `ranks` are what the rows' `rank` can be, the most urgent first, where there is one and an index begins with it.
    """

    def __init__(self, model, *, name, queue, fire, owner=None, batch=BATCH, ranks=None):
        self.model, self.name, self.queue, self.fire = model, name, queue, fire
        self.owner, self.batch, self.ranks = owner, batch, ranks
        self.order = BY_TIME if ranks is None else ("rank", *BY_TIME)
        self.seen = Seen()

    def due(self):
        return self.model.objects.filter(next_try_at__lte=db_now())

    def is_late(self, grace):
        """Whether something has been due for longer than `grace`: nobody seems to drain this kind."""
        up_to = now() - grace
        rows = self.seen.beyond(self.model.objects.filter(next_try_at__lte=db_now() - grace))
        late = bool(self._first(by_rank(rows, self.ranks), 1))
        if not late:
            self.seen.note(up_to)
        return late

    def find(self):
        """Ids of a batch, the most urgent first."""
        up_to = now()
        found = self._first(self.seen.beyond_batch(self.due(), self.ranks), self.batch)
        self.seen.note_batch(up_to, found, len(found) == self.batch)
        return [row[-1] for row in found]

    def _first(self, looks, count):
        """The most urgent of what is seen by these looks, as tuples of `order`."""
        first, *others = (look.order_by(*BY_TIME).values_list(*self.order)[:count] for look in looks)
        # One statement, for a row may change its rank meanwhile; it ends when it has enough.
        return sorted(first.union(*others, all=True)[:count]) if others else list(first)

    def drain_once(self):
        """Fire a batch. One that other drains hold is left to them, and what lies behind it is taken."""
        for _turn in range(DRAINS):
            ids = self.find()
            moved = self.fire_ids(ids)
            if moved < len(ids):
                self.seen.lost_some()
            if moved or len(ids) < self.batch:
                return moved
        return 0

    def fire_ids(self, ids):
        """Fire a batch; if it fails, fire its rows one by one so that one poison row harms no other."""
        if not ids:
            return 0
        try:
            with transaction.atomic():
                rows = self.claim(ids)
                if rows:
                    self.fire(rows)
                return len(rows)
        except Exception as error:
            if len(ids) > 1:
                return sum(self.fire_ids([one]) for one in ids)
            log.exception("due %s %s failed", self.name, ids[0])
            note_failure(self.model, ids[0], error)
            return 1

    def claim(self, ids):
        """Lock the owners, then the rows, with what made them due tested again."""
        rows = self.due().filter(pk__in=ids)
        if self.owner:
            owner_model, attribute = self.owner
            wanted = self.model.objects.filter(pk__in=ids).values_list(attribute, flat=True)
            locked = list(
                owner_model.objects.filter(pk__in=list(wanted))
                .order_by("pk")
                .select_for_update(skip_locked=True, no_key=True)
                .values_list("pk", flat=True)
            )
            rows = rows.filter(**{f"{attribute}__in": locked})
        return list(rows.order_by("pk").select_for_update(skip_locked=True, of=("self",)))


class LeasedKind(DueKind):
    """A kind whose effect is outside (mail, payment): claim and commit, act, then settle.

    The claim pushes `next_try_at` ahead by the lease, so a sender that dies leaves the row due again,
    and no row lock is held while waiting on a network. `fire(row)` returns nothing or raises. Rows that
    a quarter of the lease was not enough for are given back: nobody else may take them while we still might, and
    the task that drains has its own time.
    """

    lease = timedelta(seconds=60)

    def fire_ids(self, ids):
        if not ids:
            return 0
        with transaction.atomic():
            rows = self.claim(ids)
            for row in rows:
                row.next_try_at = now() + self.lease
            self.model.objects.bulk_update(rows, ["next_try_at"])
        until = time.monotonic() + self.lease.total_seconds() / 4
        for number, row in enumerate(rows):
            if number and time.monotonic() >= until:
                self.give_back(rows[number:])
                return number
            try:
                self.fire(row)
            except Exception as error:
                log.warning("due %s %s failed: %s", self.name, row.pk, error)
                note_failure(self.model, row.pk, error)
        return len(rows)

    def give_back(self, rows):
        """Due at once again, unless somebody has ended them meanwhile."""
        waiting = self.model.objects.filter(pk__in=[row.pk for row in rows], next_try_at__isnull=False)
        waiting.update(next_try_at=now())


def note_failure(model, pk, error):
    """Count a failed try: back off, and after the fifth leave the row dead and listed."""
    with transaction.atomic():
        row = model.objects.select_for_update().get(pk=pk)
        if row.next_try_at is None:
            return  # somebody settled it meanwhile; there is nothing to try again
        row.attempts += 1
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        if row.attempts >= MAX_TRIES:
            row.next_try_at, row.dead_at = None, now()
        else:
            wait = BACK_OFF[row.attempts - 1]
            # Spread, so that what failed together does not come back together.
            row.next_try_at = now() + wait * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
        row.save(update_fields=["attempts", "last_error", "next_try_at", "dead_at"])


def abandon(shop_ids):
    """Let nothing fall due any more for shops that are closed: nobody is there to see to it."""
    for kind in KINDS.values():
        if isinstance(kind, DueKind) and (path := path_to_shop(kind)):
            waiting = kind.model.objects.filter(next_try_at__isnull=False, **{f"{path}__in": shop_ids})
            waiting.update(next_try_at=None)


def path_to_shop(kind):
    """How a row of this kind names its shop: itself, through what owns it, or not at all ("")."""
    if has_shop(kind.model):
        return "shop_id"
    if kind.owner and has_shop(kind.owner[0]):
        return kind.owner[1].removesuffix("_id") + "__shop_id"
    return ""


def has_shop(model):
    return any(field.attname == "shop_id" for field in model._meta.concrete_fields)


def revive(row):
    """Give a dead row five new tries, at once."""
    row.attempts, row.dead_at, row.next_try_at = 0, None, now()
    row.save(update_fields=["attempts", "dead_at", "next_try_at"])
