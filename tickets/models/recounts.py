"""A rule of time that is to change: what it would do to the clocks that run, or how far it has been done."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.due import DueRow
from aftersales.versions.models import Version
from staff.models import Shop, User


class RecountState(models.TextChoices):
    RUNNING = "running", _("running")  # from the moment it is asked for
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")


class Recount(DueRow):
    """The open clocks of a shop, brought under another version of a rule in the order of their tickets.

    Without a `version` it is a preview: everything is worked out and nothing written. `position` is the
    last ticket that is through; whoever a person was at work on is `skipped` and looked at again in the end.
    """

    code = models.CharField(max_length=20)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    rule_kind = models.CharField(max_length=30)  # "sla" or "calendar"
    rule_code = models.CharField(max_length=60)
    body = models.JSONField()  # of the rule as it is to be
    seen = models.CharField(
        max_length=20, default="", blank=True
    )  # the version that a preview was begun from
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=RecountState, default=RecountState.RUNNING)
    position = models.BigIntegerField(default=0)
    first = models.BigIntegerField(default=0)  # the tickets between which it goes, for how far it is
    last = models.BigIntegerField(default=0)
    skipped = ArrayField(models.BigIntegerField(), default=list)
    looked = models.PositiveIntegerField(default=0)  # clocks that run by the rule
    written = models.PositiveIntegerField(default=0)  # of these, rows that changed
    moved = models.PositiveIntegerField(default=0)  # due at another time
    late = models.PositiveIntegerField(default=0)  # of these, due in the past now and not before
    relieved = models.PositiveIntegerField(default=0)  # and the other way round
    ended = models.PositiveIntegerField(default=0)  # the rule has no such target any more
    found = models.JSONField(default=dict)  # by team, the largest moves, what began (tickets/recounting.py)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["code"], name="one_recount_per_code"),
            models.UniqueConstraint(
                fields=["shop", "rule_kind", "rule_code"],
                name="one_open_recount_per_rule",
                condition=Q(state__in=["running", "paused"], version__isnull=False),
            ),
            models.CheckConstraint(
                name="recount_ended_has_time",
                condition=Q(state__in=["running", "paused"], ended_at__isnull=True)
                | Q(state__in=["finished", "cancelled"], ended_at__isnull=False, next_try_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="recount_waiting", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["shop", "rule_kind", "rule_code", "-id"], name="recounts_of_rule"),
        ]

    @property
    def stream(self):
        return f"recount:{self.pk}"

    @property
    def is_preview(self):
        return self.version_id is None

    @property
    def is_open(self):
        return self.state in (RecountState.RUNNING, RecountState.PAUSED)

    @property
    def is_stuck(self):
        """Tried five times in vain; it goes on when somebody says so."""
        return self.dead_at is not None

    @property
    def started(self):
        """Clocks of targets that are new."""
        return self.found.get("started", 0)

    @property
    def started_late(self):
        return self.found.get("started_late", 0)

    @property
    def share(self):
        """How many percent of the tickets are behind; nobody has to count them for it."""
        if not self.is_open:
            return 100
        behind, all_of_them = max(self.position + 1 - self.first, 0), self.last + 1 - self.first
        return min(99, 100 * behind // all_of_them) if self.position else 0
