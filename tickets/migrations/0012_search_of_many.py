# One note for all requests of an order or a customer; categories and reasons follow the pack alone.
# Their columns go in the deploy that stops reading them, which only an unreleased version may do (docs/deploy.md).

import django.db.models.deletion
from django.db import migrations, models


# Backwards a note is of one request: each that is left of many gets its own.
ONE_BY_ONE = """
INSERT INTO tickets_searchdue (ticket_id, next_try_at, attempts, last_error)
SELECT ticket.id, due.next_try_at, 0, ''
  FROM tickets_searchdue AS due
  JOIN tickets_ticket AS ticket ON ticket.order_id = due.order_id OR ticket.customer_id = due.customer_id
 WHERE ticket.id > due.done_up_to;
DELETE FROM tickets_searchdue WHERE ticket_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0011_conversation'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='category',
            name='origin',
        ),
        migrations.RemoveField(
            model_name='reason',
            name='origin',
        ),
        migrations.AddField(
            model_name='searchdue',
            name='customer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.customer'),
        ),
        migrations.AddField(
            model_name='searchdue',
            name='done_up_to',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='searchdue',
            name='order',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.order'),
        ),
        migrations.AlterField(
            model_name='searchdue',
            name='ticket',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddConstraint(
            model_name='searchdue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', True), ('order__isnull', True), ('ticket__isnull', False)), models.Q(('customer__isnull', True), ('order__isnull', False), ('ticket__isnull', True)), models.Q(('customer__isnull', False), ('order__isnull', True), ('ticket__isnull', True)), _connector='OR'), name='search_due_is_of_one_thing'),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, ONE_BY_ONE),
    ]
