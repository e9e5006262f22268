# How a shop ranks a customer, and why a clock runs under its policy.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0011_conversation'),
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
    ]
