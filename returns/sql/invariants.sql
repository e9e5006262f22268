-- What must hold of goods and money at any moment; every query returns the rows that break it, so none.

-- == Goods ==

-- name: line_counters_are_in_order
SELECT id, quantity, claimed, authorised, received, inspected, resolved FROM tickets_ticketline
 WHERE authorised > quantity OR received > authorised OR inspected > received OR claimed + resolved > quantity;

-- name: claims_are_within_what_was_bought
SELECT id, quantity, cancelled, redelivered, claimed, consumed FROM tickets_orderline
 WHERE claimed < 0 OR consumed < 0 OR claimed + consumed > quantity - cancelled + redelivered;

-- name: balances_follow_from_movements
-- What went into a bucket less what left it; `outside` is the world and has no balance.
SELECT line_id, bucket, moved, kept FROM (
    SELECT ticket_line_id AS line_id, bucket, sum(n)::bigint AS moved FROM (
        SELECT ticket_line_id, to_bucket AS bucket, quantity AS n FROM returns_goodsmovement
        UNION ALL SELECT ticket_line_id, from_bucket, -quantity FROM returns_goodsmovement) moves
     WHERE bucket <> 'outside' GROUP BY ticket_line_id, bucket) moves
  FULL JOIN (SELECT ticket_line_id AS line_id, bucket, quantity::bigint AS kept FROM returns_goodsbalance) balances
 USING (line_id, bucket)
 WHERE coalesce(moved, 0) <> coalesce(kept, 0);

-- name: no_balance_is_negative
SELECT ticket_line_id, bucket, quantity FROM returns_goodsbalance WHERE quantity < 0;

-- name: authorised_units_are_somewhere
-- Lost units that are not settled are claimed, and no longer authorised.
SELECT l.id, l.authorised, coalesce(sum(b.quantity), 0) AS somewhere
  FROM tickets_ticketline l JOIN tickets_ticket t ON t.id = l.ticket_id AND t.goods_expected
  LEFT JOIN returns_goodsbalance b ON b.ticket_line_id = l.id AND b.bucket <> 'lost_in'
 GROUP BY l.id HAVING coalesce(sum(b.quantity), 0) <> l.authorised;

-- name: received_is_what_parcels_held
SELECT l.id, l.received, coalesce(sum(i.received), 0) AS in_parcels
  FROM tickets_ticketline l
  LEFT JOIN (returns_parcelitem i JOIN returns_parcel p ON p.id = i.parcel_id AND p.direction = 'in')
    ON i.ticket_line_id = l.id
 GROUP BY l.id HAVING coalesce(sum(i.received), 0) <> l.received;

-- name: parcel_item_is_of_the_parcels_request
SELECT i.id FROM returns_parcelitem i
  JOIN returns_parcel p ON p.id = i.parcel_id JOIN tickets_ticketline l ON l.id = i.ticket_line_id
 WHERE l.ticket_id IS DISTINCT FROM p.ticket_id;

-- name: received_is_inspected_or_waits
SELECT l.id, l.received, l.inspected, coalesce(b.quantity, 0) AS in_quarantine, coalesce(sum(i.quantity), 0) AS seen
  FROM tickets_ticketline l
  LEFT JOIN returns_goodsbalance b ON b.ticket_line_id = l.id AND b.bucket = 'quarantine'
  LEFT JOIN returns_inspection i ON i.ticket_line_id = l.id
 GROUP BY l.id, b.quantity
HAVING l.received - l.inspected <> coalesce(b.quantity, 0) OR l.inspected <> coalesce(sum(i.quantity), 0);

-- name: inspected_is_placed_or_undecided
SELECT l.id, coalesce(i.kept, 0) AS kept, coalesce(b.here, 0) AS here
  FROM tickets_ticketline l
  LEFT JOIN (SELECT ticket_line_id, sum(quantity - placed) AS kept FROM returns_inspection GROUP BY 1) i
    ON i.ticket_line_id = l.id
  LEFT JOIN (SELECT ticket_line_id, sum(quantity) AS here FROM returns_goodsbalance
              WHERE bucket IN ('inspected', 'repair_bench') GROUP BY 1) b ON b.ticket_line_id = l.id
 WHERE coalesce(i.kept, 0) <> coalesce(b.here, 0);

-- name: nothing_undecided_when_resolved
SELECT b.ticket_line_id, b.bucket, b.quantity
  FROM returns_goodsbalance b
  JOIN tickets_ticketline l ON l.id = b.ticket_line_id JOIN tickets_ticket t ON t.id = l.ticket_id
 WHERE t.status IN ('resolved', 'closed') AND b.quantity > 0
   AND b.bucket IN ('in_transit_in', 'quarantine', 'inspected', 'repair_bench', 'lost_in');

-- name: only_grade_a_is_stock_as_new
SELECT b.ticket_line_id, b.quantity FROM returns_goodsbalance b
 WHERE b.bucket = 'stock_a' AND b.quantity > (
       SELECT coalesce(sum(i.placed), 0) FROM returns_inspection i
        WHERE i.ticket_line_id = b.ticket_line_id AND i.grade = 'A' AND i.disposition = 'restock_new');

-- name: parcel_on_its_way_holds_its_request
SELECT p.id, p.ticket_id FROM returns_parcel p LEFT JOIN tickets_hold h ON h.id = p.hold_id
 WHERE p.direction = 'in' AND (p.state = 'in_transit') <> (h.id IS NOT NULL AND h.released_at IS NULL);

-- == Money ==

