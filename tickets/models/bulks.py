"""One verb done to many requests: what was asked for, and what came of it for each of them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aftersales.due import DueRow
from aftersales.events.models import Event
from staff.models import User
from tickets.models.tickets import Ticket


class BulkState(models.TextChoices):
    RUNNING = "running", _("running")  # from the moment it is asked for
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")


class RowState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class Bulk(models.Model):
    """A verb with its data over a selection; the counts are those of its rows, kept as each is settled.

    Taking one back is a bulk of the inverse verb, which says what it `undoes`.
    """

    code = models.CharField(max_length=20)
    key = models.CharField(max_length=64)  # of whoever asks: asking twice is asking once
    owner = models.ForeignKey(User, models.PROTECT, related_name="bulks", db_index=False)
    shops = ArrayField(models.BigIntegerField())  # whose requests these are
    verb = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    language = models.CharField(max_length=10)  # in which whoever asked reads what came of it
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.RUNNING)
    total = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    asked_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="one_bulk_per_code"),
            models.UniqueConstraint(fields=["owner", "key"], name="one_bulk_per_key"),
            models.CheckConstraint(
                name="bulk_counts_every_row",
                condition=Q(total=F("waiting") + F("done") + F("refused") + F("cancelled"), total__gte=1),
            ),
            models.CheckConstraint(
                name="bulk_ended_has_time",
                condition=Q(state="running", ended_at__isnull=True)
                | (~Q(state="running") & Q(ended_at__isnull=False, waiting=0)),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="bulks_of_person"),
            models.Index(fields=["owner"], name="bulks_running", condition=Q(state="running")),
            GinIndex(fields=["shops"], name="bulks_of_shops"),
        ]

    @property
    def stream(self):
        return f"bulk:{self.pk}"

    @property
    def shop_id(self):
        """Its events are one shop's, where it keeps to one."""
        return self.shops[0] if len(self.shops) == 1 else None

    @property
    def is_running(self):
        return self.state == BulkState.RUNNING

    @property
    def settled(self):
        return self.total - self.waiting


class BulkRow(DueRow):
    """One request of a bulk: due until it is settled, once, with the reason or the event."""

    bulk = models.ForeignKey(Bulk, models.PROTECT, related_name="rows", db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=RowState, default=RowState.WAITING)
    data = models.JSONField(default=dict)  # what the verb is given for this request beside the bulk's data
    kept = models.JSONField(null=True)  # what the inverse verb is given; empty where this one stays done
    sentence = models.TextField(default="", blank=True)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["bulk", "ticket"], name="one_row_per_bulk_and_ticket"),
            models.CheckConstraint(
                name="bulk_row_settled_once",
                condition=Q(state="waiting", settled_at__isnull=True)
                | (~Q(state="waiting") & Q(settled_at__isnull=False, next_try_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="bulk_row_says_what_came",
                condition=Q(state__in=["waiting", "cancelled"], event__isnull=True)
                | Q(state="done", event__isnull=False)
                | (Q(state="refused", event__isnull=True) & ~Q(sentence="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="bulk_row_waiting", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["bulk", "state", "id"], name="bulk_rows_by_state"),
        ]
