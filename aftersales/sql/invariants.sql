-- What must hold of events, due rows, versions and tickets at any moment; every query returns the rows
-- that break it, so none. `aftersales.grace` is how late a due row may be before it counts as forgotten.

-- == The log ==

-- name: event_chain_is_gapless
SELECT id, stream, seq FROM (
    SELECT id, stream, seq, prev, lag(seq, 1, 0) OVER w AS seq_before, lag(hash, 1, ''::bytea) OVER w AS hash_before
      FROM events_event WINDOW w AS (PARTITION BY stream ORDER BY seq)) links
 WHERE seq <> seq_before + 1 OR prev <> hash_before;

-- name: event_hash_is_right
SELECT id, stream, seq FROM events_event e WHERE hash <> events_hash(e);

-- name: stream_head_is_its_last_event
SELECT coalesce(h.stream, l.stream) AS stream, h.seq AS head, l.seq AS last
  FROM events_streamhead h
  FULL JOIN (SELECT DISTINCT ON (stream) stream, seq, hash FROM events_event ORDER BY stream, seq DESC) l
    ON l.stream = h.stream
 WHERE (h.seq, h.hash) IS DISTINCT FROM (l.seq, l.hash);

-- name: event_text_matches_its_commitment
SELECT t.event_id FROM events_eventtext t JOIN events_event e ON e.id = t.event_id
 WHERE e.commitment <> sha256(t.salt || convert_to(t.text, 'UTF8'));

-- name: event_cause_is_outermost
SELECT e.id, e.cause_id FROM events_event e LEFT JOIN events_event cause ON cause.id = e.cause_id
 WHERE e.cause_id IS NOT NULL AND (cause.id IS NULL OR cause.cause_id IS NOT NULL);

-- name: event_is_in_the_feed_once
SELECT e.id FROM events_event e
  LEFT JOIN events_feedentry f ON f.event_id = e.id
  LEFT JOIN events_feedpending p ON p.event_id = e.id
 WHERE (e.shop_id IS NOT NULL AND num_nonnulls(f.event_id, p.event_id) <> 1)
    OR (e.shop_id IS NULL AND num_nonnulls(f.event_id, p.event_id) <> 0)
    OR f.shop_id <> e.shop_id OR p.shop_id <> e.shop_id;

-- name: feed_is_gapless_per_shop
SELECT shop_id, head.last_no, entries.n, entries.first, entries.last
  FROM events_feedhead head
  FULL JOIN (SELECT shop_id, count(*) AS n, min(feed_no) AS first, max(feed_no) AS last
               FROM events_feedentry GROUP BY shop_id) entries USING (shop_id)
 WHERE (entries.first, entries.n, entries.last) IS DISTINCT FROM (1::bigint, head.last_no, head.last_no);

-- name: feed_follows_each_chain
SELECT stream, seq FROM (
    SELECT e.stream, e.seq, f.feed_no, lag(f.feed_no) OVER (PARTITION BY e.stream ORDER BY e.seq) AS before
      FROM events_feedentry f JOIN events_event e ON e.id = f.event_id) numbered
 WHERE feed_no < before;

-- name: event_of_a_ticket_carries_its_shop
SELECT e.id, e.shop_id, t.shop_id FROM events_event e JOIN tickets_ticket t ON e.stream = 'ticket:' || t.id
 WHERE e.shop_id IS DISTINCT FROM t.shop_id;

-- == What is due ==

-- name: delivery_is_done_waiting_or_dead
SELECT id, handler FROM events_delivery WHERE num_nonnulls(done_at, next_try_at, dead_at) <> 1;

-- name: mail_is_sent_taken_back_waiting_or_dead
SELECT id, key FROM mail_outgoingmail WHERE num_nonnulls(sent_at, cancelled_at, next_try_at, dead_at) <> 1;

-- name: nothing_due_is_forgotten
SELECT kind, id, next_try_at FROM (
    SELECT 'delivery' AS kind, id, next_try_at FROM events_delivery WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'mail', id, next_try_at FROM mail_outgoingmail WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'held_notice', id, next_try_at FROM tickets_heldnotice WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'digest', id, next_try_at FROM staff_digest WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'clock', id, next_try_at FROM tickets_slaclock WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'step timer', id, next_try_at FROM tickets_steptimer WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'search', id, next_try_at FROM tickets_searchdue WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'bulk', id, next_try_at FROM tickets_bulkrow WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'recount', id, next_try_at FROM tickets_recount WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'refund', id, next_try_at FROM returns_refund WHERE next_try_at IS NOT NULL
    UNION ALL SELECT 'invitation', id, next_try_at FROM surveys_invitation WHERE next_try_at IS NOT NULL) waiting
 WHERE next_try_at < statement_timestamp() - coalesce(current_setting('aftersales.grace', true), '60 s')::interval;

