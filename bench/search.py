"""How long a search takes for each class of words, and what the index costs when requests come in.

    python bench/search.py --sizes 10000 200000 [--times 60]

It starts its own PostgreSQL, builds requests with a message each in SQL, of which known shares hold known words,
and prints a table of p50 and p95 in milliseconds for each size: of the search alone (statements and checking of
the text included), with the CPU it took in Python and in PostgreSQL, and of the whole page. Then requests are opened with and without the index, in turns.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SHOPS = 5
SYLLABLES = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以"
    "会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开手"
)
ENGLISH = (
    "the parcel arrived late and box was dented order please refund exchange size colour broken "
    "handle lid scratch battery charger cable screen shirt seam zip kettle mug lamp table leg "
    "missing part manual wrong address courier phone call waiting week yesterday would like to know "
    "when money back thanks quality"
).split()  # noqa: SIM905 - read as a sentence
# What is looked for -> the share of templates that holds it.
SHARES = {
    "退货": 0.5,
    "refund": 0.3,
    "质量问题": 0.05,
    "warranty": 0.02,
    "裂纹": 0.005,
    "spectrograph": 0.00025,
}
CLASSES = {
    "common, Chinese": ["退货"],
    "common, English": ["refund"],
    "middle, Chinese": ["质量问题", "裂纹"],
    "middle, English": ["warranty"],
    "rare, Chinese": ["罕见字"],
    "rare, English": ["spectrograph"],
    "two words": ["退货 refund", "质量问题 退货", "裂纹 warranty"],
    "in quotes": ['"refund 退货"'],
    "old alone": ["旧年事"],
    "none": ["绝无此事", "xylophone"],
    "number": ["{number}", "{tail}"],
    "telephone": ["{phone}", "{phone_tail}"],
}

TICKETS = """
INSERT INTO tickets_ticket (uid, number, shop_id, category_id, channel, priority, stage, status, waiting_on,
    external_id, external_digest, outcome, requested_resolution, subject, language, contact, metadata, tags,
    team_id, currency, value_minor, goods_expected, step_code, step_kind, step_role, next_due_at, is_test,
    reopen_count, version, created_at, updated_at, resolved_at)
SELECT gen_random_uuid(), 'B26-' || lpad(n::text, 7, '0'), %(shop)s + n %% {shops}, %(category)s, 'api', 'normal',
    CASE WHEN n %% 50 = 0 THEN 'communicate' ELSE 'done' END, CASE WHEN n %% 50 = 0 THEN 'open' ELSE 'closed' END, 'us',
    '', '', '', 'answer', t.subject || CASE WHEN n %% %(rare_every)s = 7 THEN ' 罕见字' ELSE '' END
        || CASE WHEN n < %(old_below)s THEN ' 旧年事' ELSE '' END,
    'zh-hans', jsonb_build_object('phone', '139' || lpad(n::text, 8, '0')), '{{}}', '{{}}',
    NULL, 'CNY', 0, false, '', '', '', '9999-01-01', false, 0, 1, now(), now(),
    CASE WHEN n %% 50 = 0 THEN NULL ELSE now() END
  FROM generate_series(%(first)s, %(last)s) n JOIN bench_template t ON t.no = hashint8(n) & 4095
"""
MESSAGES = """
INSERT INTO tickets_message (uid, ticket_id, author_kind, author_name, visibility, body, macro_code, created_at)
SELECT gen_random_uuid(), k.id, 'customer', 'bench', 'public', t.body, '', now()
  FROM tickets_ticket k JOIN bench_template t ON t.no = hashint8(substr(k.number, 5)::bigint) & 4095
 WHERE k.id > %(after)s
