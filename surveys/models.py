"""How it went: who is asked, when, and what they answered."""

import uuid

from django.db import models
from django.db.models import Q

from aftersales.clock import now
from aftersales.due import DueRow
from aftersales.versions.models import Version
from staff.models import Shop
from tickets.models import Ticket


class InvitationState(models.TextChoices):
    SCHEDULED = "scheduled"
    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Invitation(DueRow):
    """One invitation per ticket, due some time after it was resolved; reopening takes it back.

    The link's token is derived from `uid` under the secret key; only its digest is kept for look-up.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="survey_invitation")
    shop = models.ForeignKey(Shop, models.PROTECT)
    questionnaire = models.ForeignKey(Version, models.PROTECT)
    state = models.CharField(max_length=10, choices=InvitationState, default=InvitationState.SCHEDULED)
    token_digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    to = models.CharField(max_length=254, blank=True)  # empty: only the shop's system can reach them
    is_mailed = models.BooleanField(default=False)  # our mail carries the link; False once the shop sends it
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(DueRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="one_invitation_per_token"),
            models.CheckConstraint(
                name="invitation_state_has_its_times",
                condition=Q(state="scheduled", sent_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False, expires_at__isnull=False)
                | Q(state="answered", sent_at__isnull=False)
                | Q(state="cancelled", next_try_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="invitation_waiting",
                condition=Q(next_try_at__isnull=False),
            ),
        ]

    @property
    def stream(self):
        return f"ticket:{self.ticket_id}"

    @property
    def is_expired(self):
        return self.expires_at is not None and self.expires_at <= now()


class ResponseQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """The gate to answers: a person's teams' shops, a shop key's own shop, nothing for others."""
        if actor.user is not None:
            return self.filter(shop_id__in=actor.user.shop_ids())
        return self.filter(shop_id=actor.shop_id) if actor.shop_id else self.none()


class Response(models.Model):
    """The customer's answers, given once; what was typed stands in `comment`, apart from what was chosen."""

    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="response")
    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False)
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField(null=True)  # the leading question, 1 to 5
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)  # when the questions that a low score opens were answered

    objects = ResponseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["shop", "answered_at", "id"], name="response_newest")]
