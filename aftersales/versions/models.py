"""Everything that is drafted, compared, published and pinned: procedures, SLA policies, calendars, ..."""

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Origin(models.TextChoices):
    PACK = "pack"  # came with a content pack, may be updated by a newer one
    SHOP = "shop"  # a person of the shop wrote it; packs leave it alone


class Version(models.Model):
    """One version of one piece of content. Once published its body never changes: a trigger sees to it.

    `shop_id` empty means for every shop; a shop's own version wins over it. What is running keeps the
    id of the version it began with.
    """

    kind = models.CharField(max_length=30)  # "sop", "sla", "calendar", "eligibility", "survey", "checklist"
    code = models.CharField(max_length=60)
    shop_id = models.BigIntegerField(null=True)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PACK)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    # Of a draft: what it was begun from, how often it was saved, and when last.
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "shop_id", "number"], name="version_number_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["kind", "code", "shop_id"],
                name="one_published_version",
                condition=Q(state="published"),
                nulls_distinct=False,
            ),
            # People of one shop work on one draft together.
            models.UniqueConstraint(
                fields=["code", "shop_id"],
                name="one_draft_of_procedure",
                condition=Q(state="draft", kind="sop"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="published_version_has_time", condition=Q(state="draft") | Q(published_at__isnull=False)
            ),
        ]

    @property
    def stream(self):
        return f"{self.kind}:{self.code}"
