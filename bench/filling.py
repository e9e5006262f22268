"""Fills a database with as many requests as asked for: what a shop of that size would have, in SQL.

Two in a hundred are open, the newest; they have clocks, runs and claims, and are spread over stages, people and
waiting times. The others are closed and lie behind. Each has an order, a line, a few messages in Chinese or
English and its events. The same size gives the same rows: every choice is a hash of the request's number.

Triggers are off while it writes, so the events have no chain, and goods have no ledger: pages do not ask for either.
"""

import json

from django.db import connection

OPEN_SHARE = 0.02
DAYS = 730  # so far back the oldest lies
CHUNK = 250_000


def pick(seed, count):
    """SQL for a number below `count`, the same for the same request."""
    return f"mod(abs(hashint8extended(n, {seed})), {count})"


def one_of(seed, values):
    """SQL for one of these texts; said twice, it is twice as likely."""
    return f"(ARRAY[{', '.join(quoted(value) for value in values)}])[1 + {pick(seed, len(values))}]"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def fill(count, stage):
    """Write `count` requests for `stage` (tests.factories.shop_pair), and what they need; then VACUUM ANALYZE."""
    from bench.desk_rows import tables  # noqa: PLC0415 - it uses what stands here
    from tickets.actions.waiting import recount_waiting  # noqa: PLC0415 - after django.setup()

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'; SET synchronous_commit = off")
        prepare(cursor, stage)
        chosen = list(tables(count))
        with without_indexes(cursor, [model._meta.db_table for model, *_rest in chosen]):
            for model, columns, source in chosen:
                insert(cursor, model, columns, source, count)
        cursor.execute("SET session_replication_role = origin")
        for table in (model._meta.db_table for model, *_rest in chosen if model._meta.pk.column == "id"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        recount_waiting()  # the triggers were off
        cursor.execute("VACUUM (ANALYZE)")


def prepare(cursor, stage):
    """Small tables that the rows are chosen by: shops with their agents, categories, their steps by stage."""
    from aftersales.versions.registry import current  # noqa: PLC0415 - after django.setup()
    from tickets.models import Category  # noqa: PLC0415

    cursor.execute(
        "CREATE TEMP TABLE bench_shop (no int, id bigint, team_id bigint, agents bigint[], policy_id bigint,"
        " calendar_id bigint);"
        "CREATE TEMP TABLE bench_category (no int, of int, category_id bigint, version_id bigint);"
        "CREATE TEMP TABLE bench_step (category_id bigint, stage text, code text, kind text, role text)"
    )
    policy, calendar = current("sla", "quality").id, current("calendar", "24x7").id
    places = ((stage.shop, stage.team), (stage.other_shop, stage.other_team))
    for number, (shop, team) in enumerate(places, 1):
        agents = list(team.people.filter(role="agent").values_list("pk", flat=True))
        cursor.execute(
            "INSERT INTO bench_shop VALUES (%s, %s, %s, %s, %s, %s)",
            [number, shop.pk, team.pk, agents, policy, calendar],
        )
    leaves = list(Category.objects.exclude(procedure="").exclude(parent=None).order_by("code"))
    for number, category in enumerate(leaves):
        version = current("sop", category.procedure)
        cursor.execute(
            "INSERT INTO bench_category VALUES (%s, %s, %s, %s)",
            [number, len(leaves), category.pk, version.id],
        )
        first = {}
        for step in version.content.steps:
            first.setdefault(str(step.stage), step)
        for name, step in first.items():
            cursor.execute(
                "INSERT INTO bench_step VALUES (%s, %s, %s, %s, %s)",
                [category.pk, name, step.code, step.kind, step.role],
            )


class without_indexes:  # noqa: N801 - reads as a statement
    """Indexes that carry no constraint are made again at the end: faster by far than row by row."""

    LIST = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
     WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique
    """

    def __init__(self, cursor, tables):
        self.cursor, self.tables = cursor, tables

    def __enter__(self):
        self.cursor.execute(self.LIST, [self.tables])
        self.indexes = self.cursor.fetchall()
        for name, _definition in self.indexes:
            self.cursor.execute(f"DROP INDEX {name}")

    def __exit__(self, *error):
        for _name, definition in self.indexes:
            self.cursor.execute(definition)


def insert(cursor, model, columns, source, count):
    """In chunks."""
    sql = insert_sql(model, columns, source)
    for first in range(1, count + 1, CHUNK):
        cursor.execute(sql, {"first": first, "last": min(first + CHUNK - 1, count)})


def insert_sql(model, columns, source):
    """The statement; a column that is not named gets what the model gives it."""
    columns = {**defaults(model, columns), **columns}
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} {source}"


def defaults(model, named):
    rest = {}
    for field in model._meta.concrete_fields:
        if field.column in named or field.primary_key or field.has_db_default():
            continue
        if field.get_internal_type() == "UUIDField":
            rest[field.column] = "gen_random_uuid()"
        elif field.null:
            continue
        else:
            rest[field.column] = literal(field.get_default())
    return rest


def literal(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "'" + json.dumps(value) + "'"
    if isinstance(value, list):
        return "'{}'"
    if isinstance(value, bytes):
        return "''::bytea"
    return quoted(str(value or ""))
