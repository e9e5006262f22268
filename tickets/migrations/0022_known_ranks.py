from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Clocks fire meanwhile: what is there already is looked through without keeping anybody out."""

    atomic = False

    dependencies = [
        ("tickets", "0021_waiting_round"),
        ("versions", "0003_drafts"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="slaclock",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__lt", 4)), name="clock_rank_is_known"
            ),
        ),
        ValidateConstraint(model_name="slaclock", name="clock_rank_is_known"),
    ]