-- name: units_have_one_resolution_each
SELECT l.id, l.claimed, l.resolved, coalesce(sum(i.quantity) FILTER (WHERE r.state IN ('proposed', 'approved')), 0) AS live,
       coalesce(sum(i.quantity) FILTER (WHERE r.state = 'done'), 0) AS done
  FROM tickets_ticketline l
  LEFT JOIN (returns_resolutionitem i JOIN returns_resolution r ON r.id = i.resolution_id) ON i.ticket_line_id = l.id
 GROUP BY l.id
HAVING coalesce(sum(i.quantity) FILTER (WHERE r.state IN ('proposed', 'approved')), 0) > l.claimed
    OR coalesce(sum(i.quantity) FILTER (WHERE r.state = 'done'), 0) <> l.resolved;

-- name: open_resolution_holds_its_request
SELECT r.id, r.state FROM returns_resolution r LEFT JOIN tickets_hold h ON h.id = r.hold_id
 WHERE (r.state IN ('proposed', 'approved') AND (h.id IS NULL OR h.released_at IS NOT NULL))
    OR (r.state IN ('done', 'declined', 'cancelled') AND h.released_at IS NULL AND h.id IS NOT NULL);

-- name: order_money_follows_from_resolutions
SELECT o.id, o.refund_reserved_minor, o.refunded_minor, coalesce(m.promised, 0) AS promised, coalesce(m.paid, 0) AS paid
  FROM tickets_order o
  LEFT JOIN (
      SELECT t.order_id, sum(r.amount_minor) FILTER (WHERE r.state IN ('proposed', 'approved')) AS promised,
             sum(r.amount_minor) FILTER (WHERE r.state = 'done') AS paid
        FROM returns_resolution r JOIN tickets_ticket t ON t.id = r.ticket_id
       WHERE r.kind IN ('refund', 'compensation') GROUP BY t.order_id) m ON m.order_id = o.id
 WHERE o.refund_reserved_minor <> coalesce(m.promised, 0) OR o.refunded_minor <> coalesce(m.paid, 0);

-- name: line_money_follows_from_resolutions
SELECT o.id, o.refund_reserved_minor, o.refunded_minor, o.refunded_quantity, m.*
  FROM tickets_orderline o
  LEFT JOIN (
      SELECT l.order_line_id, sum(i.amount_minor) FILTER (WHERE r.state IN ('proposed', 'approved')) AS promised,
             sum(i.amount_minor) FILTER (WHERE r.state = 'done') AS paid,
             sum(i.quantity) FILTER (WHERE r.state IN ('proposed', 'approved', 'done')) AS units
        FROM returns_resolutionitem i
        JOIN returns_resolution r ON r.id = i.resolution_id JOIN tickets_ticketline l ON l.id = i.ticket_line_id
       WHERE r.kind = 'refund' GROUP BY l.order_line_id) m ON m.order_line_id = o.id
 WHERE o.refund_reserved_minor <> coalesce(m.promised, 0) OR o.refunded_minor <> coalesce(m.paid, 0)
    OR o.refunded_quantity <> coalesce(m.units, 0);

-- name: never_more_than_was_paid
SELECT 'line' AS what, id FROM tickets_orderline WHERE refund_reserved_minor + refunded_minor > paid_minor
UNION ALL
SELECT 'order', id FROM tickets_order WHERE refund_reserved_minor + refunded_minor > captured_minor;

-- name: items_add_up_to_their_refund
SELECT r.id, r.amount_minor, coalesce(sum(i.amount_minor), 0) AS items
  FROM returns_resolution r LEFT JOIN returns_resolutionitem i ON i.resolution_id = r.id
 WHERE r.kind = 'refund' GROUP BY r.id HAVING r.amount_minor <> coalesce(sum(i.amount_minor), 0);

-- name: money_is_in_the_orders_currency
SELECT r.id, r.currency, o.currency AS of_order
  FROM returns_resolution r JOIN tickets_ticket t ON t.id = r.ticket_id JOIN tickets_order o ON o.id = t.order_id
  LEFT JOIN returns_refund f ON f.resolution_id = r.id
 WHERE r.amount_minor > 0 AND (r.currency <> o.currency OR f.currency <> o.currency OR f.amount_minor <> r.amount_minor);

-- name: refund_and_its_resolution_agree
SELECT f.id, f.state, r.state AS of_resolution FROM returns_refund f JOIN returns_resolution r ON r.id = f.resolution_id
 WHERE (f.state, r.state) NOT IN (('approved', 'approved'), ('requested', 'approved'), ('succeeded', 'done'),
                                  ('failed', 'failed'), ('cancelled', 'cancelled'));

-- name: paid_refund_has_its_gateway_id
SELECT id, state, gateway_refund_id FROM returns_refund WHERE (state = 'succeeded') <> (gateway_refund_id <> '');

-- name: gateway_id_pays_once
SELECT shop_id, gateway_refund_id, count(*) FROM returns_refund
 WHERE gateway_refund_id <> '' GROUP BY shop_id, gateway_refund_id HAVING count(*) > 1;

-- name: money_resolution_that_goes_on_has_its_refund
SELECT r.id, r.kind, r.state FROM returns_resolution r LEFT JOIN returns_refund f ON f.resolution_id = r.id
 WHERE r.kind IN ('refund', 'compensation') AND r.state IN ('approved', 'done') AND f.id IS NULL;

-- name: no_refund_leaves_late
SELECT id, next_try_at FROM returns_refund WHERE next_try_at IS NOT NULL
   AND next_try_at < statement_timestamp() - coalesce(current_setting('aftersales.grace', true), '60 s')::interval;

-- name: four_eyes_are_four
SELECT id, proposed_by_id, approver_role FROM returns_resolution
 WHERE approver_role <> '' AND (approved_by_id = proposed_by_id OR (state IN ('approved', 'done') AND approved_by_id IS NULL));
