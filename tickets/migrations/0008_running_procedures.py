"""How many open requests of a shop follow a version, counted from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_saved_views")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["procedure_version_id", "shop"],
                name="ticket_running_procedure",
                condition=models.Q(status__in=["new", "open", "waiting"]),
            ),
        ),
    ]
