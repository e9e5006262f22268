"""What people keep of the queue: saved views, and whom a request was handed to for its next step."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from aftersales.clock import now
from staff.models import Shop, Team, User
from tickets.models.tickets import Ticket


class Reach(models.TextChoices):
    PERSONAL = "personal", _("Only me")
    TEAM = "team", _("A team")
    SHOP = "shop", _("A whole shop")


class Scope(models.TextChoices):
    OPEN = "open", _("Open requests")
    ENDED = "ended", _("Ended requests")
    ALL = "all", _("All requests")


class Sort(models.TextChoices):
    DUE = "due", _("What is due first")
    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    CHANGED = "changed", _("Last changed first")
    UNTOUCHED = "untouched", _("Longest untouched first")


class SavedView(models.Model):
    """A filter over requests with its order and columns, for one person, a team, or all who serve a shop.

    A view of a team or a shop belongs to it, not to whoever made it: it stays when that person leaves.
    """

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    reach = models.CharField(max_length=10, choices=Reach)
    owner = models.ForeignKey(User, models.PROTECT, related_name="saved_views")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="saved_views")
    shop = models.ForeignKey(Shop, models.PROTECT, null=True, related_name="saved_views")
    filter = models.JSONField(default=dict)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.OPEN)
    sort = models.CharField(max_length=10, choices=Sort, default=Sort.DUE)
    columns = ArrayField(models.CharField(max_length=20), default=list)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="view_reaches_one_place",
                condition=Q(reach="personal", team__isnull=True, shop__isnull=True)
                | Q(reach="team", team__isnull=False, shop__isnull=True)
                | Q(reach="shop", team__isnull=True, shop__isnull=False),
            ),
            models.UniqueConstraint(
                Lower("name"),
                "owner",
                name="one_view_name_per_person",
                condition=Q(reach="personal", removed_at__isnull=True),
            ),
            models.UniqueConstraint(
                Lower("name"),
                "team",
                name="one_view_name_per_team",
                condition=Q(reach="team", removed_at__isnull=True),
            ),
            models.UniqueConstraint(
                Lower("name"),
                "shop",
                name="one_view_name_per_shop",
                condition=Q(reach="shop", removed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], name="views_of_person", condition=Q(reach="personal")),
            models.Index(fields=["team"], name="views_of_team", condition=Q(reach="team")),
            models.Index(fields=["shop"], name="views_of_shop", condition=Q(reach="shop")),
        ]

    def __str__(self):
        return self.name

    @property
    def stream(self):
        return f"view:{self.pk}"

    def bump(self):
        """Count the version up; returns the fields to save."""
        self.version += 1
        self.updated_at = now()
        return ["version", "updated_at"]


class HandOut(models.Model):
    """Whose turn a step is for a while, when it is done by somebody other than the request's assignee.

    So two of the warehouse, or two supervisors, who ask for their next request are not sent to the same one.
    """

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True, related_name="hand_out")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    step_code = models.CharField(max_length=60, blank=True)  # of another step it is anybody's again
    until = models.DateTimeField()
