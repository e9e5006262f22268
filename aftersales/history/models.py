"""What was done, once for each thing (`Fact`), its sums (`Tally`), and how far the feed was followed (`Follower`)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tickets.models import Ticket


class FactQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The facts of the requests that this actor may see: those of their shops."""
        if actor.user is not None:
            return self.filter(shop_id__in=actor.user.shop_ids())
        return self.filter(shop_id=actor.shop_id) if actor.shop_id else self.none()


class Fact(models.Model):
    """One thing that was done, or missed, with whose it was at that time.

    A function of the request's events, clocks and messages: where those say otherwise later (an answer is
    taken back, a late clock stops), the fact is taken out and written anew, and the tallies with it.

    `measure` is `open`, `enter.<stage>`, `stage.<stage>`, `response.<first|next>` or `sla.<target>`;
    `source_id` is the event, message or clock that it tells of.
    """

    shop_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    measure = models.CharField(max_length=30)
    source_id = models.BigIntegerField()
    led_to = models.CharField(max_length=12, default="")  # where a stage was left for
    happened_at = models.DateTimeField()
    # As the shop's own clock on the wall showed it: what tallies count by.
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    team_id = models.BigIntegerField(null=True)
    category_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=12)
    priority = models.CharField(max_length=10)
    policy_id = models.BigIntegerField(null=True)
    met = models.BooleanField(null=True)  # of a clock alone
    seconds = models.IntegerField(null=True)  # working time; empty while a late clock still runs
    elapsed = models.IntegerField(null=True)  # by the clock on the wall
    target_seconds = models.IntegerField(null=True)
    late_seconds = models.IntegerField(null=True)
    bucket = models.PositiveSmallIntegerField(null=True)  # of `seconds`, see queries/buckets.py

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "source_id"], name="each_fact_once"),
            models.CheckConstraint(
                name="fact_of_a_clock_is_met_or_missed",
                condition=Q(measure__startswith="sla.", met__isnull=False)
                | (~Q(measure__startswith="sla.") & Q(met__isnull=True)),
            ),
            models.CheckConstraint(
                name="fact_with_seconds_has_its_bucket",
                condition=Q(seconds__isnull=True, bucket__isnull=True)
                | Q(seconds__gte=0, bucket__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["shop_id", "measure", "happened_at", "id"], name="facts_of_measure"),
            models.Index(fields=["shop_id", "day"], name="facts_of_day"),
            models.Index(
                fields=["person_id", "measure", "happened_at", "id"],
                name="facts_of_person",
                condition=Q(person_id__isnull=False),
            ),
            models.Index(
                fields=["shop_id", "measure", "happened_at", "id"],
                name="facts_missed",
                condition=Q(met=False),
            ),
        ]


class Scope(models.TextChoices):
    """Which of a fact's places a tally keeps; what it does not keep is 0."""

    SHOP = "s"
    TEAM = "t"
    CATEGORY = "c"  # with the team
    PERSON = "p"  # with the team


class Grain(models.TextChoices):
    HOUR = "h"  # of what comes in alone
    DAY = "d"
    MONTH = "m"
    WEEK = "w"  # a month's requests that came in, by the hour of the week: 0 is Monday at midnight


class Tally(models.Model):
    """The sum of all facts of one measure, place and time; `buckets` and `counts` are its histogram.

    The order of the key is the order in which pages ask, so that its unique index is the only one.
    """

    shop_id = models.BigIntegerField()
    scope = models.CharField(max_length=1, choices=Scope)
    grain = models.CharField(max_length=1, choices=Grain)
    category_id = models.BigIntegerField()
    day = models.DateField()  # of a month, its first
    hour = models.PositiveSmallIntegerField()
    team_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    measure = models.CharField(max_length=30)
    led_to = models.CharField(max_length=12)
    count = models.IntegerField()
    met = models.IntegerField()
    missed = models.IntegerField()
    timed = models.IntegerField()  # how many of them have their seconds
    seconds = models.BigIntegerField()
    elapsed = models.BigIntegerField()
    target_seconds = models.BigIntegerField()
    buckets = ArrayField(models.SmallIntegerField())
    counts = ArrayField(models.IntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("shop_id", "scope", "grain", "category_id", "day", "hour"),
                    *("team_id", "person_id", "measure", "led_to"),
                ],
                name="one_tally_per_place_and_time",
            )
        ]
        # What was taken out again to the last is found by it, and goes.
        indexes = [models.Index(fields=["shop_id"], name="tally_of_nothing", condition=Q(count=0))]


class Follower(models.Model):
    """How far a shop's feed was followed. Whoever writes the shop's facts locks this row."""

    shop_id = models.BigIntegerField(primary_key=True)
    feed_no = models.BigIntegerField(default=0)
    # While all is made anew: requests below this id, then days from this one on, are still to be done.
    anew_before = models.BigIntegerField(null=True)
    anew_from = models.DateField(null=True)
