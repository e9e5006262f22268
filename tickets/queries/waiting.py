"""How many open requests stand where and are due when, from the kept counts: exact, and as cheap with many as with few.

A cell never moves when time passes: what is late is the cells of the days and hours behind. Only the hour that
the present cuts in two, and those in which the horizons end, are counted by the index of due times.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db import connection

from tickets.queries.due_hours import HOUR, hours_ahead

HORIZONS = (1, 2, 4, 8)  # hours from now
KEY = "cut, team_id, stage, assignee_id, waiting_on"

# What stands in the cells of both cuts and all grains, made of rows with a due hour each.
SPREAD = """
SELECT cut.cut, moved.shop_id, moved.team_id, cut.stage, cut.assignee_id, moved.waiting_on,
       span.grain, span.slot, moved.count
  FROM ({source}) AS moved
 CROSS JOIN LATERAL (VALUES ('place', moved.stage, 0::bigint), ('person', '', moved.assignee_id))
       AS cut (cut, stage, assignee_id)
 CROSS JOIN LATERAL (VALUES ('hour', moved.due_hour), ('day', date_trunc('day', moved.due_hour, 'UTC')),
                            ('all', timestamptz '1970-01-01 00:00:00+00')) AS span (grain, slot)
"""
# The open requests, counted by place and hour: what cells and changes must come to.
OPEN = """
SELECT shop_id, coalesce(team_id, 0) AS team_id, stage, coalesce(assignee_id, 0) AS assignee_id, waiting_on,
       date_trunc('hour', next_due_at, 'UTC') AS due_hour, count(*) AS count
  FROM tickets_ticket WHERE status IN ('new', 'open', 'waiting') GROUP BY 1, 2, 3, 4, 5, 6
"""
STANDING = """
SELECT {key}, grain, slot, count FROM tickets_waitingcount WHERE {mine} AND {spans}
 UNION ALL
SELECT {key}, grain, slot, count
  FROM ({spread}) AS fresh WHERE {spans}
"""
SPANS = """(grain = 'all' OR (grain = 'day' AND slot < %(today)s)
      OR (grain = 'hour' AND slot >= %(today)s AND slot < %(until)s))"""
# Of the hours that are cut in two: what lies before the cut. Part 0 ends now, the others where a horizon does.
PARTS = """
SELECT cut.cut, coalesce(team_id, 0) AS team_id, cut.stage, cut.assignee_id, waiting_on, part.no AS part, count(*)
  FROM (VALUES {parts}) AS part (no, begins, ends)
  JOIN ({tickets}) AS ticket ON ticket.next_due_at >= part.begins AND ticket.next_due_at < part.ends
 CROSS JOIN LATERAL (VALUES ('place', ticket.stage, 0::bigint), ('person', '', coalesce(assignee_id, 0)))
       AS cut (cut, stage, assignee_id)
 GROUP BY 1, 2, 3, 4, 5, 6
"""
ASKED = """
SELECT {key}, {sums}
  FROM (SELECT {key}, grain, slot, NULL::int AS part, count FROM ({standing}) AS standing
         UNION ALL
        SELECT {key}, 'part', NULL, part, count FROM ({parts}) AS parts) AS found
 GROUP BY {key}
"""


@dataclass(frozen=True)
class Numbers:
    """How many are open, late, due within each horizon (not late), and due in each hour from this one on."""

    open: int = 0
    late: int = 0
    ahead: tuple = (0,) * len(HORIZONS)
    hours: tuple = ()

    def __add__(self, other):
        return Numbers(
            self.open + other.open,
            self.late + other.late,
            tuple(map(sum, zip(self.ahead, other.ahead, strict=True))),
            tuple(map(sum, zip(self.hours, other.hours, strict=True))) if self.hours else other.hours,
        )


@dataclass(frozen=True)
class Cell:
    """Where the numbers stand. None is no team, nobody, or what the cut does not tell."""

    cut: str
    team_id: int | None
    stage: str
    assignee_id: int | None
    waiting_on: str
    numbers: Numbers


def waiting(tickets, shop_ids, at, *, hours, team_id=None):
    """[Cell] of the requests in `tickets`, which are the open ones of these shops, or of one team in them.

    One statement, so all numbers are of one moment.
    """
    columns = hours_ahead(at, max(hours, HORIZONS[-1] + 1))
    inner, params = (
        tickets.order_by()
        .values("team_id", "stage", "assignee_id", "waiting_on", "next_due_at")
        .query.sql_with_params()
    )
    named = {f"t{place}": value for place, value in enumerate(params)}
    sql = statement(inner % tuple(f"%({name})s" for name in named), len(columns), team_id)
    bounds = {"today": at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)}
    bounds |= {"until": columns[-1] + HOUR, "hour": columns[0], "shops": list(shop_ids), "team": team_id}
    bounds |= {f"h{place}": hour for place, hour in enumerate(columns)}
    bounds |= {f"e{ahead}": at + timedelta(hours=ahead) for ahead in (0, *HORIZONS)}
    with connection.cursor() as cursor:
        cursor.execute(sql, named | bounds)
        return [cell(row, len(columns), hours) for row in cursor.fetchall()]


def statement(tickets, columns, team_id):
    mine = "shop_id = ANY(%(shops)s)" + ("" if team_id is None else " AND team_id = %(team)s")
    changes = SPREAD.format(source=f"SELECT * FROM tickets_waitingchange WHERE {mine}")  # noqa: S608 - ours
    parts = ", ".join(
        f"({ahead}, %(h{ahead})s::timestamptz, %(e{ahead})s::timestamptz)" for ahead in (0, *HORIZONS)
    )
    sums = [
        "sum(count) FILTER (WHERE grain = 'all')",
        "sum(count) FILTER (WHERE grain IN ('day', 'hour') AND slot < %(hour)s)",
        *(f"sum(count) FILTER (WHERE part = {ahead})" for ahead in (0, *HORIZONS)),
        *(f"sum(count) FILTER (WHERE grain = 'hour' AND slot = %(h{n})s)" for n in range(columns)),
    ]
    return ASKED.format(
        key=KEY,
        sums=", ".join(sums),
        standing=STANDING.format(key=KEY, mine=mine, spans=SPANS, spread=changes),
        parts=PARTS.format(parts=parts, tickets=tickets),
    )


def cell(row, columns, shown):
    cut, team_id, stage, assignee_id, waiting_on, *counted = row
    opened, past, gone, *rest = (int(number or 0) for number in counted)
    parts, hours = rest[: len(HORIZONS)], rest[len(HORIZONS) :]
    ahead = tuple(sum(hours[:horizon]) + part - gone for horizon, part in zip(HORIZONS, parts, strict=True))
    coming = (hours[0] - gone, *hours[1:shown])
    numbers = Numbers(opened, past + gone, ahead, coming)
    return Cell(cut, team_id or None, stage, assignee_id or None, waiting_on, numbers)


def sums(cells, key):
    """{key(cell): Numbers} of cells of one cut."""
    found = {}
    for each in cells:
        name = key(each)
        found[name] = found[name] + each.numbers if name in found else each.numbers
    return found
