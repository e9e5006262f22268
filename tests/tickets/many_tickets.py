"""Very many requests by one statement, copied from one: a table of the size that plans are made for."""

from django.db import connection

from tickets.models import NEVER, Ticket

# Of every fifty one is open, as in a desk that has stood for a year; `share` changes that.
OPEN_OF = 50
OVERRIDES = {
    "uid": "gen_random_uuid()",
    "number": "'M' || n",
    "external_id": "''",
    "status": "CASE WHEN n % %(of)s = 0 THEN 'open' ELSE 'closed' END",
    "stage": "CASE WHEN n % %(of)s = 0 THEN (ARRAY['communicate', 'receive', 'inspect', 'resolve'])[1 + n % 4]"
    " ELSE 'done' END",
    "resolved_at": "CASE WHEN n % %(of)s = 0 THEN NULL ELSE now() - n * interval '1 second' END",
    "waiting_on": "CASE WHEN n % %(of)s <> 0 THEN 'nobody'"
    " ELSE (ARRAY['us', 'customer', 'us', 'warehouse'])[1 + n / 7 % 4] END",
    "priority": "(ARRAY['low', 'normal', 'normal', 'high', 'urgent'])[1 + n / 3 % 5]",
    "step_role": "CASE WHEN n % %(of)s <> 0 THEN '' ELSE"
    " (ARRAY['agent', 'agent', 'warehouse', 'supervisor', 'finance'])[1 + n / 11 % 5] END",
    "step_kind": "CASE WHEN n % 900 = 0 THEN 'approve' ELSE 'do' END",
    "assignee_id": "CASE WHEN n / 13 % 3 = 0 THEN NULL ELSE (%(people)s)[1 + n / 17 % %(heads)s] END",
    "next_due_at": "CASE WHEN n % %(of)s <> 0 OR n / 7 % 4 = 1 THEN %(never)s"
    " ELSE now() + ((n * 7919) % 700000 - 40000) * interval '1 second' END",
    "value_minor": "(n * 7907) % 300000",
    "created_at": "now() - n * interval '30 second'",
    "updated_at": "now() - ((n * 7901) % 1000000) * interval '1 second'",
    "last_customer_message_at": "now() - (n % 90000) * interval '1 second'",
    "last_reply_at": "now() - ((n * 31) % 90000) * interval '1 second'",
}


def multiply(ticket, count, people, *, of=OPEN_OF):
    """`count` copies, one of `of` open, shared out among the people; analysed, as a living table is."""
    names = [field.column for field in Ticket._meta.concrete_fields if not field.primary_key]
    values = {
        "of": str(of),
        "people": f"ARRAY[{','.join(str(person.pk) for person in people)}]::bigint[]",
        "heads": str(len(people)),
        "never": f"'{NEVER.isoformat()}'::timestamptz",
    }
    picked = [OVERRIDES.get(name, f"t.{name}") for name in names]
    for key, value in values.items():
        picked = [text.replace(f"%({key})s", value) for text in picked]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(names)}) SELECT {', '.join(picked)}"  # noqa: S608 - names of our own columns
            f" FROM tickets_ticket t, generate_series(1, {count}) n WHERE t.id = {ticket.pk}"
        )
        cursor.execute("ANALYZE tickets_ticket")
