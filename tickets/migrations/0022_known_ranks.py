from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0021_waiting_round'),
        ('versions', '0003_drafts'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='slaclock',
            constraint=models.CheckConstraint(condition=models.Q(('rank__lt', 4)), name='clock_rank_is_known'),
        ),
    ]
