"""Keeping the counts of what is open: notes of what moved go into the cells, and cells that are wrong are made anew."""

import logging
import time
from datetime import timedelta

from django.db import connection, transaction

from aftersales.clock import now
from staff.models import Shop
from tickets.models import WaitingRound
from tickets.queries.waiting import OPEN, SPREAD

log = logging.getLogger(__name__)

WAITING_LOCK = 0x61_66_74_65_72_04  # any constant of ours: one at a time writes cells
BATCH = 5000
CHECK_SECONDS = 300  # between two shops, in the whole installation
ASK_SECONDS = 60  # how often each process asks whether it is time
CELL = "cut, shop_id, team_id, stage, assignee_id, waiting_on, grain, slot"

FOLD = f"""
WITH moved AS (
    DELETE FROM tickets_waitingchange
     WHERE id IN (SELECT id FROM tickets_waitingchange ORDER BY id LIMIT %s) RETURNING *),
kept AS (
    INSERT INTO tickets_waitingcount AS cell ({CELL}, count)
    SELECT {CELL}, sum(count) FROM ({SPREAD.format(source="SELECT * FROM moved")}) AS spread
     GROUP BY {CELL} HAVING sum(count) <> 0
     ORDER BY {CELL}
        ON CONFLICT (shop_id, grain, slot, cut, team_id, stage, assignee_id, waiting_on)
        DO UPDATE SET count = cell.count + excluded.count)
SELECT count(*) FROM moved
"""  # noqa: S608 - constants of ours
CHANGES = """
SELECT shop_id, team_id, stage, assignee_id, waiting_on, due_hour, -count AS count FROM tickets_waitingchange
"""
# What the cells should be: the open requests, less what is noted and not yet in the cells. `{mine}` is a shop or all.
HELD = f"SELECT * FROM ({OPEN}) AS open WHERE {{mine}} UNION ALL {CHANGES} WHERE {{mine}}"  # noqa: S608
WANTED = f"SELECT {CELL}, count FROM ({SPREAD.format(source=HELD)}) AS spread"  # noqa: S608
WRONG = f"""
SELECT count(*) FROM (
    SELECT {CELL} FROM ({WANTED} UNION ALL SELECT {CELL}, -count FROM tickets_waitingcount WHERE {{mine}}) AS held
     GROUP BY {CELL} HAVING sum(count) <> 0) AS wrong
"""  # noqa: S608
RECOUNT = f"""
INSERT INTO tickets_waitingcount ({CELL}, count)
SELECT {CELL}, sum(count) FROM ({WANTED}) AS wanted GROUP BY {CELL} HAVING sum(count) <> 0
"""  # noqa: S608
EVERY_SHOP, ONE_SHOP = "true", "shop_id = %(shop)s"


@transaction.atomic
def fold_waiting(batch=BATCH):
    """Add up to so many notes to the cells; returns how many. Whoever comes while another does it, does nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WAITING_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, [batch])
        return cursor.fetchone()[0]


@transaction.atomic
def recount_waiting(shop_id=None):
    """Make all cells anew, or a shop's, while the desk works; returns how many there are.

    Count and notes are of one statement, so of one moment: what moves meanwhile is noted and comes on top.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WAITING_LOCK])
        asked = narrowed(shop_id)
        cursor.execute(f"DELETE FROM tickets_waitingcount WHERE {asked['mine']}", asked["named"])  # noqa: S608
        cursor.execute(RECOUNT.format(mine=asked["mine"]), asked["named"])
        return cursor.rowcount


@transaction.atomic
def heal_waiting(shop_id=None):
    """Recount if a cell is wrong, and sweep away the empty ones; returns how many were wrong.

    Nothing that the desk does makes them so: rows written with the triggers off do. The look is one statement,
    so of one moment, and keeps nobody from adding up; whoever adds up just now keeps the empty ones till later.
    """
    asked = narrowed(shop_id)
    with connection.cursor() as cursor:
        cursor.execute(WRONG.format(mine=asked["mine"]), asked["named"])
        wrong = cursor.fetchone()[0]
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WAITING_LOCK])
        if cursor.fetchone()[0]:
            sweep = f"DELETE FROM tickets_waitingcount WHERE count = 0 AND {asked['mine']}"  # noqa: S608
            cursor.execute(sweep, asked["named"])
    if wrong:
        log.error("%s counts of open requests were wrong: counted anew", wrong)
        recount_waiting(shop_id)
    return wrong


def narrowed(shop_id):
    """Of which rows a statement is, and what it is called with."""
    if shop_id is None:
        return {"mine": EVERY_SHOP, "named": {}}
    return {"mine": ONE_SHOP, "named": {"shop": shop_id}}


def look_at_a_shop():
    """Heal the next shop, when its time has come; returns how many cells were wrong.

    Of all processes one does it, and only a shop at a time: what it costs does not grow with the installation.
    """
    shop_id = next_shop()
    return 0 if shop_id is None else heal_waiting(shop_id)


@transaction.atomic
def next_shop():
    """The shop whose turn it is, or None. The turn is over with this: a shop that fails does not keep the others."""
    WaitingRound.objects.get_or_create(pk=1)
    round_ = WaitingRound.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    moment = now()
    if round_ is None or (round_.next_look_at and round_.next_look_at > moment):
        return None
    ids = Shop.objects.order_by("pk").values_list("pk", flat=True)
    shop_id = ids.filter(pk__gt=round_.after_shop).first() or ids.first()
    round_.after_shop = shop_id or 0
    round_.next_look_at = moment + timedelta(seconds=CHECK_SECONDS)
    round_.save()
    return shop_id


class WaitingFold:
    """The drain: notes into cells each time, and now and then a look whether a shop's cells are right."""

    name, queue = "waiting", "events"

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self._next_check = clock() + ASK_SECONDS
        self._oldest, self._since = None, clock()

    def is_late(self, grace):
        """Whether one and the same note has been the oldest for longer than `grace`."""
        oldest = first_change()
        if oldest != self._oldest:
            self._oldest, self._since = oldest, self.clock()
        return oldest is not None and self.clock() - self._since >= grace.total_seconds()

    def drain_once(self):
        """How many notes were added up, or 0 if those were all."""
        folded = fold_waiting() if first_change() is not None else 0
        if self.clock() >= self._next_check:
            self._next_check = self.clock() + ASK_SECONDS
            look_at_a_shop()
        return folded if folded == BATCH else 0


def first_change():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM tickets_waitingchange ORDER BY id LIMIT 1")
        return row[0] if (row := cursor.fetchone()) else None
