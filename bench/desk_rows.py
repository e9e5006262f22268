"""The rows of the benchmark's requests, table by table: a dict of SQL for each column that matters."""

from bench import words
from bench.filling import DAYS, OPEN_SHARE, one_of, pick

SHOPS = 2
STAGES = ("communicate",) * 5 + ("receive",) * 2 + ("inspect",) + ("resolve",) * 2


def rows(count):
    """Who each request is: open or not, when, where it stands, whom it waits for, which category."""
    edge, step = int(count * (1 - OPEN_SHARE)), DAYS * 86400 / count
    return f"""
    FROM (SELECT a.*, c.category_id, c.version_id, s.code AS step_code, s.kind AS step_kind, s.role AS step_role,
                 CASE WHEN NOT open THEN 'nobody'
                      WHEN a.stage = 'receive' OR (a.stage = 'communicate' AND {pick(4, 3)} = 0) THEN 'customer'
                      WHEN a.stage = 'inspect' THEN 'warehouse' ELSE 'us' END AS waiting_on
            FROM (SELECT n, n > {edge} AS open,
                         now() - ({count} - n) * interval '{step:.6f} s' - interval '1 min' AS at,
                         CASE WHEN n > {edge} THEN {one_of(1, STAGES)} ELSE 'done' END AS stage,
                         {pick(2, 1000)} AS cat,
                         -- a customer's three orders are of one shop
                         1 + (mod(abs(hashint8extended((n - 1) / 3, 3)), 10) >= 7)::int AS shop_no
                    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) a
            JOIN bench_category c ON c.no = a.cat %% c.of
            LEFT JOIN bench_step s ON s.category_id = c.category_id AND s.stage = a.stage) r
    JOIN bench_shop shop ON shop.no = r.shop_no
    """


def tables(count):
    """(model, {column: SQL}, FROM ...) in the order of writing."""
    from aftersales.events.models import Event, StreamHead  # noqa: PLC0415 - after django.setup()
    from tickets.models import (  # noqa: PLC0415
        Customer,
        Message,
        Order,
        OrderLine,
        Run,
        SlaClock,
        Ticket,
        TicketLine,
    )

    source = rows(count)
    every = lambda much: f"{source} CROSS JOIN generate_series(1, {much}) part"  # noqa: E731 - said twice below
    yield Customer, customer(), f"{source} WHERE n %% 3 = 1"
    yield Order, order(), source
    yield OrderLine, order_line(), source
    yield Ticket, ticket(), source
    yield TicketLine, ticket_line(), source
    yield Message, message(), every(2)
    yield Run, run(), source
    yield (
        SlaClock,
        clock(),
        f"{source} CROSS JOIN (VALUES ('first_response', 240), ('resolution', 4320)) target (name, minutes)",
    )
    yield Event, event(), every(2)
    yield StreamHead, {"stream": "'ticket:' || n", "seq": "2", "hash": "''::bytea"}, source


def customer():
    return {
        "id": "n",
        "shop_id": "shop.id",
        "external_id": "'C-' || n",
        "name": one_of(11, words.NAMES),
        "phone": f"'138' || lpad({pick(12, 100_000_000)}::text, 8, '0')",
        "email": "'c' || n || '@example.com'",
        "locale": "'zh-CN'",
    }


def order():
    return {
        "id": "n",
        "shop_id": "shop.id",
        "external_id": "'O-' || n",
        "number": "'TM' || lpad(n::text, 9, '0')",
        # Customers come back: every third has three orders.
        "customer_id": "CASE WHEN n %% 3 = 1 THEN n ELSE (n - 1) / 3 * 3 + 1 END",
        "status": "'delivered'",
        "placed_at": "at - interval '6 d'",
        "delivered_at": "at - interval '2 d'",
        "currency": "'CNY'",
        "captured_minor": "30000",
        "payments": """'[{"external_id": "p1", "method": "alipay", "captured_minor": 30000}]'""",
        "created_at": "at - interval '6 d'",
        "updated_at": "at - interval '2 d'",
    }


def order_line():
    return {
        "id": "n",
        "order_id": "n",
        "external_id": "'1'",
        "sku": f"'SKU-' || {pick(13, 3000)}",
        "title": one_of(14, words.TITLES),
        "quantity": "3",
        "delivered": "3",
        "claimed": "CASE WHEN open THEN 1 ELSE 0 END",
        "consumed": "CASE WHEN open THEN 0 ELSE 1 END",
        "unit_price_minor": "10000",
        "paid_minor": "30000",
    }


