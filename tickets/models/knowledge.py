"""What the desk knows to say: answers to frequent questions, the pack's and each shop's own."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from tickets.models.catalogue import Category


class ArticleQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The pack's, and those of the shops that the actor serves or is."""
        if actor.user is not None:
            return self.filter(Q(shop_id=None) | Q(shop_id__in=actor.user.shop_ids()))
        return self.for_shop(actor.shop_id) if actor.shop_id else self.none()

    def for_shop(self, shop_id):
        """What holds in a shop: its own, and of the pack's those that it did not replace."""
        own = Article.objects.filter(code=OuterRef("code"), shop_id=shop_id)
        return self.filter(Q(shop_id=shop_id) | (Q(shop_id=None) & ~Exists(own)))

    def active(self):
        return self.filter(is_active=True)


class Article(models.Model):
    """One answer with the questions it answers. Without a shop it is the pack's and follows the pack; what a
    shop edits or retires becomes a row of its own with the same code, which no pack ever touches."""

    code = models.CharField(max_length=60)
    shop_id = models.BigIntegerField(null=True)  # as in every version: the pack's rows outlive any shop
    category = models.ForeignKey(Category, models.PROTECT)
    action = models.CharField(max_length=30, blank=True)  # what the customer can do next, by the pack's list
    questions = models.JSONField()  # {"zh": [...], "en": [...]}: how customers ask
    answer = models.JSONField()  # {"zh", "en"}, with {placeholder}s of the closed list
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    author_name = models.CharField(max_length=150, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop_id", "code"], name="one_article_per_code", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["position", "id"], name="article_in_order")]

    @property
    def stream(self):
        return f"article:{self.pk}"

    @property
    def title(self):
        """The first of its questions, in both languages."""
        return {side: texts[0] for side, texts in self.questions.items()}
