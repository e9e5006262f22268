"""How many open requests stand where and are due when, kept so that nobody counts them: cells, and what moved since.

A trigger notes with each statement on requests what came to a place and what left it (`WaitingChange`); a drain
adds the notes up into the cells (`WaitingCount`). Cells and notes together are the number, at any moment.
"""

from django.db import models


class Cut(models.TextChoices):
    """Cells are few because they are cut two ways instead of crossed."""

    PLACE = "place"  # team, stage, whom it waits for
    PERSON = "person"  # team, assignee, whom it waits for


class Grain(models.TextChoices):
    """How long a span of due times a cell counts: each request is in one cell of each."""

    HOUR = "hour"
    DAY = "day"
    ALL = "all"


class WaitingCount(models.Model):
    """One cell. 0 is no team and nobody; a cell that came to nothing is swept away later."""

    cut = models.CharField(max_length=6, choices=Cut)
    shop_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    stage = models.CharField(max_length=12, blank=True)  # empty in the cut by person
    assignee_id = models.BigIntegerField()  # 0 in the cut by place
    waiting_on = models.CharField(max_length=10)
    grain = models.CharField(max_length=4, choices=Grain)
    slot = models.DateTimeField()  # when the span begins, in UTC
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop_id", "grain", "slot", "cut", "team_id", "stage", "assignee_id", "waiting_on"],
                name="one_cell_each",
            )
        ]


class WaitingChange(models.Model):
    """So many requests more (or fewer) in one place and due hour; written by the trigger alone."""

    shop_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    stage = models.CharField(max_length=12)
    assignee_id = models.BigIntegerField()
    waiting_on = models.CharField(max_length=10)
    due_hour = models.DateTimeField()
    count = models.IntegerField()


class WaitingRound(models.Model):
    """Whose cells were looked at last, and when the next shop's are; one row for the installation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    next_look_at = models.DateTimeField(null=True)
    after_shop = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_waiting_round", condition=models.Q(id=1))]
