from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0020_recounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingRound',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('next_look_at', models.DateTimeField(null=True)),
                ('after_shop', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_waiting_round')],
            },
        ),
    ]
