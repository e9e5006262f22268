"""The ledger of goods: where every unit is, and every move that brought it there."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from returns.models.parcels import Parcel
from tickets.models import TicketLine


class Bucket(models.TextChoices):
    """Where units are. Every move takes them out of one and puts them into another."""

    OUTSIDE = "outside", _("outside the ledger")
    CUSTOMER = "customer", _("with the customer")
    IN_TRANSIT_IN = "in_transit_in", _("on the way to us")
    QUARANTINE = "quarantine", _("received, not inspected")
    INSPECTED = "inspected", _("inspected, undecided")
    STOCK_A = "stock_a", _("stock, as new")
    STOCK_B = "stock_b", _("stock, open box")
    REFURB = "refurb", _("refurbishing")
    RTV = "rtv", _("back to the supplier")
    SCRAP = "scrap", _("scrapped")
    EVIDENCE_HOLD = "evidence_hold", _("kept as evidence")
    REPAIR_BENCH = "repair_bench", _("on the repair bench")
    TO_CUSTOMER = "to_customer", _("on the way back")
    BACK_WITH_CUSTOMER = "back_with_customer", _("back with the customer")
    LOST_IN = "lost_in", _("lost on the way to us")


class GoodsMovement(models.Model):
    """One physical fact, double entry and append-only; a trigger keeps the balances from it."""

    ticket_line = models.ForeignKey(TicketLine, models.PROTECT, related_name="movements", db_index=False)
    quantity = models.IntegerField()
    from_bucket = models.CharField(max_length=20, choices=Bucket)
    to_bucket = models.CharField(max_length=20, choices=Bucket)
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True)
    actor_name = models.CharField(max_length=150)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="movement_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="movement_goes_somewhere", condition=~Q(from_bucket=F("to_bucket"))),
        ]
        indexes = [models.Index(fields=["ticket_line"], name="movements_of_line")]


class GoodsBalance(models.Model):
    """How many units of a line lie in a bucket; only the ledger's trigger writes it, never below zero."""

    ticket_line = models.ForeignKey(TicketLine, models.PROTECT, related_name="balances", db_index=False)
    bucket = models.CharField(max_length=20, choices=Bucket)
    quantity = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket_line", "bucket"], name="one_balance_per_bucket"),
            models.CheckConstraint(name="balance_not_negative", condition=Q(quantity__gte=0)),
        ]