-- name: no_event_waits_long_for_its_feed_number
SELECT p.event_id, e.happened_at FROM events_feedpending p JOIN events_event e ON e.id = p.event_id
 WHERE e.happened_at < statement_timestamp() - coalesce(current_setting('aftersales.grace', true), '60 s')::interval;

-- name: repeated_request_has_its_answer
SELECT id, caller, path, key FROM web_idempotencykey WHERE status IS NULL;

-- == Tickets ==

-- name: claims_are_conserved
SELECT l.id, l.claimed, coalesce(sum(t.claimed), 0) AS by_tickets
  FROM tickets_orderline l LEFT JOIN tickets_ticketline t ON t.order_line_id = l.id
 GROUP BY l.id HAVING l.claimed <> coalesce(sum(t.claimed), 0);

-- name: ended_ticket_claims_nothing
SELECT l.id, l.ticket_id, l.claimed FROM tickets_ticketline l JOIN tickets_ticket t ON t.id = l.ticket_id
 WHERE t.stage = 'done' AND l.claimed > 0;

-- name: bulk_counts_its_rows
SELECT b.id, b.total, b.waiting, b.done, b.refused, b.cancelled FROM tickets_bulk b
  LEFT JOIN tickets_bulkrow r ON r.bulk_id = b.id GROUP BY b.id
HAVING b.total <> count(r.id) OR b.waiting <> count(*) FILTER (WHERE r.state = 'waiting')
    OR b.done <> count(*) FILTER (WHERE r.state = 'done') OR b.refused <> count(*) FILTER (WHERE r.state = 'refused');

-- name: ticket_line_is_of_the_tickets_order
SELECT l.id FROM tickets_ticketline l
  JOIN tickets_ticket t ON t.id = l.ticket_id JOIN tickets_orderline o ON o.id = l.order_line_id
 WHERE o.order_id IS DISTINCT FROM t.order_id;

-- name: ticket_is_of_its_orders_shop
SELECT t.id FROM tickets_ticket t
  LEFT JOIN tickets_order o ON o.id = t.order_id LEFT JOIN tickets_customer c ON c.id = t.customer_id
 WHERE o.shop_id <> t.shop_id OR c.shop_id <> t.shop_id;

-- name: ticket_was_opened_once
SELECT t.id, count(e.id) FROM tickets_ticket t
  LEFT JOIN events_event e ON e.stream = 'ticket:' || t.id AND e.kind = 'ticket.open'
 GROUP BY t.id HAVING count(e.id) <> 1;

-- name: every_move_of_a_ticket_has_its_event
-- Each move begins where the one before ended, the first in `communicate`, and the last ends where the
-- ticket stands.
SELECT t.id, moves.seq, moves.came_from, moves.went_to
  FROM tickets_ticket t
  LEFT JOIN (
      SELECT stream, seq, data->>'from' AS came_from, data->>'to' AS went_to,
             lag(data->>'to', 1, 'communicate') OVER w AS was_at,
             lead(seq) OVER w IS NULL AS is_last
        FROM events_event
       WHERE stream LIKE 'ticket:%' AND kind LIKE 'ticket.%' AND data ? 'from' AND data ? 'to'
      WINDOW w AS (PARTITION BY stream ORDER BY seq)) moves ON moves.stream = 'ticket:' || t.id
 WHERE (moves.seq IS NULL AND t.stage <> 'communicate')
    OR moves.came_from <> moves.was_at
    OR (moves.is_last AND moves.went_to <> CASE WHEN t.merged_into_id IS NOT NULL THEN 'merged'
                                                WHEN t.stage = 'done' THEN t.status ELSE t.stage END);

-- name: open_ticket_follows_its_procedure
SELECT t.id, t.status, count(r.id) AS running FROM tickets_ticket t
  JOIN tickets_category c ON c.id = t.category_id
  LEFT JOIN tickets_run r ON r.ticket_id = t.id AND r.state = 'running'
 GROUP BY t.id, c.procedure
HAVING count(r.id) <> CASE WHEN t.stage <> 'done' AND c.procedure <> '' THEN 1 ELSE 0 END;

-- name: step_shown_is_still_to_do
SELECT t.id, t.step_code FROM tickets_ticket t
  JOIN tickets_run r ON r.ticket_id = t.id AND r.state = 'running'
  JOIN tickets_steprecord s ON s.run_id = r.id AND s.step_code = t.step_code;

-- name: run_is_pinned_to_the_tickets_version
SELECT t.id, t.procedure_version_id, r.version_id FROM tickets_ticket t
  JOIN tickets_run r ON r.ticket_id = t.id AND r.state = 'running'
 WHERE r.version_id IS DISTINCT FROM t.procedure_version_id;

