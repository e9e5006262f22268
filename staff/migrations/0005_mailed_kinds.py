# Of some kinds of notices a mail tells at once.

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("staff", "0004_shift"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mailed_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), db_default=[], default=list, size=None
            ),
        ),
    ]
