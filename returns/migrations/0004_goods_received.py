# Requests whose goods came before requests kept when: since the first parcel that was received.

from django.db import migrations

BATCH = 5000
FILL = """
UPDATE tickets_ticket AS ticket
   SET goods_received_at = came.at
  FROM (SELECT ticket_id, min(received_at) AS at FROM returns_parcel
         WHERE direction = 'in' AND state = 'received' AND ticket_id > %s AND ticket_id <= %s
         GROUP BY ticket_id) AS came
 WHERE ticket.id = came.ticket_id AND ticket.goods_received_at IS NULL
"""


def fill(apps, schema_editor):
    """By the ids of requests, so that no statement locks many rows for long; again it finds nothing to do."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT max(ticket_id) FROM returns_parcel")
        last = cursor.fetchone()[0] or 0
        for after in range(0, last, BATCH):
            cursor.execute(FILL, [after, after + BATCH])


class Migration(migrations.Migration):

    atomic = False  # each batch for itself

    dependencies = [
        ('returns', '0003_one_index_each'),
        ('tickets', '0013_policy_choice'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
