# A step that waits for a partner outside has a clock of its own: the request knows whom it awaits.

from django.db import migrations, models

FILL = """
UPDATE tickets_ticket SET step_awaits = waiting_on
 WHERE status IN ('new', 'open', 'waiting') AND step_kind = 'wait'
   AND waiting_on IN ('carrier', 'partner', 'platform')
"""


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0016_held_notice"),
    ]

    operations = [
        migrations.AddField(
            model_name="slaclock",
            name="step_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="ticket",
            name="step_awaits",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
