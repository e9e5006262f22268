"""The after-sales request: its header, its lines, and the holds others place on it."""

import uuid
from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from aftersales.clock import now
from staff.models import Shop, Team, User
from tickets.models.catalogue import Category, Reason
from tickets.models.choices import (
    MERGED,
    OPEN_STATUSES,
    Channel,
    Outcome,
    Priority,
    Resolution,
    Stage,
    Status,
    WaitingOn,
)
from tickets.models.orders import Customer, Order, OrderLine

# Sorts behind every real time, so that a queue's index and its cursor know no empty values.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class TicketQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The only gate between an actor and tickets: views and endpoints start here, never at all()."""
        if actor.user is not None:
            return self.filter(shop_id__in=actor.user.shop_ids())
        return self.filter(shop_id=actor.shop_id) if actor.shop_id else self.none()

    def open(self):
        return self.filter(status__in=OPEN_STATUSES)

    def lock(self, pk):
        """The fresh row, locked as every action and every drain locks it."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Ticket(models.Model):
    """One after-sales request. `stage` and `status` are moved by tickets/workflow.py alone."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=20)  # random; never authorises
    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False)
    external_id = models.CharField(max_length=120, blank=True)
    external_digest = models.CharField(max_length=64, blank=True)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="tickets", db_index=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="tickets", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, db_index=False)
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.API)
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.NORMAL)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.COMMUNICATE)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    waiting_on = models.CharField(max_length=10, choices=WaitingOn, default=WaitingOn.US)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    requested_resolution = models.CharField(max_length=20, choices=Resolution, default=Resolution.ANSWER)
    subject = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="zh-hans")  # in which the customer is answered
    contact = models.JSONField(default=dict)  # {"phone", "email"}
    metadata = models.JSONField(default=dict)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    followers = ArrayField(models.BigIntegerField(), default=list)  # ids of people: only the ticket asks
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="tickets", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, db_index=False)
    currency = models.CharField(max_length=3, blank=True)
    value_minor = models.BigIntegerField(default=0)  # what was paid for the claimed units
    goods_expected = models.BooleanField(default=False)  # approved, and goods are to come back
    # Kept by the procedure's run, so that a queue row needs no other table.
    step_code = models.CharField(max_length=60, blank=True)
    step_kind = models.CharField(max_length=10, blank=True)
    step_role = models.CharField(max_length=12, blank=True)
    step_awaits = models.CharField(
        max_length=10, blank=True, default="", db_default=""
    )  # the partner it waits for
    procedure_version_id = models.BigIntegerField(null=True)
    next_due_at = models.DateTimeField(default=NEVER)  # the nearest running clock; NEVER while paused
    is_test = models.BooleanField(default=False)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_responded_at = models.DateTimeField(null=True)
    last_reply_at = models.DateTimeField(null=True)  # the last public word of a person of ours
    last_customer_message_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # we asked the customer something and wait for the answer
    goods_received_at = models.DateTimeField(null=True)  # the first of what is to come back
    deadline_at = models.DateTimeField(null=True)  # by when a platform wants it ended, as the shop tells us
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_ticket_per_number"),
            models.UniqueConstraint(
                fields=["shop", "external_id"],
                name="one_ticket_per_external_id",
                condition=~Q(external_id=""),
            ),
            models.CheckConstraint(
                name="ticket_done_has_time",
                condition=Q(stage="done", resolved_at__isnull=False)
                | (~Q(stage="done") & Q(resolved_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_open_is_not_done",
                condition=(Q(status__in=["new", "open", "waiting"]) & ~Q(stage="done"))
                | (~Q(status__in=["new", "open", "waiting"]) & Q(stage="done")),
            ),
            models.CheckConstraint(
                name="ticket_merged_is_closed",
                condition=Q(merged_into__isnull=True)
                | (Q(stage="done", status="closed") & ~Q(merged_into=F("id"))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["shop", "next_due_at", "id"],
                name="queue_by_due",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(
                fields=["team", "next_due_at", "id"],
                name="queue_of_team",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(
                fields=["assignee", "next_due_at", "id"],
                name="queue_mine",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(
                fields=["shop", "step_role", "next_due_at", "id"],
                name="queue_of_role",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(
                fields=["shop", "id"],
                name="queue_by_age",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(
                fields=["shop", "updated_at", "id"],
                name="queue_by_change",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(
                fields=["procedure_version_id", "shop"],
                name="ticket_running_procedure",
                condition=Q(status__in=["new", "open", "waiting"]),
            ),
            models.Index(fields=["shop", "updated_at", "id"], name="ticket_updated"),
            models.Index(fields=["shop", "-id"], name="ticket_newest"),
            models.Index(fields=["order"], name="ticket_of_order"),
            models.Index(fields=["customer", "-id"], name="newest_of_customer"),
            models.Index(
                fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)
            ),
            GinIndex(fields=["tags"], name="ticket_tagged", condition=~Q(tags=[])),
        ]

    def __str__(self):
        return self.number

    @property
    def stream(self):
        return f"ticket:{self.pk}"

    @property
    def is_open(self):
        return self.status in OPEN_STATUSES

    @property
    def state(self):
        """Where the ticket is in its workflow: the stage while it is open, then how it ended."""
        if self.merged_into_id:
            return MERGED
        return self.status if self.stage == Stage.DONE else self.stage

    @state.setter
    def state(self, value):
        """Only the workflow assigns this. While open, `status` follows from who is waited for."""
        if value in Stage.values:
            self.stage = value
            if self.status not in OPEN_STATUSES:
                self.status = Status.OPEN
        else:
            self.stage, self.status = Stage.DONE, Status.CLOSED if value == MERGED else value

    def bump(self):
        """Count the version up; returns the fields to save."""
        self.version += 1
        self.updated_at = now()
        return ["version", "updated_at"]


class TicketLine(models.Model):
    """What of one order line the request is about, and how far those units have come."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="lines", db_index=False)
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="ticket_lines", db_index=False)
    quantity = models.IntegerField()
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, db_index=False)
    description = models.TextField(blank=True)
    serials = ArrayField(models.CharField(max_length=100), default=list)
    claimed = models.IntegerField()  # still counted in the order line; 0 once released or consumed
    authorised = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    inspected = models.IntegerField(default=0)
    resolved = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "order_line"], name="one_ticket_line_per_order_line"),
            models.CheckConstraint(
                name="ticket_line_counts_in_order",
                condition=Q(
                    quantity__gt=0,
                    claimed__gte=0,
                    authorised__gte=0,
                    received__gte=0,
                    inspected__gte=0,
                    resolved__gte=0,
                )
                & Q(claimed__lte=F("quantity"), authorised__lte=F("quantity"), resolved__lte=F("quantity"))
                & Q(received__lte=F("authorised"), inspected__lte=F("received")),
            ),
        ]
        indexes = [models.Index(fields=["order_line"], name="ticket_line_of_order_line")]


class Hold(models.Model):
    """A reason the ticket cannot be finished yet, placed by a person or by another part of the desk."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=200)
    waiting_on = models.CharField(max_length=10, choices=WaitingOn)
    is_manual = models.BooleanField(default=True)  # a person placed it; else the desk, which also ends it
    placed_by = models.CharField(max_length=150)
    placed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket"], name="open_holds", condition=Q(released_at__isnull=True))]