def ticket():
    return {
        "id": "n",
        "number": "'A26-' || lpad(upper(to_hex(n)), 6, '0')",
        "shop_id": "shop.id",
        "external_id": "'R-' || n",
        "order_id": "n",
        "customer_id": "CASE WHEN n %% 3 = 1 THEN n ELSE (n - 1) / 3 * 3 + 1 END",
        "category_id": "r.category_id",
        "channel": one_of(15, ("platform", "platform", "self_service", "chat", "api")),
        "priority": one_of(16, ("normal",) * 7 + ("high", "high", "urgent")),
        "stage": "r.stage",
        "status": f"CASE WHEN NOT open THEN {one_of(17, ('closed', 'closed', 'closed', 'resolved', 'rejected'))}"
        f" WHEN r.waiting_on = 'customer' THEN 'waiting' WHEN {pick(18, 4)} = 0 THEN 'new' ELSE 'open' END",
        "waiting_on": "r.waiting_on",
        "outcome": f"CASE WHEN open THEN '' ELSE {one_of(19, ('refund', 'refund', 'exchange', 'answer'))} END",
        "requested_resolution": one_of(20, ("return", "refund_only", "exchange", "answer")),
        "subject": one_of(21, words.ZH + words.EN),
        "language": one_of(22, ("zh-hans", "zh-hans", "en")),
        "assignee_id": f"CASE WHEN {pick(18, 4)} > 0"
        f" THEN shop.agents[1 + {pick(23, 20)} %% cardinality(shop.agents)] END",
        "team_id": "shop.team_id",
        "currency": "'CNY'",
        "value_minor": f"500 + {pick(24, 80_000)}",
        "goods_expected": "r.stage IN ('receive', 'inspect', 'resolve')",
        "step_code": "CASE WHEN open THEN coalesce(r.step_code, '') ELSE '' END",
        "step_kind": "CASE WHEN open THEN coalesce(r.step_kind, '') ELSE '' END",
        "step_role": "CASE WHEN open THEN coalesce(r.step_role, '') ELSE '' END",
        "procedure_version_id": "r.version_id",
        "next_due_at": "CASE WHEN open AND r.waiting_on <> 'customer'"
        f" THEN now() + ({pick(25, 4320)} - 300) * interval '1 min'"
        " ELSE '9999-01-01 00:00:00+00' END",
        "version": "4",
        "created_at": "at",
        "updated_at": "at",
        "first_responded_at": f"CASE WHEN open AND {pick(18, 4)} = 0 THEN NULL ELSE at + interval '1 h' END",
        "last_reply_at": f"CASE WHEN open AND {pick(18, 4)} = 0 THEN NULL ELSE at + interval '1 h' END",
        "last_customer_message_at": "at",
        "resolved_at": "CASE WHEN open THEN NULL ELSE at + interval '2 d' END",
    }


def ticket_line():
    expected, here = "r.stage IN ('receive', 'inspect', 'resolve')", "r.stage IN ('inspect', 'resolve')"
    return {
        "id": "n",
        "ticket_id": "n",
        "order_line_id": "n",
        "quantity": "1",
        "claimed": "CASE WHEN open THEN 1 ELSE 0 END",
        "authorised": f"CASE WHEN NOT open OR {expected} THEN 1 ELSE 0 END",
        "received": f"CASE WHEN NOT open OR {here} THEN 1 ELSE 0 END",
        "inspected": "CASE WHEN NOT open OR r.stage = 'resolve' THEN 1 ELSE 0 END",
        "resolved": "CASE WHEN open THEN 0 ELSE 1 END",
    }


def message():
    said = one_of(31, words.ZH + words.EN)
    more = (
        f"CASE WHEN {pick(32, 5)} = 0 THEN ' ' || {one_of(33, words.COMMON)} ELSE '' END"
        f" || CASE WHEN {pick(34, 20)} = 0 THEN ' ' || {one_of(35, words.MIDDLE)} ELSE '' END"
        f" || CASE WHEN {pick(36, 40_000)} = 0 THEN ' ' || {one_of(37, words.RARE)} ELSE '' END"
    )
    return {
        "ticket_id": "n",
        "author_kind": "CASE WHEN part = 1 THEN 'customer' ELSE 'staff' END",
        "author_name": "CASE WHEN part = 1 THEN '王小明' ELSE 'Amy' END",
        "visibility": "'public'",
        "body": f"CASE WHEN part = 1 THEN {said} || {more} ELSE {one_of(38, words.ZH + words.EN)} END || ' ' || n",
        "created_at": "at + (part - 1) * interval '1 h'",
    }


def run():
    return {
        "id": "n",
        "ticket_id": "n",
        "version_id": "r.version_id",
        "state": "CASE WHEN open THEN 'running' ELSE 'done' END",
        "started_at": "at",
        "ended_at": "CASE WHEN open THEN NULL ELSE at + interval '2 d' END",
    }


def clock():
    runs = f"open AND (target.name = 'resolution' OR {pick(18, 4)} = 0)"
    paused = f"{runs} AND r.waiting_on = 'customer'"
    far = "now() + interval '30 d'"  # nothing falls due while pages are measured
    return {
        "ticket_id": "n",
        "shop_id": "shop.id",
        "target": "target.name",
        "policy_id": "shop.policy_id",
        "calendar_id": "shop.calendar_id",
        "target_minutes": "target.minutes",
        "state": f"CASE WHEN {paused} THEN 'paused' WHEN {runs} THEN 'running' ELSE 'met' END",
        "started_at": "at",
        "due_at": f"greatest(at, CASE WHEN {runs} THEN {far} ELSE at + target.minutes * interval '1 min' END)",
        "remaining_seconds": f"CASE WHEN {paused} THEN 3600 END",
        "paused_at": f"CASE WHEN {paused} THEN at END",
        "stopped_at": f"CASE WHEN NOT ({runs}) THEN at + interval '1 h' END",
        "next_try_at": f"CASE WHEN {runs} AND NOT ({paused}) THEN {far} END",
    }


def event():
    return {
        "stream": "'ticket:' || n",
        "seq": "part",
        "shop_id": "shop.id",
        "kind": "CASE WHEN part = 1 THEN 'ticket.open' ELSE 'ticket.reply' END",
        "actor_kind": "'system'",
        "actor_name": "'bench'",
        "data": """CASE WHEN part = 1 THEN '{"channel": "api", "category": "quality_other"}' ELSE '{}' END::jsonb""",
        "happened_at": "at + (part - 1) * interval '1 h'",
    }
