"""What the desk put right by itself: clocks that were not what their request's state asks for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tickets.models.tickets import Ticket


class HealingRound(models.Model):
    """How far the slow round over all open requests and all open clocks has come; one row for the installation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField(null=True)
    after_shop = models.BigIntegerField(default=0)
    after_ticket = models.BigIntegerField(default=0)  # of that shop
    after_clock = models.BigIntegerField(default=0)  # the request whose clocks were looked at last

    class Meta:
        constraints = [models.CheckConstraint(name="one_healing_round", condition=models.Q(id=1))]


class HealedClocks(models.Model):
    """One request whose clocks were put right: which were started, which ended, whether its due time was wrong."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_index=False)
    shop_id = models.BigIntegerField()
    started = ArrayField(models.CharField(max_length=20), default=list)
    ended = ArrayField(models.CharField(max_length=20), default=list)
    due_was_wrong = models.BooleanField()
    healed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["shop_id", "-id"], name="healed_of_shop"),
            models.Index(fields=["healed_at"], name="healed_lately"),
        ]
