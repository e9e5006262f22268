"""Reads the tallies: whole months where the days asked for hold them, days before and after, a few rows for each."""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection

from aftersales.history.models import Grain, Scope

TOTALS = """
SELECT measure, led_to, sum(count), sum(met), sum(missed), sum(timed), sum(seconds), sum(target_seconds)
  FROM ({pieces}) AS piece GROUP BY measure, led_to
"""
HISTOGRAMS = """
SELECT measure, bucket, sum(n)
  FROM ({pieces}) AS piece CROSS JOIN LATERAL unnest(buckets, counts) AS one (bucket, n)
 WHERE measure LIKE ANY (%(measures)s)
 GROUP BY measure, bucket
"""
OF_PEOPLE = """
SELECT person_id, measure, sum(count), sum(met), sum(missed)
  FROM ({pieces}) AS piece GROUP BY person_id, measure
"""
HISTOGRAMS_OF_PEOPLE = """
SELECT person_id, bucket, sum(n)
  FROM ({pieces}) AS piece CROSS JOIN LATERAL unnest(buckets, counts) AS one (bucket, n)
 WHERE measure = 'response.first'
 GROUP BY person_id, bucket
"""
# An hour is kept as the shop's clock showed it; most readers are where their shops are.
HOURS = """
SELECT CASE grain WHEN 'w' THEN hour ELSE 24 * (extract(isodow FROM day)::int - 1) + hour END, sum(count)
  FROM ({pieces}) AS piece GROUP BY 1
"""
HOURS_ELSEWHERE = """
SELECT 24 * (extract(isodow FROM at)::int - 1) + extract(hour FROM at)::int, sum(count)
  FROM (SELECT count, (day + hour * interval '1 hour') AT TIME ZONE shop.time_zone AT TIME ZONE %(zone)s AS at
          FROM ({pieces}) AS piece JOIN staff_shop shop ON shop.id = piece.shop_id) AS hours
 GROUP BY 1
"""
PIECE = """
SELECT * FROM history_tally
 WHERE shop_id = ANY (%(shops)s) AND scope = %(scope)s AND grain = '{grain}' AND category_id = ANY (%(categories)s)
   AND day BETWEEN '{first}' AND '{last}'{team}
"""


class Sum(NamedTuple):
    """What is known of one measure."""

    count: int = 0
    met: int = 0
    missed: int = 0
    timed: int = 0
    seconds: int = 0
    target_seconds: int = 0

    def __add__(self, other):
        return Sum(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def totals(question):
    """{(measure, led_to): Sum}"""
    rows = ask(TOTALS, question, scope_of(question))
    return {(measure, led_to): Sum(*map(int, sums)) for measure, led_to, *sums in rows}


def histograms(question, measures):
    """{measure: {bucket: count}} of the measures that are like these."""
    found = defaultdict(dict)
    for measure, bucket, count in ask(HISTOGRAMS, question, scope_of(question), measures=measures):
        found[measure][bucket] = int(count)
    return found


def sums_of_people(question):
    """({person id: {measure: Sum}}, {person id: {bucket: count}} of their first replies); of every category."""
    found, replies = defaultdict(dict), defaultdict(dict)
    for person_id, measure, *sums in ask(OF_PEOPLE, question, Scope.PERSON):
        found[person_id][measure] = Sum(*map(int, sums))
    for person_id, bucket, count in ask(HISTOGRAMS_OF_PEOPLE, question, Scope.PERSON):
        replies[person_id][bucket] = int(count)
    return found, replies


def hours(question):
    """{(weekday from 1, hour): requests that came in}, as the reader's clock showed it."""
    first, last = question.first, question.last
    if all(shop.time_zone == question.zone for shop in question.shops_asked):
        sql, spans = HOURS, pieces(first, last, long=Grain.WEEK, short=Grain.HOUR)
    else:
        sql, spans = HOURS_ELSEWHERE, [(Grain.HOUR, first, last)]
    rows = ask(sql, question, scope_of(question), spans=spans, zone=question.zone)
    return {(1 + hour // 24, hour % 24): int(count) for hour, count in rows}


# -- how it is asked ------------------------------------------------------------------


def scope_of(question):
    if question.category:
        return Scope.CATEGORY
    return Scope.TEAM if question.team else Scope.SHOP


def ask(sql, question, scope, *, spans=None, **values):
    spans = spans or pieces(question.first, question.last)
    team = " AND team_id = %(team)s" if question.team and scope != Scope.SHOP else ""
    asked = " UNION ALL ".join(
        PIECE.format(grain=grain, first=first, last=last, team=team) for grain, first, last in spans
    )
    values |= {
        "shops": question.shop_ids,
        "scope": scope,
        "categories": question.category_ids if scope == Scope.CATEGORY else [0],
        "team": question.team and question.team.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.format(pieces=asked), values)
        return cursor.fetchall()


def pieces(first, last, *, long=Grain.MONTH, short=Grain.DAY):
    """[(grain, first, last)]: the whole months among the days, then the days that are left before and after."""
    month = first if first.day == 1 else next_month(first)
    end = last + timedelta(days=1)
    after = end.replace(day=1)  # the month in which the first day after them lies
    if month >= after:
        return [(short, first, last)]
    found = [(long, month, after - timedelta(days=1))]
    if first < month:
        found.append((short, first, month - timedelta(days=1)))
    if after < end:
        found.append((short, after, last))
    return found


def next_month(day):
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
