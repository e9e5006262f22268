"""How a resolution is carried out: money paid back, goods shipped instead, goods repaired."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.due import DueRow
from returns.models.resolutions import Resolution
from staff.models import Shop
from tickets.models import Ticket


class RefundState(models.TextChoices):
    APPROVED = "approved", _("leaves in a moment")  # undo is still possible
    REQUESTED = "requested", _("asked of the shop")
    SUCCEEDED = "succeeded", _("paid back")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class RefundQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The gate to refunds."""
        if actor.user is not None:
            return self.filter(shop_id__in=actor.user.shop_ids())
        return self.filter(shop_id=actor.shop_id) if actor.shop_id else self.none()


class Refund(DueRow):
    """Money to give back. `key` is permanent: the shop's payment side is asked with it, however often.

    It becomes due ten seconds after approval; until then undo takes it away. Then the shop is asked,
    and only its answer, matched by our key, makes it succeeded or failed.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="refund")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="refunds")
    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.APPROVED)
    gateway_refund_id = models.CharField(max_length=120, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    requested_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = RefundQuerySet.as_manager()

    class Meta(DueRow.Meta):
        constraints = [
            models.CheckConstraint(name="refund_of_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="refund_settled_has_time",
                condition=~Q(state__in=["succeeded", "failed"]) | Q(settled_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["shop", "gateway_refund_id"],
                condition=~Q(gateway_refund_id=""),
                name="gateway_refund_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="refund_waiting", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["shop", "state", "id"], name="refund_by_state"),
        ]

    @property
    def stream(self):
        return f"ticket:{self.ticket_id}"


class ExchangeState(models.TextChoices):
    REQUESTED = "requested", _("asked of the shop")
    SHIPPED = "shipped", _("replacement sent")
    CANCELLED = "cancelled", _("cancelled")


class Exchange(models.Model):
    """Other goods for what came back or never came: the shop ships them under a new order of its own."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)  # the command's id, which the shop answers to
    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="exchange")
    sku = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=ExchangeState, default=ExchangeState.REQUESTED)
    new_order_ref = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    shipped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_shipped_names_its_order", condition=~Q(state="shipped") | ~Q(new_order_ref="")
            )
        ]

    @property
    def stream(self):
        return self.resolution.stream

    @property
    def shop_id(self):
        return self.resolution.shop_id


class RepairState(models.TextChoices):
    OPEN = "open", _("waiting for the bench")
    IN_REPAIR = "in_repair", _("in repair")
    REPAIRED = "repaired", _("repaired")
    SENT_BACK = "sent_back", _("sent back")
    UNREPAIRABLE = "unrepairable", _("cannot be repaired")
    CANCELLED = "cancelled", _("cancelled")


class Warranty(models.TextChoices):
    IN = "in", _("in warranty")
    OUT = "out", _("out of warranty")
    GOODWILL = "goodwill", _("goodwill")


class Repair(models.Model):
    """A repair of the customer's own goods; what comes after it is sent back to them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="repair")
    state = models.CharField(max_length=12, choices=RepairState, default=RepairState.OPEN)
    warranty = models.CharField(max_length=10, choices=Warranty, default=Warranty.IN)
    fault = models.CharField(max_length=300)
    work_done = models.TextField(blank=True)
    serial_before = models.CharField(max_length=100, blank=True)
    serial_after = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True)
    repaired_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)

    @property
    def stream(self):
        return self.resolution.stream

    @property
    def shop_id(self):
        return self.resolution.shop_id
