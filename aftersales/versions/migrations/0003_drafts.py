"""Drafts that people of a shop work on together: what they began from, and their revision."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("versions", "0002_immutable")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="based_on",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="versions.version"),
        ),
        migrations.AddField(
            model_name="version",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(condition=models.Q(("kind", "sop"), ("state", "draft")), fields=("code", "shop_id"), name="one_draft_of_procedure", nulls_distinct=False),
        ),
    ]
