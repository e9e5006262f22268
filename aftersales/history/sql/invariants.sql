-- What must hold of facts and tallies at any moment; every query returns the rows that break it, so none.

-- name: fact_of_a_clock_says_what_the_clock_says
-- Each clock has at most one (a constraint), and where all of the feed was followed it is the clock's own.
SELECT f.id, f.source_id, f.met, f.happened_at, f.target_seconds FROM history_fact f
  JOIN history_follower followed ON followed.shop_id = f.shop_id
  JOIN events_feedhead head ON head.shop_id = f.shop_id AND head.last_no = followed.feed_no
  LEFT JOIN tickets_slaclock k ON k.id = f.source_id AND k.ticket_id = f.ticket_id
 WHERE f.measure LIKE 'sla.%'
   AND (f.measure, f.met, f.happened_at, f.target_seconds, f.policy_id)
       IS DISTINCT FROM ('sla.' || k.target, k.breached_at IS NULL, coalesce(k.breached_at, k.stopped_at),
                         k.target_minutes * 60, k.policy_id)
   AND NOT EXISTS (SELECT FROM events_feedpending p WHERE p.shop_id = f.shop_id);

-- name: fact_is_of_its_tickets_shop
SELECT f.id FROM history_fact f JOIN tickets_ticket t ON t.id = f.ticket_id WHERE f.shop_id <> t.shop_id;

-- name: request_came_in_at_most_once
SELECT ticket_id, count(*) FROM history_fact WHERE measure = 'open' GROUP BY ticket_id HAVING count(*) > 1;

-- name: tally_of_a_day_is_the_sum_of_its_facts
SELECT shop_id, scope, category_id, day, team_id, person_id, measure, led_to
  FROM (SELECT shop_id, s.scope, day, led_to,
               CASE WHEN s.scope = 'p' AND measure LIKE 'sla.%' THEN 'sla' ELSE measure END AS measure,
               CASE WHEN s.scope = 'c' THEN category_id ELSE 0 END AS category_id,
               CASE WHEN s.scope <> 's' THEN coalesce(team_id, 0) ELSE 0 END AS team_id,
               CASE WHEN s.scope = 'p' THEN person_id ELSE 0 END AS person_id,
               count(*) AS count, count(*) FILTER (WHERE met) AS met, count(*) FILTER (WHERE NOT met) AS missed,
               count(seconds) AS timed, coalesce(sum(seconds), 0) AS seconds, coalesce(sum(elapsed), 0) AS elapsed,
               coalesce(sum(target_seconds), 0) AS target_seconds
          FROM history_fact CROSS JOIN (VALUES ('s'), ('t'), ('c'), ('p')) AS s (scope)
         WHERE s.scope <> 'p'
            OR (person_id IS NOT NULL AND (measure LIKE 'sla.%' OR measure LIKE 'response.%'))
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) facts
  FULL JOIN (SELECT * FROM history_tally WHERE grain = 'd') tally
 USING (shop_id, scope, category_id, day, team_id, person_id, measure, led_to)
 WHERE (facts.count, facts.met, facts.missed, facts.timed, facts.seconds, facts.elapsed, facts.target_seconds)
    IS DISTINCT FROM (tally.count, tally.met, tally.missed, tally.timed, tally.seconds, tally.elapsed,
                      tally.target_seconds);

-- name: tally_of_a_month_is_the_sum_of_its_days
SELECT shop_id, scope, category_id, month, team_id, person_id, measure, led_to
  FROM (SELECT shop_id, scope, category_id, date_trunc('month', day)::date AS month, team_id, person_id, measure, led_to,
               sum(count) AS count, sum(missed) AS missed, sum(timed) AS timed, sum(seconds) AS seconds
          FROM history_tally WHERE grain = 'd' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) days
  FULL JOIN (SELECT shop_id, scope, category_id, day AS month, team_id, person_id, measure, led_to,
                    count, missed, timed, seconds FROM history_tally WHERE grain = 'm') months
 USING (shop_id, scope, category_id, month, team_id, person_id, measure, led_to)
 WHERE (days.count, days.missed, days.timed, days.seconds)
    IS DISTINCT FROM (months.count, months.missed, months.timed, months.seconds);

-- name: tallies_of_hours_are_their_day
SELECT shop_id, scope, category_id, day, team_id
  FROM (SELECT shop_id, scope, category_id, day, team_id, sum(count) AS count
          FROM history_tally WHERE grain = 'h' GROUP BY 1, 2, 3, 4, 5) hours
  FULL JOIN (SELECT shop_id, scope, category_id, day, team_id, count
               FROM history_tally WHERE grain = 'd' AND measure = 'open' AND scope <> 'p') days
 USING (shop_id, scope, category_id, day, team_id)
 WHERE hours.count IS DISTINCT FROM days.count;

-- name: tallies_of_hours_of_the_week_are_their_month
SELECT shop_id, scope, category_id, day, team_id
  FROM (SELECT shop_id, scope, category_id, day, team_id, sum(count) AS count
          FROM history_tally WHERE grain = 'w' GROUP BY 1, 2, 3, 4, 5) hours
  FULL JOIN (SELECT shop_id, scope, category_id, day, team_id, count
               FROM history_tally WHERE grain = 'm' AND measure = 'open' AND scope <> 'p') months
 USING (shop_id, scope, category_id, day, team_id)
 WHERE hours.count IS DISTINCT FROM months.count;

-- name: histogram_counts_what_took_a_time
SELECT t.id, t.timed, t.counts FROM history_tally t
 WHERE t.timed <> coalesce((SELECT sum(n) FROM unnest(t.counts) n), 0) OR cardinality(t.buckets) <> cardinality(t.counts)
    OR t.count <= 0;
