"""Reads about recounts: the clocks that run by a rule, part by part, and recounts as people look at them."""

import json
from collections import defaultdict
from functools import lru_cache

from django.db import connection
from django.db.models import Max, Min, Q
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime

from aftersales.versions.models import State, Version
from aftersales.versions.registry import PARSERS, compiled, current
from staff.models import Team
from staff.queries import shops_of
from tickets import sla
from tickets.models import Recount, SlaClock, Ticket
from tickets.recounting import Aim, Around, Clock

# The next clocks in the order of their tickets, whoever's they are: what one look costs does not depend on
# how few of them are meant. The last ticket may have been cut, but is read as a whole by its id.
WINDOW = """
SELECT max(ticket_id), array_agg(DISTINCT ticket_id) FILTER (WHERE shop_id = %(shop)s AND {column} = ANY(%(ids)s))
  FROM (SELECT ticket_id, shop_id, policy_id, calendar_id FROM tickets_slaclock
         WHERE state IN ('running', 'paused') AND ticket_id > %(position)s
         ORDER BY ticket_id LIMIT %(size)s) AS next_ones
"""
COLUMNS = {"calendar": "calendar_id", "sla": "policy_id"}
TICKETS = """
SELECT id, team_id, priority, waiting_on, next_due_at FROM tickets_ticket WHERE id = ANY(%s) ORDER BY id
"""
LOCKED = TICKETS + " FOR NO KEY UPDATE SKIP LOCKED"
CLOCKS = f"""
SELECT {", ".join(Clock.__slots__)} FROM tickets_slaclock
 WHERE ticket_id = ANY(%s) AND state IN ('running', 'paused') ORDER BY ticket_id, id
"""  # noqa: S608 - the columns are our own
PAUSES = "SELECT ticket_id, waiting_on, started_at, ended_at FROM tickets_pause WHERE ticket_id = ANY(%s)"
HOLDS = """
SELECT ticket_id, waiting_on FROM tickets_hold
 WHERE ticket_id = ANY(%s) AND released_at IS NULL AND is_manual ORDER BY id
"""


# -- part by part -----------------------------------------------------------------------


def window(recount, aim, size):
    """(the last ticket of the next clocks or None, the ids of those tickets that are meant)."""
    values = {
        "shop": recount.shop_id,
        "ids": list(aim.old_ids),
        "position": recount.position,
        "size": size,
    }
    return rows_of(WINDOW.format(column=COLUMNS[aim.kind]), values)[0]


def tickets_around(ids, *, lock):
    """The tickets with what their clocks depend on, by id; locked, those that nobody else holds."""
    rows = rows_of(LOCKED if lock else TICKETS, [ids])
    found = [row[0] for row in rows]
    ledger, held = defaultdict(list), defaultdict(list)
    for pk, *pause in rows_of(PAUSES, [found]):
        ledger[pk].append(tuple(pause))
    for pk, whom in rows_of(HOLDS, [found]):
        held[pk].append(whom)
    return {row[0]: Around(*row, tuple(held.get(row[0], ())), tuple(ledger.get(row[0], ()))) for row in rows}


def open_clocks(ids):
    """The open clocks of each of these tickets."""
    found = defaultdict(list)
    for row in rows_of(CLOCKS, [ids]):
        clock = Clock(*row)
        found[clock.ticket_id].append(clock)
    return found


def rows_of(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def ends_of_open_clocks():
    """The first and the last ticket that has an open clock."""
    found = SlaClock.objects.filter(state__in=sla.RUNS).aggregate(first=Min("ticket"), last=Max("ticket"))
    return found["first"] or 0, found["last"] or 0


# -- the aim --------------------------------------------------------------------------------


def aim_of(recount):
    """What the clocks are brought under: a version that is published, or a body that is only tried.

    Versions that are newer than it stay: somebody published again meanwhile and left the clocks that run alone.
    """
    content = content_to_be(recount)
    own_or_shared = Q(shop_id=None) | Q(shop_id=recount.shop_id)
    versions = Version.objects.filter(own_or_shared, kind=recount.rule_kind, code=recount.rule_code)
    versions = versions.exclude(state=State.DRAFT)
    if not recount.is_preview:
        versions = versions.filter(pk__lt=recount.version_id)
    ids = frozenset(versions.values_list("pk", flat=True))
    return Aim(
        recount.rule_kind, content, recount.version_id, ids, content_of, calendars_of(recount, content)
    )


def content_to_be(recount):
    if recount.is_preview:
        return tried(recount.rule_kind, json.dumps(recount.body))
    return compiled(recount.version_id).content


@lru_cache(maxsize=8)
def tried(kind, text):
    """A body that was checked before, read once for all parts."""
    return PARSERS[kind](json.loads(text))


def content_of(version_id):
    return compiled(version_id).content


def calendars_of(recount, policy):
    """Of a policy: the calendar in force for each target, asked once."""
    if recount.rule_kind == "calendar":
        return None

    @lru_cache(maxsize=len(sla.TARGETS))
    def calendar_of(target):
        code = sla.calendar_code(policy, target, recount.shop.calendar)
        return current("calendar", code, recount.shop_id)

    return calendar_of


# -- as people look at them --------------------------------------------------------------------


def visible_recounts(actor):
    """Those of the shops that this person serves, or of the shop whose key it is."""
    shops = shops_of(actor) if actor.user else [actor.shop_id]
    return Recount.objects.select_related("shop", "owner", "version").filter(shop__in=shops)


def recount_or_404(actor, code):
    return get_object_or_404(visible_recounts(actor), code=code)


def last_recounts(shop, kind, code, count=5):
    """The last that were asked for of a rule, previews left out."""
    rows = Recount.objects.filter(shop=shop, rule_kind=kind, rule_code=code, version__isnull=False)
    return rows.select_related("owner", "version").order_by("-pk")[:count]


def found_of(recount, actor):
    """What was found, as this person may see it: teams by what moved most, requests that are theirs to see."""
    found = recount.found
    moves = [*found.get("largest", []), *found.get("sample", [])]
    tickets = Ticket.objects.visible_to(actor).in_bulk({row["ticket"] for row in moves})
    teams = Team.objects.in_bulk([int(team) for team in found.get("teams", {}) if team])
    by_team = [
        {"team": teams.get(int(team)) if team else None, "moved": counts[0], "late": counts[1], "relieved": counts[2]}
        for team, counts in found.get("teams", {}).items()
    ]  # fmt: skip
    return {
        "teams": sorted(by_team, key=lambda row: -row["moved"]),
        **{
            name: [
                row
                | {
                    "ticket": tickets[row["ticket"]],
                    "name": str(sla.TARGETS[row["target"]]),
                    "before": parse_datetime(row["before"]),
                    "after": parse_datetime(row["after"]),
                    "is_later": row["after"] > row["before"],
                }
                for row in found.get(name, [])
                if row["ticket"] in tickets
            ]
            for name in ("largest", "sample")
        },
    }
