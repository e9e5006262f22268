# Clocks are fired by priority: the index that finds what is due begins with it.

from django.db import migrations, models

FILL = """
UPDATE tickets_slaclock AS clock
   SET rank = CASE ticket.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 ELSE 3 END
  FROM tickets_ticket AS ticket
 WHERE ticket.id = clock.ticket_id AND ticket.priority <> 'normal' AND clock.state IN ('running', 'paused')
"""


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0014_clock_fired"),
    ]

    operations = [
        migrations.AddField(
            model_name="slaclock",
            name="rank",
            field=models.PositiveSmallIntegerField(db_default=2, default=2),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="slaclock", name="clock_waiting"),
        migrations.AddIndex(
            model_name="slaclock",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["rank", "next_try_at", "id"],
                name="clock_waiting",
            ),
        ),
    ]
