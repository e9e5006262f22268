"""What was said: messages and the files that came with them."""

import uuid

from django.db import models
from django.db.models import Q

from staff.models import User
from tickets.models.tickets import Ticket


class Visibility(models.TextChoices):
    PUBLIC = "public"  # the customer reads it
    INTERNAL = "internal"


class Message(models.Model):
    """One message. An outgoing public one leaves ten-odd seconds after it was written; until then `undo`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    author_kind = models.CharField(max_length=10)  # an actor's kind
    author_user = models.ForeignKey(User, models.PROTECT, null=True, db_index=False)
    author_name = models.CharField(max_length=150)
    visibility = models.CharField(max_length=10, choices=Visibility)
    body = models.TextField()
    macro_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # undone before it left

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="message_of_ticket")]

    @property
    def is_from_us(self):
        return self.author_kind in ("staff", "system")


class Attachment(models.Model):
    """A file of a ticket: kept under its own id, served only as an attachment."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="attachments", db_index=False)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    step_code = models.CharField(max_length=60, blank=True)  # evidence for this step
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    author_kind = models.CharField(max_length=10)
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)  # the row comes first, then the file, then this

    class Meta:
        indexes = [
            models.Index(fields=["ticket"], name="attachment_of_ticket"),
            models.Index(
                fields=["created_at"], name="attachment_pending", condition=Q(ready_at__isnull=True)
            ),
        ]

    @property
    def path(self):
        return f"attachments/{self.uid.hex[:2]}/{self.uid.hex}"
