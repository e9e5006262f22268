"""Add facts to the tallies, or take them out, in one statement for any number of them."""

from django.db import connection

from aftersales.history.models import Grain, Scope, Tally

# Which sums are kept: of places, by which times. Hours are kept of what comes in alone: the map of weekdays and
# hours is made of them, and of everything else they would be as many as the facts themselves. Of a person all clocks
# are one: a hundred people have many rows as it is.
SUMS = (
    "('s', 'h'), ('t', 'h'), ('c', 'h'), ('s', 'd'), ('t', 'd'), ('c', 'd'), ('p', 'd'),"
    " ('s', 'm'), ('t', 'm'), ('c', 'm'), ('p', 'm'), ('s', 'w'), ('t', 'w'), ('c', 'w')"
)
KEY = "shop_id, scope, grain, category_id, day, hour, team_id, person_id, measure, led_to"
ADDED = ("count", "met", "missed", "timed", "seconds", "elapsed", "target_seconds")

# A fact stands once for each sum; facts of one bucket are put together, then the buckets of one tally.
ADD = f"""
WITH wide AS (
    SELECT shop_id, sums.scope, sums.grain,
           CASE WHEN sums.scope = 'c' THEN category_id ELSE 0 END AS category_id,
           CASE WHEN sums.grain IN ('m', 'w') THEN date_trunc('month', day)::date ELSE day END AS day,
           CASE sums.grain WHEN 'h' THEN hour WHEN 'w' THEN 24 * (extract(isodow FROM day)::int - 1) + hour
                           ELSE 0 END AS hour,
           CASE WHEN sums.scope <> 's' THEN coalesce(team_id, 0) ELSE 0 END AS team_id,
           CASE WHEN sums.scope = 'p' THEN person_id ELSE 0 END AS person_id,
           CASE WHEN sums.scope = 'p' AND measure LIKE 'sla.%%' THEN 'sla' ELSE measure END AS measure,
           led_to, met, seconds, elapsed, target_seconds, bucket
      FROM history_fact CROSS JOIN (VALUES {SUMS}) AS sums (scope, grain)
     WHERE {{chosen}} AND sums.grain = ANY(%(grains)s)
       AND (sums.grain NOT IN ('h', 'w') OR measure = 'open')
       AND (sums.scope <> 'p' OR (person_id IS NOT NULL AND (measure LIKE 'sla.%%' OR measure LIKE 'response.%%')))
), by_bucket AS (
    SELECT {KEY}, bucket, count(*) AS count, count(*) FILTER (WHERE met) AS met,
           count(*) FILTER (WHERE NOT met) AS missed, count(seconds) AS timed, sum(seconds) AS seconds,
           sum(elapsed) AS elapsed, sum(target_seconds) AS target_seconds
      FROM wide GROUP BY {KEY}, bucket
)
INSERT INTO history_tally AS tally ({KEY}, {", ".join(ADDED)}, buckets, counts)
SELECT {KEY}, {", ".join(f"%(sign)s * coalesce(sum({name}), 0)" for name in ADDED)},
       coalesce(array_agg(bucket ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL), '{{{{}}}}'),
       coalesce(array_agg((%(sign)s * count)::int ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL), '{{{{}}}}')
  FROM by_bucket GROUP BY {KEY} ORDER BY {KEY}
ON CONFLICT ({KEY}) DO UPDATE SET
       {", ".join(f"{name} = tally.{name} + excluded.{name}" for name in ADDED)},
       (buckets, counts) = (
           SELECT coalesce(array_agg(bucket ORDER BY bucket), '{{{{}}}}'),
                  coalesce(array_agg(count ORDER BY bucket), '{{{{}}}}')
             FROM (SELECT bucket, sum(count)::int AS count
                     FROM (SELECT * FROM unnest(tally.buckets, tally.counts)
                           UNION ALL SELECT * FROM unnest(excluded.buckets, excluded.counts)) AS both_ (bucket, count)
                    GROUP BY bucket HAVING sum(count) <> 0) AS left_)
"""  # noqa: S608 - names of our own columns; every value is a parameter


# A month is the sum of its days.
MONTH = f"""
WITH days AS (
    SELECT * FROM history_tally
     WHERE shop_id = %(shop)s AND grain = 'd' AND scope IN ('s', 't', 'c', 'p')
       AND day >= %(month)s AND day < %(month)s + interval '1 month'
), place AS (
    SELECT scope, category_id, team_id, person_id, measure, led_to,
           {", ".join(f"sum({name}) AS {name}" for name in ADDED)}
      FROM days GROUP BY 1, 2, 3, 4, 5, 6
), histogram AS (
    SELECT scope, category_id, team_id, person_id, measure, led_to,
           array_agg(bucket ORDER BY bucket) AS buckets, array_agg(count ORDER BY bucket) AS counts
      FROM (SELECT scope, category_id, team_id, person_id, measure, led_to, bucket, sum(n)::int AS count
              FROM days CROSS JOIN LATERAL unnest(buckets, counts) AS one (bucket, n)
             GROUP BY 1, 2, 3, 4, 5, 6, 7) AS each_ GROUP BY 1, 2, 3, 4, 5, 6
)
INSERT INTO history_tally (shop_id, grain, day, hour, scope, category_id, team_id, person_id, measure, led_to,
                           {", ".join(ADDED)}, buckets, counts)
SELECT %(shop)s, 'm', %(month)s, 0, scope, category_id, team_id, person_id, measure, led_to,
       {", ".join(ADDED)}, coalesce(buckets, '{{}}'), coalesce(counts, '{{}}')
  FROM place LEFT JOIN histogram USING (scope, category_id, team_id, person_id, measure, led_to)
"""  # noqa: S608 - names of our own columns; every value is a parameter
ALL, SHORT, LONG = ["h", "d", "m", "w"], ["h", "d"], ["m", "w"]


def tally(shop_id, fact_ids, *, sign):
    """Add these facts of a shop (1) or take them out (-1); a tally of nothing is none."""
    run("id = ANY(%(ids)s)", {"ids": fact_ids, "sign": sign, "grains": ALL})
    if sign < 0:
        Tally.objects.filter(shop_id=shop_id, count=0).delete()


def tally_day_anew(shop_id, day):
    """The hours of a day and the day itself, from its facts and nothing else."""
    Tally.objects.filter(shop_id=shop_id, scope__in=Scope.values, grain__in=SHORT, day=day).delete()
    run("shop_id = %(shop)s AND day = %(day)s", {"shop": shop_id, "day": day, "sign": 1, "grains": SHORT})


def tally_month_anew(shop_id, month):
    """A month, from its days, and its hours of the week."""
    Tally.objects.filter(shop_id=shop_id, scope__in=Scope.values, grain__in=LONG, day=month).delete()
    came_in = "shop_id = %(shop)s AND measure = 'open' AND day >= %(month)s AND day < %(month)s + interval '1 month'"
    run(came_in, {"shop": shop_id, "month": month, "sign": 1, "grains": [Grain.WEEK]})
    with connection.cursor() as cursor:
        cursor.execute(MONTH, {"shop": shop_id, "month": month})


def run(chosen, values):
    with connection.cursor() as cursor:
        cursor.execute(ADD.format(chosen=chosen), values)