-- name: every_step_has_its_event
-- Steps that an answer rules out are recorded by the desk without an event of their own.
SELECT stream, step, records.n AS records, told.n AS events
  FROM (SELECT 'ticket:' || r.ticket_id AS stream, s.step_code AS step, count(*) AS n
          FROM tickets_steprecord s JOIN tickets_run r ON r.id = s.run_id
         WHERE s.skipped_because NOT LIKE 'when:%' GROUP BY 1, 2) records
  FULL JOIN (SELECT stream, data->>'step' AS step, count(*) AS n FROM events_event
              WHERE kind IN ('ticket.complete_step', 'ticket.skip_step') GROUP BY 1, 2) told
    USING (stream, step)
 WHERE records.n IS DISTINCT FROM told.n;

-- name: ended_ticket_is_not_on_hold
SELECT h.id, h.ticket_id FROM tickets_hold h JOIN tickets_ticket t ON t.id = h.ticket_id
 WHERE h.released_at IS NULL AND t.stage = 'done';

-- name: merged_ticket_is_closed_and_tied_to_where_it_went
SELECT t.id, t.merged_into_id, r.other_id FROM tickets_ticket t
  FULL JOIN (SELECT * FROM tickets_relation WHERE kind = 'merged_into') r ON r.ticket_id = t.id
 WHERE (t.merged_into_id IS NOT NULL OR r.id IS NOT NULL)
   AND (t.merged_into_id IS DISTINCT FROM r.other_id OR t.status <> 'closed' OR t.stage <> 'done');

-- name: merge_has_no_chain_and_no_circle
SELECT t.id, t.merged_into_id FROM tickets_ticket t JOIN tickets_ticket into_ ON into_.id = t.merged_into_id
 WHERE into_.merged_into_id IS NOT NULL OR into_.id = t.id;

-- name: merged_tickets_have_an_order_or_a_customer_in_common
SELECT t.id, t.merged_into_id FROM tickets_ticket t JOIN tickets_ticket into_ ON into_.id = t.merged_into_id
 WHERE t.shop_id <> into_.shop_id OR t.is_test <> into_.is_test
    OR (t.order_id = into_.order_id OR t.customer_id = into_.customer_id) IS NOT TRUE;

-- name: nothing_is_said_on_a_merged_ticket
SELECT m.id, m.ticket_id FROM tickets_message m
  JOIN tickets_relation r ON r.ticket_id = m.ticket_id AND r.kind = 'merged_into' AND m.created_at > r.made_at
UNION ALL
SELECT a.id, a.ticket_id FROM tickets_attachment a
  JOIN tickets_relation r ON r.ticket_id = a.ticket_id AND r.kind = 'merged_into' AND a.created_at > r.made_at;

-- name: merged_run_is_kept
-- What an un-merge lets go on: the run that the merge ended, and the clocks that it stopped.
SELECT r.id, r.kept FROM tickets_relation r
 WHERE r.kind = 'merged_into' AND r.kept->'run' <> 'null'
   AND NOT EXISTS (SELECT FROM tickets_run run WHERE run.id = (r.kept->>'run')::bigint
                      AND run.ticket_id = r.ticket_id AND run.state = 'abandoned');

-- name: relation_is_within_a_shop
SELECT r.id FROM tickets_relation r
  JOIN tickets_ticket t ON t.id = r.ticket_id JOIN tickets_ticket o ON o.id = r.other_id
 WHERE t.shop_id <> o.shop_id;

-- name: follower_is_a_person
SELECT t.id, f.id FROM tickets_ticket t CROSS JOIN LATERAL unnest(t.followers) f(id)
 WHERE NOT EXISTS (SELECT FROM staff_user u WHERE u.id = f.id);

-- name: version_in_use_was_published
SELECT v.id, v.kind, v.code FROM versions_version v
 WHERE v.state = 'draft' AND (EXISTS (SELECT FROM tickets_run r WHERE r.version_id = v.id)
    OR EXISTS (SELECT FROM tickets_slaclock c WHERE c.policy_id = v.id OR c.calendar_id = v.id));

-- == Clocks ==

-- name: open_ticket_has_an_open_clock
SELECT t.id, c.sla_policy FROM tickets_ticket t
  JOIN tickets_category c ON c.id = t.category_id
  JOIN LATERAL (SELECT body FROM versions_version v
                 WHERE v.kind = 'sla' AND v.code = c.sla_policy AND v.state = 'published'
                   AND (v.shop_id = t.shop_id OR v.shop_id IS NULL)
                 ORDER BY v.shop_id NULLS LAST LIMIT 1) policy ON true
 WHERE t.stage <> 'done' AND (policy.body->'targets' ? 'resolution' OR policy.body->'targets' ? t.stage)
   AND NOT EXISTS (SELECT FROM tickets_slaclock k WHERE k.ticket_id = t.id AND k.state IN ('running', 'paused'));

