"""Keeping the search index: noting that a request changed, and making its tokens anew."""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from aftersales.clock import now
from aftersales.sets import insert_objects
from tickets.models import SearchDue, SearchText, Ticket
from tickets.queries.findable import findable_of
from tickets.queries.search_tokens import tokens_for

INDEX_LOCK = (
    0x61_66_74_65_72_03  # any constant of ours: who read an older text must not write after a newer one
)
CHUNK = 200  # requests of orders and customers that are indexed at a time
MAX_TOKENS = 50_000  # of one request: PostgreSQL takes no tsvector above 1 MB

WRITE_TOKENS = """
INSERT INTO tickets_searchtext (ticket_id, tokens) VALUES (%s, array_to_tsvector(%s::text[]))
ON CONFLICT (ticket_id) DO UPDATE SET tokens = excluded.tokens WHERE tickets_searchtext.tokens <> excluded.tokens
"""


def note_search(*ticket_ids):
    """Owe these requests new tokens, in the caller's transaction: one insert, and nobody waits for it."""
    insert_objects(search_dues(*ticket_ids))


def search_dues(*ticket_ids):
    """The unsaved notes themselves, for who writes them together with more."""
    moment = now()
    return [SearchDue(ticket_id=ticket_id, next_try_at=moment) for ticket_id in ticket_ids]


def note_search_of_all(*, order=None, customer=None):
    """Owe all requests of an order or a customer new tokens: one row, however many there are."""
    if (order or customer).tickets.exists():
        insert_objects([SearchDue(order=order, customer=customer, next_try_at=now())])


def index_due(rows):
    """What the drain does with notes that are due: index each request once, and let the notes go.

    Notes for many requests are gone through in turn until a chunk is full. Of the one that is not done then
    the rest goes on behind the notes that came meanwhile.
    """
    single = [row for row in rows if row.ticket_id]
    many = {target_of(row): row for row in reversed(rows) if not row.ticket_id}
    ids, ended = {row.ticket_id for row in single}, [*single, *repeated(rows, many)]
    rest, room = rest_of(many.values()), CHUNK
    for row in sorted(many.values(), key=lambda row: (row.next_try_at, row.pk)):
        chunk = rest[row.pk][:room]
        ids.update(chunk)
        room -= len(chunk)
        if len(chunk) == len(rest[row.pk]) < CHUNK:
            ended.append(row)
        elif chunk:
            row.done_up_to, row.next_try_at = chunk[-1], now()
            row.save(update_fields=["done_up_to", "next_try_at"])
        if not room:
            break
    index_tickets(ids)
    SearchDue.objects.filter(pk__in=[row.pk for row in ended]).delete()


def target_of(row):
    """What a note for many is about, and whether it has begun: one that has not will do for all that have not."""
    return row.order_id, row.customer_id, row.done_up_to > 0 and row.pk


def repeated(rows, many):
    return [row for row in rows if not row.ticket_id and many[target_of(row)] is not row]


REST = """
SELECT due.id, rest.id
  FROM tickets_searchdue AS due
 CROSS JOIN LATERAL (
       (SELECT id FROM tickets_ticket WHERE order_id = due.order_id AND id > due.done_up_to
         ORDER BY id LIMIT %(chunk)s)
       UNION ALL
       (SELECT id FROM tickets_ticket WHERE customer_id = due.customer_id AND id > due.done_up_to
         ORDER BY id LIMIT %(chunk)s)
       ) AS rest
 WHERE due.id = ANY(%(notes)s)
 ORDER BY due.id, rest.id
"""


def rest_of(rows):
    """{id of a note for many: the ids of its next requests, a chunk at most}, in one statement for all notes."""
    rest = {row.pk: [] for row in rows}
    if rest:
        with connection.cursor() as cursor:
            cursor.execute(REST, {"notes": list(rest), "chunk": CHUNK})
            for note_id, ticket_id in cursor.fetchall():
                rest[note_id].append(ticket_id)
    return rest


@transaction.atomic
def index_tickets(ids):
    """Make the tokens of these requests anew from their text as it stands; twice is once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEX_LOCK])
        for ticket_id, request in sorted(findable_of(ids).items()):
            tokens = sorted(tokens_for(ticket_id, request))[:MAX_TOKENS]
            cursor.execute(WRITE_TOKENS, [ticket_id, tokens])


def rebuild(before, *, every=False, size=500):
    """Index the next `size` requests below an id, newest first, all or those without tokens.

    Returns (id to go on below, how many were indexed), or (None, 0) at the end.
    """
    ids = list(Ticket.objects.filter(pk__lt=before).order_by("-pk").values_list("pk", flat=True)[:size])
    if not ids:
        return None, 0
    wanted = Ticket.objects.filter(pk__in=ids)
    if not every:
        wanted = wanted.exclude(Exists(SearchText.objects.filter(pk=OuterRef("pk"))))
    wanted = list(wanted.values_list("pk", flat=True))
    index_tickets(wanted)
    return ids[-1], len(wanted)
