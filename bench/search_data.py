"""The requests that bench/search.py looks through: made in SQL, with known words in known shares of them."""

import os
import random
import time

from bench.filling import insert_sql

SHOPS = 5
SYLLABLES = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以"
    "会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开手"
)
TALK = (
    "the parcel arrived late and box was dented order please refund exchange size colour broken "
    "handle lid scratch battery charger cable screen shirt seam zip kettle mug lamp table leg "
    "missing part manual wrong address courier phone call waiting week yesterday would like to know "
    "when money back thanks quality"
)
ENGLISH = TALK.split()
# What is looked for -> the share of templates that holds it.
SHARES = {
    "退货": 0.5,
    "refund": 0.3,
    "质量问题": 0.05,
    "warranty": 0.02,
    "裂纹": 0.005,
    "spectrograph": 0.00025,
}

# Column -> SQL, of a request and its one message; what is not named gets what the model gives it.
TICKET = {
    "number": "'B26-' || lpad(n::text, 7, '0')",
    "shop_id": f"%(shop)s + n %% {SHOPS}",
    "category_id": "%(category)s",
    "channel": "'api'",
    "stage": "CASE WHEN n %% 50 = 0 THEN 'communicate' ELSE 'done' END",
    "status": "CASE WHEN n %% 50 = 0 THEN 'open' ELSE 'closed' END",
    "requested_resolution": "'answer'",
    "subject": "t.subject || CASE WHEN n %% %(rare_every)s = 7 THEN ' 罕见字' ELSE '' END"
    " || CASE WHEN n < %(old_below)s THEN ' 旧年事' ELSE '' END",
    "contact": "jsonb_build_object('phone', '139' || lpad(n::text, 8, '0'))",
    "currency": "'CNY'",
    "next_due_at": "'9999-01-01'",
    "created_at": "now()",
    "updated_at": "now()",
    "resolved_at": "CASE WHEN n %% 50 = 0 THEN NULL ELSE now() END",
}
TICKETS = "FROM generate_series(%(first)s, %(last)s) n JOIN bench_template t ON t.no = hashint8(n) & 4095"
MESSAGE = {
    "ticket_id": "k.id",
    "author_kind": "'customer'",
    "author_name": "'bench'",
    "visibility": "'public'",
    "body": "t.body",
    "created_at": "now()",
}
MESSAGES = """FROM tickets_ticket k JOIN bench_template t ON t.no = hashint8(substr(k.number, 5)::bigint) & 4095
 WHERE k.id > %(after)s"""
TOKENS = """
INSERT INTO tickets_searchtext (ticket_id, tokens)
SELECT k.id, array_to_tsvector(t.tokens
    || ARRAY['@' || k.shop_id, '#' || (k.id >> {fine}), '%%' || (k.id >> {coarse})]
    || ARRAY['fb26', 'f' || substr(k.number, 5), 'f' || substr(k.number, 5, 4), 'f~' || right(k.number, 4),
             'f~' || right(k.number, 7), 'f6' || substr(k.number, 5, 1)]
    || ARRAY(SELECT 't' || right(k.contact->>'phone', m) FROM generate_series(4, 10) m)
    || ARRAY['w' || (k.contact->>'phone')]
    || CASE WHEN k.subject LIKE '%%罕见字%%' THEN ARRAY['f罕见', 'f见字'] ELSE '{{}}' END
    || CASE WHEN k.subject LIKE '%%旧年事%%' THEN ARRAY['f旧年', 'f年事'] ELSE '{{}}' END)
  FROM tickets_ticket k JOIN bench_template t ON t.no = hashint8(substr(k.number, 5)::bigint) & 4095
 WHERE k.id > %(after)s ORDER BY k.id
"""


def prepare():
    """Schema, content, five shops that one agent serves, and the templates."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from staff import actions  # noqa: PLC0415
    from tests.factories import SYSTEM, shop_pair  # noqa: PLC0415
    from tickets.models import Category  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    stage = shop_pair()
    shops = [
        actions.create_shop(
            by=SYSTEM, code=f"s{n}", name_zh="店", name_en="Shop", currency="CNY", country="CN"
        )
        for n in range(SHOPS)
    ]
    team = actions.create_team(
        by=SYSTEM, code="bench", name_zh="组", name_en="Bench", shops=shops, stages=["communicate"]
    )
    actions.add_member(team, stage.bob)
    actions.add_member(stage.team, stage.bob)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_template (no int PRIMARY KEY, subject text, body text, tokens text[])"
        )
        cursor.executemany("INSERT INTO bench_template VALUES (%s, %s, %s, %s)", templates())
    return {"shop": shops[0].pk, "category": Category.objects.get(code="quality_other").pk, "person": stage.bob,
            "stage": stage}  # fmt: skip


def templates():
    """(number, subject, body, tokens): 4,096 texts of either language, with the words that are looked for."""
    from tickets.queries.search_tokens import FACTS, SAID  # noqa: PLC0415
    from tickets.words import fold, tokens_of  # noqa: PLC0415

    dice = random.Random(42)
    for n in range(4096):
        subject, body = sentence(dice, 8), sentence(dice, 40)
        words = [
            word for word, share in SHARES.items() if dice.random() < share or n == int(share * 1e6) % 4096
        ]
        body = " ".join([body[: len(body) // 2], *words, body[len(body) // 2 :]])
        tokens = {FACTS + token for token in tokens_of(fold(subject))}
        tokens |= {SAID + token for token in tokens_of(fold(body))}
        yield n, subject, body, sorted(tokens)


def sentence(dice, length):
    """Words as languages have them: a few very often, most seldom."""
    if dice.random() < 0.3:
        return " ".join(ENGLISH[int(len(ENGLISH) * dice.random() ** 2)] for _n in range(length))
    rare = [chr(dice.randrange(0x4E00, 0x9000)) for _n in range(length // 4)]
    often = [SYLLABLES[int(len(SYLLABLES) * dice.random() ** 2)] for _n in range(length * 2)]
    return "".join(dice.sample(rare + often, len(rare) + len(often)))


def grow(ground, size):
    """Add requests until there are `size`, with what the index would hold of them."""
    from django.db import connection  # noqa: PLC0415

    from tickets.models import Message, Ticket  # noqa: PLC0415
    from tickets.queries.search_tokens import COARSE, FINE  # noqa: PLC0415

    have = Ticket.objects.filter(number__startswith="B26-").count()
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("DROP INDEX search_tokens")
        for first in range(have + 1, size + 1, 50_000):
            after = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            span = {
                "first": first, "last": min(first + 49_999, size), "after": after, "rare_every": max(size // 8, 8),
                "old_below": size // 100, "shop": ground["shop"], "category": ground["category"],
            }  # fmt: skip
            cursor.execute(insert_sql(Ticket, TICKET, TICKETS), span)
            cursor.execute(insert_sql(Message, MESSAGE, MESSAGES), span)
            cursor.execute(TOKENS.format(fine=FINE, coarse=COARSE), span)
        cursor.execute(
            "CREATE INDEX search_tokens ON tickets_searchtext USING gin (tokens) WITH (fastupdate = off)"
        )
        for table in ("tickets_ticket", "tickets_message", "tickets_searchtext"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("SELECT pg_table_size('tickets_searchtext'), pg_relation_size('search_tokens')")
        table, index = cursor.fetchone()
    print(
        f"\n{size:,} requests, made in {time.perf_counter() - begin:.0f} s; "
        f"table {table / size:.0f} B and index {index / size:.0f} B each; load {os.getloadavg()[0]:.1f}"
    )