-- name: ended_ticket_has_no_open_clock
SELECT k.id, k.ticket_id, k.target FROM tickets_slaclock k JOIN tickets_ticket t ON t.id = k.ticket_id
 WHERE t.stage = 'done' AND k.state IN ('running', 'paused');

-- name: clock_is_of_its_tickets_shop
SELECT k.id FROM tickets_slaclock k JOIN tickets_ticket t ON t.id = k.ticket_id WHERE k.shop_id <> t.shop_id;

-- name: paused_clock_has_its_interval
-- The ledger has an open interval exactly while a clock of the ticket stands still.
SELECT t.id FROM tickets_ticket t
 WHERE EXISTS (SELECT FROM tickets_slaclock k WHERE k.ticket_id = t.id AND k.state = 'paused')
    <> EXISTS (SELECT FROM tickets_pause p WHERE p.ticket_id = t.id AND p.ended_at IS NULL);

-- name: queue_shows_the_nearest_clock
SELECT t.id, t.next_due_at, min(k.due_at) FROM tickets_ticket t
  LEFT JOIN tickets_slaclock k ON k.ticket_id = t.id AND k.state = 'running'
 GROUP BY t.id HAVING t.next_due_at <> coalesce(min(k.due_at), '9999-01-01 00:00:00+00');

-- name: each_level_is_told_once
SELECT stream, data->>'target', data->>'cycle', data->>'level', count(*) FROM events_event
 WHERE kind IN ('sla.warn', 'sla.breach')
 GROUP BY stream, data->>'target', data->>'cycle', data->>'level' HAVING count(*) > 1;

-- name: told_level_was_fired
SELECT e.id FROM events_event e WHERE e.kind IN ('sla.warn', 'sla.breach') AND NOT EXISTS (
    SELECT FROM tickets_slaclock k JOIN tickets_slafiring f ON f.clock_id = k.id
     WHERE e.stream = 'ticket:' || k.ticket_id AND k.target = e.data->>'target'
       AND k.cycle = (e.data->>'cycle')::int AND f.level = (e.data->>'level')::int);

-- name: missed_clock_told_its_breach
SELECT k.id, k.ticket_id, k.target FROM tickets_slaclock k
 WHERE k.state IN ('met', 'cancelled') AND k.breached_at IS NOT NULL
   AND NOT EXISTS (SELECT FROM tickets_slafiring f WHERE f.clock_id = k.id AND f.level >= 100);

-- name: clock_stopped_late_is_missed
-- What it was due at when it stopped; a pause moves the due time only when it ends.
SELECT k.id, k.ticket_id, k.target FROM tickets_slaclock k
 WHERE k.state IN ('met', 'cancelled') AND k.breached_at IS NULL AND k.stopped_at > k.due_at
   AND NOT EXISTS (SELECT FROM tickets_pause p WHERE p.ticket_id = k.ticket_id AND p.ended_at >= k.stopped_at
                      AND p.started_at < k.stopped_at);


-- == The wall ==

-- name: wall_counts_what_is_open
-- The cells with what is noted and not yet added come to the open requests, in both cuts and each grain.
WITH counted AS (
    SELECT shop_id, coalesce(team_id, 0) AS team_id, stage, coalesce(assignee_id, 0) AS assignee_id, waiting_on,
           date_trunc('hour', next_due_at, 'UTC') AS due_hour, count(*) AS n
      FROM tickets_ticket WHERE status IN ('new', 'open', 'waiting') GROUP BY 1, 2, 3, 4, 5, 6
    UNION ALL
    SELECT shop_id, team_id, stage, assignee_id, waiting_on, due_hour, -count FROM tickets_waitingchange),
spread AS (
    SELECT shop_id, team_id, 'place' AS cut, stage, 0::bigint AS assignee_id, waiting_on, due_hour, n FROM counted
    UNION ALL SELECT shop_id, team_id, 'person', '', assignee_id, waiting_on, due_hour, n FROM counted),
cells AS (
    SELECT 'hour' AS grain, due_hour AS slot, spread.* FROM spread
    UNION ALL SELECT 'day', date_trunc('day', due_hour, 'UTC'), spread.* FROM spread
    UNION ALL SELECT 'all', '1970-01-01 00:00:00+00', spread.* FROM spread)
SELECT grain, slot, shop_id, team_id, cut, stage, assignee_id, waiting_on, sum(n) AS off
  FROM (SELECT grain, slot, shop_id, team_id, cut, stage, assignee_id, waiting_on, n FROM cells
        UNION ALL
        SELECT grain, slot, shop_id, team_id, cut, stage, assignee_id, waiting_on, -count
          FROM tickets_waitingcount) AS held
 GROUP BY grain, slot, shop_id, team_id, cut, stage, assignee_id, waiting_on HAVING sum(n) <> 0;
