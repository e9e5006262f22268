"""Keeping the counts of what is open: notes of what moved go into the cells, and cells that are wrong are made anew."""

import logging
import time

from django.db import connection, transaction

from tickets.queries.waiting import OPEN, SPREAD

log = logging.getLogger(__name__)

WAITING_LOCK = 0x61_66_74_65_72_04  # any constant of ours: one at a time writes cells
BATCH = 5000
CHECK_SECONDS = 300
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
# What the cells should be: the open requests, less what is noted and not yet in the cells.
WANTED = f"SELECT {CELL}, count FROM ({SPREAD.format(source=f'{OPEN} UNION ALL {CHANGES}')}) AS spread"  # noqa: S608
WRONG = f"""
SELECT count(*) FROM (
    SELECT {CELL} FROM ({WANTED} UNION ALL SELECT {CELL}, -count FROM tickets_waitingcount) AS held
     GROUP BY {CELL} HAVING sum(count) <> 0) AS wrong
"""  # noqa: S608
RECOUNT = f"""
INSERT INTO tickets_waitingcount ({CELL}, count)
SELECT {CELL}, sum(count) FROM ({WANTED}) AS wanted GROUP BY {CELL} HAVING sum(count) <> 0
"""  # noqa: S608


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
def recount_waiting():
    """Make all cells anew while the desk works; returns how many there are.

    Count and notes are of one statement, so of one moment: what moves meanwhile is noted and comes on top.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WAITING_LOCK])
        cursor.execute("DELETE FROM tickets_waitingcount")
        cursor.execute(RECOUNT)
        return cursor.rowcount


@transaction.atomic
def heal_waiting():
    """Recount if a cell is wrong, and sweep away the empty ones; returns how many were wrong.

    Nothing that the desk does makes them so: rows written with the triggers off do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WAITING_LOCK])
        cursor.execute(WRONG)
        wrong = cursor.fetchone()[0]
        cursor.execute("DELETE FROM tickets_waitingcount WHERE count = 0")
    if wrong:
        log.error("%s counts of open requests were wrong: counted anew", wrong)
        recount_waiting()
    return wrong


class WaitingFold:
    """The drain: notes into cells each time, and now and then a look whether the cells are right."""

    name, queue = "waiting", "events"

    def __init__(self, clock=time.monotonic):
        self.clock = clock
        self._next_check = clock() + CHECK_SECONDS
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
            self._next_check = self.clock() + CHECK_SECONDS
            heal_waiting()
        return folded if folded == BATCH else 0


def first_change():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM tickets_waitingchange ORDER BY id LIMIT 1")
        return row[0] if (row := cursor.fetchone()) else None
