# How a shop ranks a customer, why a clock runs under its policy, and since or until when deadlines from outside run.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0012_search_of_many'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='level',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='slaclock',
            name='choice',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='deadline_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='goods_received_at',
            field=models.DateTimeField(null=True),
        ),
    ]