"""
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


def main():
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="aftersales-bench-") as directory:
        servers = start(directory)
        try:
            ground = prepare()
            for size in arguments.sizes:
                grow(ground, size)
                measure(ground, size, arguments.times)
            cost_of_index(ground, arguments.opened)
        finally:
            servers.stop()


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="requests")
    parser.add_argument("--times", type=int, default=60, help="searches of each class")
    parser.add_argument("--opened", type=int, default=300, help="requests opened to measure the index's cost")
    return parser.parse_args()


def start(directory):
    from aftersales import embedded  # noqa: PLC0415 - the settings are read after it

    servers = embedded.start(directory, durable=True)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = servers.database_url, servers.redis_url
    os.environ["STATEMENT_TIMEOUT_MS"] = "0"
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftersales.settings"
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    django.setup()
    # Pages are drawn without `collectstatic`.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return servers


# -- data ---------------------------------------------------------------------------


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

    from tickets.models import Ticket  # noqa: PLC0415
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
            cursor.execute(TICKETS.format(shops=SHOPS), span)
            cursor.execute(MESSAGES, span)
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


# -- searches -----------------------------------------------------------------------


def measure(ground, size, times):
    """The table: p50 and p95 of the search and of the page, and how many there were on the first page."""
    from django.test import Client  # noqa: PLC0415

    from aftersales.events.actors import Actor  # noqa: PLC0415
    from tickets.models import Ticket  # noqa: PLC0415
    from tickets.queries.search import search  # noqa: PLC0415

    actor, client = Actor.staff(ground["person"]), Client(HTTP_HOST="127.0.0.1")
    client.force_login(ground["person"])
    print(
        "| class | found | search p50 | p95 | CPU | page p50 | p95 | CPU |\n|---|---|---|---|---|---|---|---|"
    )
    for name, words in CLASSES.items():
        typed = [word.format(**numbers(size)) for word in words]

        def look(text):
            return len(search(Ticket.objects.visible_to(actor), actor, text).hits)

        found = [look(text) for text in typed]
        alone = timed(look, typed, times)
        page = timed(lambda text: client.get("/search", {"q": text}), typed, max(times // 3, 5))
        row = " | ".join(f"{figure:.1f}" for figure in (*alone, *page))
        print(f"| {name} | {'/'.join(map(str, found))} | {row} |", flush=True)


def numbers(size):
    one = size * 2 // 3
    return {
        "number": f"B26-{one:07}", "tail": f"{one:07}", "phone": f"139{one:08}", "phone_tail": f"{one:04}"[-4:]
    }  # fmt: skip


def timed(look, typed, times):
    """(p50, p95, CPU of each) in milliseconds; the first search of each text warms up."""
    taken, used = [], 0.0
    for n in range(times + len(typed)):
        if n == len(typed):
            used = cpu()
        begin = time.perf_counter()
        look(typed[n % len(typed)])
        taken.append((time.perf_counter() - begin) * 1e3)
    taken = sorted(taken[len(typed) :])
    return statistics.median(taken), taken[int(len(taken) * 0.95)], (cpu() - used) / times * 1e3


# -- the cost -----------------------------------------------------------------------


def cost_of_index(ground, count):
    """CPU of opening requests, with the note for the index and without, in turns; and of indexing them."""
    from aftersales import due  # noqa: PLC0415
    from tests.factories import SYSTEM, order_body, ticket_body  # noqa: PLC0415
    from tickets.actions import intake  # noqa: PLC0415
    from tickets.actions.orders import put_order  # noqa: PLC0415
    from tickets.models import SearchDue  # noqa: PLC0415
    from tickets.serializers import read_order, read_ticket  # noqa: PLC0415

    shop, note = ground["stage"].shop, intake.note_search
    put_order(shop, "O-1", read_order(order_body()), by=SYSTEM)
    body = read_ticket(ticket_body(lines=[]))

    def opened():
        begin = cpu()
        for _n in range(count // 5):
            intake.open_ticket(shop, body, by=SYSTEM)
        return (cpu() - begin) / (count // 5) * 1e3

    opened()
    noted, plain = [], []
    for _pair in range(5):
        intake.note_search = note
        noted.append(opened())
        intake.note_search = lambda *ids: None
        plain.append(opened())
    intake.note_search = note
    waiting, begin = SearchDue.objects.count(), cpu()
    due.drain(due.KINDS["search"])
    indexed = (cpu() - begin) / waiting * 1e3
    bare = statistics.median(plain)
    print(
        f"\nopening a request, CPU (Python and its PostgreSQL session): {bare:.2f} ms; "
        f"with the note {statistics.median(noted):.2f} ms; its tokens later {indexed:.2f} ms "
        f"({waiting} in batches); together {(statistics.median(noted) - bare + indexed) / bare:.0%} of opening it"
    )


def cpu():
    """CPU seconds of this process and of its session in PostgreSQL."""
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
