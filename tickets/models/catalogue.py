"""What requests are about: categories, reasons, canned replies, and what is known of products."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from aftersales.versions.models import Origin
from staff.models import Shop, User


class Category(models.Model):
    """A leaf (with a procedure) or a group (without) of the category tree; codes are the pack's."""

    code = models.CharField(max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name = models.JSONField()  # {"zh", "en"}
    description = models.JSONField(default=dict)
    keywords = models.JSONField(default=dict)  # {"zh": [...], "en": [...]}: what suggests this category
    priority = models.CharField(max_length=10, default="normal")
    resolutions = ArrayField(models.CharField(max_length=20), default=list)  # in the order they are offered
    needs_goods = models.CharField(max_length=10, default="never")  # never, maybe, always
    sla_policy = models.CharField(max_length=60, blank=True)
    procedure = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)


class Reason(models.Model):
    """Why a customer asks, with the starting assumption of who is at fault; inspection decides."""

    code = models.CharField(max_length=60, unique=True)
    group = models.CharField(max_length=60)
    name = models.JSONField()
    fault_party = models.CharField(max_length=20, default="unknown")
    evidence = models.JSONField(default=dict)  # {"photos", "video", "hint"}
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)


class MacroQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """Everybody's, those of one's shops, and one's own; the only gate to replies."""
        if actor.user is not None:
            shops = Q(shop__in=actor.user.shop_ids()) | Q(shop=None)
            return self.filter(shops, Q(owner=actor.id) | Q(owner=None))
        return self.filter(Q(shop=actor.shop_id) | Q(shop=None), owner=None)


class Macro(models.Model):
    """A canned reply with placeholders of a closed list (never a template language), and what else it does.

    Without shop and owner it came with the pack and is everybody's; a shop's own of the same code stands in
    its place there. `does` is a list of {"verb", "with"}: verbs run in one transaction when it is sent.
    """

    code = models.CharField(max_length=60)
    shop = models.ForeignKey(Shop, models.CASCADE, null=True, related_name="macros")
    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="macros")  # one's own, or shared
    stage = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, default="reply", db_default="reply")  # how its words are said
    title = models.JSONField()
    body = models.JSONField()  # {"zh", "en"} with {placeholder}s
    does = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    # Whether a newer pack may write over the row.
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PACK, db_default=Origin.PACK)
    version = models.PositiveIntegerField(default=1, db_default=1)

    objects = MacroQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "shop", "owner"], name="one_macro_per_code_and_place", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="macro_of_a_shop_or_a_person", condition=Q(shop=None) | Q(owner=None)
            ),
            models.CheckConstraint(
                name="pack_macro_is_everybodys",
                condition=Q(origin="shop") | Q(shop=None, owner=None),
            ),
        ]

    @property
    def stream(self):
        return f"macro:{self.pk}"


class Product(models.Model):
    """What a shop told of a product; the facts that need it answer unknown where it is silent."""

    shop = models.ForeignKey(Shop, models.CASCADE, db_index=False)
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=300, blank=True)
    product_class = models.CharField(max_length=60, default="generic")
    brand = models.CharField(max_length=100, blank=True)
    cost_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    warranty_months = models.PositiveSmallIntegerField(null=True)
    accessories = models.JSONField(default=list)
    stock = models.IntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "sku"], name="one_product_per_sku")]
