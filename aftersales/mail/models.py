"""Mail to be sent, being sent and sent: the row is queue and history at once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.due import DueRow


class MailState(models.TextChoices):
    """How far a mail has come, as people ask for it; it follows from the row's times."""

    WAITING = "waiting", _("still to be sent")
    SENT = "sent", _("sent")
    DEAD = "dead", _("given up")
    CANCELLED = "cancelled", _("taken back")


class MailQuerySet(models.QuerySet):
    def of_shops(self, shop_ids):
        """The gate to mail: that of one's own shops, and no other."""
        return self.filter(shop_id__in=shop_ids)

    def in_state(self, state):
        return self.filter(
            {
                MailState.WAITING: Q(next_try_at__isnull=False),
                MailState.SENT: Q(sent_at__isnull=False),
                MailState.DEAD: Q(dead_at__isnull=False),
                MailState.CANCELLED: Q(cancelled_at__isnull=False),
            }[state]
        )


class OutgoingMail(DueRow):
    """One mail to one address. `key` names what it is for, so that asking twice makes one mail."""

    key = models.CharField(max_length=120, unique=True)
    shop_id = models.BigIntegerField()
    ticket_number = models.CharField(max_length=20, blank=True)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    message_id = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta(DueRow.Meta):
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="mail_waiting", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["shop_id", "-id"], name="mail_of_shop"),
        ]

    @property
    def stream(self):
        return f"mail:{self.pk}"

    @property
    def state(self):
        if self.sent_at:
            return MailState.SENT
        if self.cancelled_at:
            return MailState.CANCELLED
        return MailState.DEAD if self.dead_at else MailState.WAITING
