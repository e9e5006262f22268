"""What requests are about: categories, reasons, canned replies, and what is known of products."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from staff.models import Shop


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


class Macro(models.Model):
    """A canned reply with placeholders of a closed list; never a template language."""

    code = models.CharField(max_length=60, unique=True)
    stage = models.CharField(max_length=20)
    title = models.JSONField()
    body = models.JSONField()  # {"zh", "en"} with {placeholder}s
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)


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
