"""Two years of facts in SQL, the same for the same size, and their sums."""

from django.db import connection

from bench.filling import CHUNK, pick, without_indexes

DAYS = 730
PEOPLE = 50  # of each shop
REAL = 40  # requests that are there; the facts of all others point to these
# What a request that returns goods leaves behind, and how often it does, in percent.
LIFE = (
    ("open", "", 100),
    ("enter.communicate", "", 100),
    ("response.first", "", 98),
    ("sla.first_response", "", 98),
    ("response.next", "", 55),
    ("sla.next_response", "", 55),
    ("stage.communicate", "receive", 70),
    ("stage.communicate", "rejected", 10),
    ("sla.communicate", "", 80),
    ("enter.receive", "", 70),
    ("stage.receive", "resolve", 66),
    ("enter.resolve", "", 85),
    ("stage.resolve", "resolved", 82),
    ("sla.resolve", "", 82),
    ("sla.resolution", "", 90),
)
FILL = f"""
INSERT INTO history_fact (shop_id, ticket_id, measure, source_id, led_to, happened_at, day, hour, team_id, category_id,
                          person_id, stage, priority, met, seconds, elapsed, target_seconds, late_seconds, bucket)
SELECT place.shop_id, place.tickets[1 + {pick(1, REAL)}], life.measure, n::bigint * 100 + life.no, life.led_to, at,
       (at AT TIME ZONE 'Asia/Shanghai')::date, extract(hour FROM at AT TIME ZONE 'Asia/Shanghai'), place.team_id,
       categories.ids[1 + least({pick(2, 1000)} * {pick(3, 1000)} * cardinality(categories.ids) / 1000000,
                                cardinality(categories.ids) - 1)],
       CASE WHEN {pick(4, 100)} >= 95 THEN NULL ELSE place.people[1 + {pick(5, PEOPLE)}] END,
       'communicate', 'normal', CASE WHEN life.measure LIKE 'sla.%%' THEN {pick("6 + life.no", 100)} >= 8 END,
       took, took * 3, CASE WHEN life.measure LIKE 'sla.%%' THEN 14400 END, 0, floor(ln(took) / ln(1.1))
  FROM generate_series(%(first)s, %(last)s) n
  JOIN bench_place place ON place.no = {pick(7, 3)} / 2
  CROSS JOIN bench_categories categories
  JOIN (VALUES {{life}}) AS life (no, measure, led_to, percent) ON {pick("40 + life.no", 100)} < life.percent
  CROSS JOIN LATERAL (SELECT statement_timestamp()
                             - interval '1 second' * (mod(n::bigint * 7919, {DAYS * 86400}) + life.no * 60) AS at,
                             exp(4 + {pick("80 + life.no", 1000)} / 120.0)::int AS took) AS lived
"""


def fill(count, stage):
    """Facts of `count` requests; returns how many there are."""
    from aftersales.history.models import Fact  # noqa: PLC0415 - after django.setup()

    lives = ", ".join(
        f"({no}, '{measure}', '{led_to}', {percent})" for no, (measure, led_to, percent) in enumerate(LIFE)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SET statement_timeout = 0; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'"
        )
        prepare(cursor, stage)
        cursor.execute("SET session_replication_role = replica")  # no look at the request for each row
        with without_indexes(cursor, [Fact._meta.db_table]):
            for first in range(1, count + 1, CHUNK):
                cursor.execute(
                    FILL.format(life=lives), {"first": first, "last": min(first + CHUNK - 1, count)}
                )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE history_fact")
        cursor.execute("SELECT count(*) FROM history_fact")
        return cursor.fetchone()[0]


def prepare(cursor, stage):
    """The places that facts are of: shops with their teams, people and some requests; the categories."""
    from tests.tickets.sla_cases import open_tickets  # noqa: PLC0415
    from tickets.models import Category  # noqa: PLC0415

    cursor.execute(
        "CREATE TEMP TABLE bench_place (no int, shop_id bigint, team_id bigint, people bigint[], tickets bigint[])"
    )
    for number, (shop, team) in enumerate(((stage.shop, stage.team), (stage.other_shop, stage.other_team))):
        people = hire(team, number)
        tickets = [ticket.pk for ticket in open_tickets(shop, REAL)]
        row = [number, shop.pk, team.pk, people, tickets]
        cursor.execute("INSERT INTO bench_place VALUES (%s, %s, %s, %s, %s)", row)
    stage.team.shops.add(stage.other_shop)  # the manager sees both
    leaves = Category.objects.exclude(parent=None).order_by("code")
    cursor.execute(
        "CREATE TEMP TABLE bench_categories AS SELECT %s::bigint[] AS ids",
        [list(leaves.values_list("pk", flat=True))],
    )


def hire(team, number):
    from staff.models import Membership, User  # noqa: PLC0415

    users = User.objects.bulk_create(
        User(username=f"agent{number * PEOPLE + at}", name_en=f"Agent {at}", role="agent", password="!")
        for at in range(PEOPLE)
    )
    Membership.objects.bulk_create(Membership(team=team, user=user) for user in users)
    return [user.pk for user in users]


def sum_up(shops):
    """By the statements of a rebuild, a day at a time, then the months."""
    from aftersales.history.actions.rebuilding import LONG_AGO, next_day  # noqa: PLC0415
    from aftersales.history.actions.tallies import tally_day_anew, tally_month_anew  # noqa: PLC0415

    for shop in shops:
        day, months = LONG_AGO, set()
        while day := next_day(shop.pk, day):
            tally_day_anew(shop.pk, day)
            months.add(day.replace(day=1))
        for month in sorted(months):
            tally_month_anew(shop.pk, month)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE history_tally")
