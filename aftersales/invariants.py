"""What must hold of the data at any moment: named SQL queries that find nothing, and how they are asked."""

import re
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

AREAS = ("aftersales", "returns", "surveys", "aftersales/history")  # the first holds those of tickets, too
NAMED = re.compile(r"^-- name: (\w+)\n(.*?);$", re.DOTALL | re.MULTILINE)
SHOWN = 3  # rows of a broken rule that are shown
GRACE_SECONDS = 60


@dataclass(frozen=True)
class Rule:
    """One query; every row it finds breaks the rule."""

    area: str
    name: str
    sql: str


@dataclass(frozen=True)
class Finding:
    """How often a rule is broken, and the first rows that break it."""

    rule: Rule
    count: int
    rows: tuple


def rules():
    """All rules, in the order of the files."""
    return [
        Rule(path.parent.parent.name, *pair)
        for path in files()
        for pair in NAMED.findall(path.read_text(encoding="utf-8"))
    ]


def files():
    paths = [settings.BASE_DIR / area / "sql" / "invariants.sql" for area in AREAS]
    return [path for path in paths if path.exists()]


def check(grace=GRACE_SECONDS):
    """Ask every rule of one and the same state of the data; returns a finding for each."""
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT set_config('aftersales.grace', %s, true)", [f"{grace} s"])
        return [ask(cursor, rule) for rule in rules()]


def broken(grace=GRACE_SECONDS):
    """{rule's name: how often it is broken}, of those that are."""
    return {finding.rule.name: finding.count for finding in check(grace) if finding.count}


@contextmanager
def one_snapshot():
    """The desk goes on writing; a transaction that has begun already keeps the view it has."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def ask(cursor, rule):
    cursor.execute(f"SELECT count(*) FROM ({rule.sql}) AS breaking")  # noqa: S608 - a file of ours
    count = cursor.fetchone()[0]
    rows = ()
    if count:
        cursor.execute(f"{rule.sql} LIMIT {SHOWN}")
        rows = tuple(cursor.fetchall())
    return Finding(rule, count, rows)
