# Each clock keeps which of its levels are behind, for the due time that it has now.

from django.db import migrations, models

FILL = """
UPDATE tickets_slaclock AS clock
   SET fired = firing.level
  FROM (SELECT clock_id, max(level) AS level FROM tickets_slafiring GROUP BY clock_id) AS firing
 WHERE firing.clock_id = clock.id AND clock.fired = 0
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0013_policy_choice'),
    ]

    operations = [
        migrations.AddField(
            model_name='slaclock',
            name='fired',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
