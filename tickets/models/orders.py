"""What was bought: customers, orders and their lines, with what requests have claimed of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from staff.models import Shop


class Customer(models.Model):
    """A buyer of one shop, as the shop knows them."""

    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False)
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    locale = models.CharField(max_length=10, blank=True)
    level = models.CharField(max_length=40, blank=True, db_default="")  # as the shop calls it: "VIP", "gold"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "external_id"], name="one_customer_per_external_id")
        ]

    @property
    def stream(self):
        return f"customer:{self.pk}"


class OrderQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The gate to orders: a person's teams' shops, a shop key's own shop, nothing for others."""
        if actor.user is not None:
            return self.filter(shop_id__in=actor.user.shop_ids())
        return self.filter(shop_id=actor.shop_id) if actor.shop_id else self.none()


class Order(models.Model):
    """Our copy of a shop's order. The natural key is (shop, external id)."""

    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=120)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="orders", db_index=False)
    status = models.CharField(max_length=30, default="paid")
    placed_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)  # of the last delivery that arrived
    promised_ship_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)  # for information; never allocated again
    refund_reserved_minor = models.BigIntegerField(default=0)  # approved, not yet paid out
    refunded_minor = models.BigIntegerField(default=0)
    payments_differ = models.BooleanField(default=False)  # captured is not what lines and freight add up to
    shipping_address = models.JSONField(default=dict)
    payments = models.JSONField(default=list)
    deliveries = models.JSONField(default=list)
    invoice = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)
    is_test = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)  # of the body last sent: the same again writes nothing
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "external_id"], name="one_order_per_external_id"),
            models.CheckConstraint(
                name="order_refunds_within_captured",
                condition=Q(refunded_minor__gte=0, refund_reserved_minor__gte=0)
                & Q(captured_minor__gte=F("refunded_minor") + F("refund_reserved_minor")),
            ),
            models.CheckConstraint(
                name="order_amounts_not_negative", condition=Q(captured_minor__gte=0, shipping_minor__gte=0)
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "number"], name="order_by_number"),
            models.Index(fields=["shop", "-id"], name="order_newest"),
            models.Index(fields=["customer"], name="order_of_customer"),
        ]

    @property
    def stream(self):
        return f"order:{self.pk}"


class OrderLine(models.Model):
    """One product of an order. Requests claim units of it; the database keeps the sum honest.

    claimed: units in open requests; consumed: refunded, exchanged away or written off; redelivered:
    sent again. A repaired or returned-as-is unit is released, so it may be claimed again.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False)
    external_id = models.CharField(max_length=120)
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=300, blank=True)
    product_class = models.CharField(max_length=60, default="generic")
    quantity = models.IntegerField()
    cancelled = models.IntegerField(default=0)
    delivered = models.IntegerField(default=0)
    redelivered = models.IntegerField(default=0)
    claimed = models.IntegerField(default=0)
    consumed = models.IntegerField(default=0)
    unit_price_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()  # the line's final amount, tax included, after every discount
    tax_minor = models.BigIntegerField(default=0)
    refund_reserved_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    refunded_quantity = models.IntegerField(default=0)  # units behind reserved and refunded amounts
    warranty_months = models.PositiveSmallIntegerField(default=0)
    serials = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="one_line_per_external_id"),
            models.CheckConstraint(
                name="line_quantities_not_negative",
                condition=Q(
                    quantity__gt=0,
                    cancelled__gte=0,
                    delivered__gte=0,
                    redelivered__gte=0,
                    claimed__gte=0,
                    consumed__gte=0,
                    refunded_quantity__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="line_claims_within_bought",
                condition=Q(claimed__lte=F("quantity") - F("cancelled") + F("redelivered") - F("consumed")),
            ),
            models.CheckConstraint(
                name="line_delivered_within_ordered", condition=Q(delivered__lte=F("quantity"))
            ),
            models.CheckConstraint(
                name="line_refunds_within_paid",
                condition=Q(paid_minor__gte=0, refunded_minor__gte=0, refund_reserved_minor__gte=0)
                & Q(paid_minor__gte=F("refunded_minor") + F("refund_reserved_minor")),
            ),
        ]
        indexes = [models.Index(fields=["sku"], name="line_of_sku")]

    @property
    def claimable(self):
        """How many units a new request may still claim."""
        return self.quantity - self.cancelled + self.redelivered - self.claimed - self.consumed
