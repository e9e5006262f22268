"""Parcels: boxes on their way to us or to the customer, and what was in them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models import Shop, User
from tickets.models import Hold, Ticket, TicketLine


class Direction(models.TextChoices):
    IN = "in", _("to us")
    OUT = "out", _("to the customer")


class ParcelState(models.TextChoices):
    PLANNED = "planned", _("label issued")
    IN_TRANSIT = "in_transit", _("on its way")
    RECEIVED = "received", _("received")
    DELIVERED = "delivered", _("delivered")
    LOST = "lost", _("lost")
    CANCELLED = "cancelled", _("cancelled")


AWAITED = (ParcelState.PLANNED, ParcelState.IN_TRANSIT)  # inbound ones that are not here yet


class Condition(models.TextChoices):
    """What the dock sees of a box before it is opened."""

    FINE = "fine", _("Fine")
    DENTED = "dented", _("Box dented")
    WET = "wet", _("Box wet")
    OPENED = "opened", _("Opened before")
    NO_SLIP = "no_slip", _("No packing slip")
    REFUSED = "refused", _("Refused by customer")
    COD = "cod", _("Cash on delivery")


class ParcelQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The gate to parcels, those that nobody has claimed yet included."""
        if actor.user is not None:
            return self.filter(shop_id__in=actor.user.shop_ids())
        return self.filter(shop_id=actor.shop_id) if actor.shop_id else self.none()

    def inbound(self):
        return self.filter(direction=Direction.IN)

    def awaited(self):
        """Inbound and not here yet."""
        return self.inbound().filter(state__in=AWAITED)

    def unclaimed(self):
        return self.filter(ticket=None)


class Parcel(models.Model):
    """A box on its way, in or out. A parcel without a ticket is one that nobody has claimed yet."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="parcels")
    direction = models.CharField(max_length=3, choices=Direction)
    state = models.CharField(max_length=10, choices=ParcelState, default=ParcelState.PLANNED)
    label_code = models.CharField(max_length=24)  # ours: printed as Code128 and QR
    carrier = models.CharField(max_length=40, blank=True)
    waybill = models.CharField(max_length=60, blank=True)
    conditions = models.JSONField(default=list)  # of the box on arrival: codes of Condition
    note = models.TextField(blank=True)
    freight_payer = models.CharField(max_length=10, blank=True)  # of the way back: "shop", "customer"
    weight_g = models.PositiveIntegerField(null=True)
    hold = models.ForeignKey(
        Hold, models.PROTECT, null=True, related_name="+"
    )  # while it is on its way to us
    created_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False)
    version = models.PositiveIntegerField(default=1)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["label_code"], name="one_parcel_per_label"),
            models.UniqueConstraint(
                fields=["shop", "carrier", "waybill", "direction"],
                name="one_parcel_per_waybill",
                condition=~Q(waybill="") & ~Q(state="cancelled"),
            ),
            models.CheckConstraint(
                name="parcel_received_has_time", condition=~Q(state="received") | Q(received_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "waybill"], name="parcel_by_waybill", condition=~Q(waybill="")),
            models.Index(fields=["shop", "-id"], name="parcel_unclaimed", condition=Q(ticket__isnull=True)),
            models.Index(
                fields=["shop", "-received_at"], name="parcel_received", condition=Q(state="received")
            ),
        ]

    def __str__(self):
        return self.label_code

    @property
    def stream(self):
        return f"ticket:{self.ticket_id}" if self.ticket_id else f"parcel:{self.pk}"

    def bump(self):
        """Count the version up; returns the fields to save."""
        self.version += 1
        return ["version"]


class ParcelItem(models.Model):
    """What a parcel should hold and what was in it; an item without a ticket line was not expected."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="items", db_index=False)
    ticket_line = models.ForeignKey(TicketLine, models.PROTECT, null=True, related_name="parcel_items")
    sku = models.CharField(max_length=100, blank=True)
    expected = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "ticket_line"], name="one_item_per_line_in_a_parcel"),
            models.CheckConstraint(
                name="parcel_item_counts",
                condition=Q(expected__gte=0, received__gte=0)
                & (Q(ticket_line__isnull=True) | Q(received__lte=F("expected"))),
            ),
        ]

    @property
    def missing(self):
        return self.expected - self.received
