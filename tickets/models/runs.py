"""A procedure being followed: the run, pinned to its version, and what was done at each step."""

from django.db import models
from django.db.models import Q

from aftersales.due import DueRow
from aftersales.versions.models import Version
from staff.models import User
from tickets.models.tickets import Ticket


class RunState(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    ABANDONED = "abandoned"  # the ticket was recategorised, rejected, cancelled or reopened


class Run(models.Model):
    """One following of one procedure version; reopening or recategorising starts another."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="runs")
    version = models.ForeignKey(Version, models.PROTECT)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="running"), name="one_running_run_per_ticket"
            ),
            models.CheckConstraint(
                name="run_ended_has_time",
                condition=Q(state="running", ended_at__isnull=True)
                | (~Q(state="running") & Q(ended_at__isnull=False)),
            ),
        ]


class StepRecord(models.Model):
    """What happened at one step: an answer, or the reason it was skipped."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="records", db_index=False)
    step_code = models.CharField(max_length=60)
    answer = models.CharField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    skipped_because = models.CharField(max_length=300, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_user = models.ForeignKey(User, models.PROTECT, null=True, db_index=False)
    actor_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "step_code"], name="one_record_per_step")]


class StepTimer(DueRow):
    """A wait with a limit: reminds the customer a day before it, and tells the agent once it has passed."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="timers", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="step_timers")
    step_code = models.CharField(max_length=60)
    limit_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)

    class Meta(DueRow.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "step_code"], name="one_timer_per_step")]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="step_timer_waiting",
                condition=Q(next_try_at__isnull=False),
            )
        ]
