"""SLA clocks: promises with a time, what pauses them, and each level fired once."""

from django.db import models
from django.db.models import F, Q

from aftersales.due import DueRow
from aftersales.versions.models import Version
from staff.models import User
from tickets.models.choices import Priority
from tickets.models.tickets import Ticket, WaitingOn


class ClockState(models.TextChoices):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


class SlaClock(DueRow):
    """One running target of one ticket. It stays running past its due time, with `breached_at` set.

    `next_try_at` is when the next level fires; empty while paused and once stopped. Met or missed is
    decided by timestamps, never by when a worker got to it.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks", db_index=False)
    shop_id = models.BigIntegerField()
    target = models.CharField(max_length=20)  # first_response, next_response, a stage, resolution
    step_code = models.CharField(
        max_length=60, blank=True, default="", db_default=""
    )  # of a target of one step
    cycle = models.PositiveSmallIntegerField(default=1)  # next_response and stages may run again
    # Why this policy: {"facts", "by", "others"}; nothing where no policy says which requests it is for. Counted
    # anew, also the "version" that it was chosen by.
    choice = models.JSONField(null=True)
    policy = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    calendar = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    target_minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_version = models.PositiveSmallIntegerField(default=1)  # counts up when the due time moves
    remaining_seconds = models.IntegerField(null=True)  # working time left, while paused
    # Which of many is fired first, 0 for the urgent: the place of the ticket's priority among `sla.RANKS`.
    rank = models.PositiveSmallIntegerField(default=2, db_default=2)
    # The highest level, in percent, that is behind: fired by this due time, or before it last moved and still passed.
    fired = models.PositiveSmallIntegerField(default=0, db_default=0)
    paused_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "target", "cycle"], name="one_clock_per_target_and_cycle"
            ),
            models.UniqueConstraint(
                fields=["ticket", "target"],
                condition=Q(state__in=["running", "paused"]),
                name="one_open_clock_per_target",
            ),
            models.CheckConstraint(
                name="clock_state_has_its_times",
                condition=Q(state="running", paused_at__isnull=True, stopped_at__isnull=True)
                | Q(
                    state="paused",
                    paused_at__isnull=False,
                    remaining_seconds__isnull=False,
                    stopped_at__isnull=True,
                    next_try_at__isnull=True,
                )
                | Q(state__in=["met", "cancelled"], stopped_at__isnull=False, next_try_at__isnull=True),
            ),
            models.CheckConstraint(name="clock_starts_before_due", condition=Q(due_at__gte=F("started_at"))),
            # A drain looks through each rank by itself: a clock of another would never fire.
            models.CheckConstraint(name="clock_rank_is_known", condition=Q(rank__lt=len(Priority.values))),
        ]
        indexes = [
            models.Index(
                fields=["rank", "next_try_at", "id"],
                name="clock_waiting",
                condition=Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["shop_id", "due_at"], name="clock_wall", condition=Q(state="running")),
        ]

    @property
    def is_missed(self):
        return self.breached_at is not None


class SlaFiring(models.Model):
    """A level of a clock that fired: written with its effect, unique, so each fires once."""

    clock = models.ForeignKey(SlaClock, models.PROTECT, related_name="firings", db_index=False)
    level = models.PositiveSmallIntegerField()  # percent of the target
    due_version = models.PositiveSmallIntegerField()
    fired_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "level", "due_version"], name="each_level_fires_once")
        ]


class HeldNotice(DueRow):
    """A notice of a level for somebody who does not work now: due when they do, and gone once told or no longer so."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_index=False)
    shop_id = models.BigIntegerField()
    clock = models.ForeignKey(SlaClock, models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    address = models.CharField(max_length=254, blank=True)
    level = models.PositiveSmallIntegerField()
    due_version = models.PositiveSmallIntegerField()
    data = models.JSONField()

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "level", "due_version", "user", "address"],
                name="one_held_notice_per_level_and_reader",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="held_for_a_person_or_an_address",
                condition=Q(user__isnull=False, address="") | (Q(user__isnull=True) & ~Q(address="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="held_notice_waiting",
                condition=Q(next_try_at__isnull=False),
            )
        ]


class Pause(models.Model):
    """An interval in which the ticket waited for somebody else; kept when policies change."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="pauses")
    waiting_on = models.CharField(max_length=10, choices=WaitingOn)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at__isnull=True), name="one_open_pause"
            ),
            models.CheckConstraint(
                name="pause_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]
