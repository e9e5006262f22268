"""What was said and what is being written: messages, drafts, notes of hand-over, and the files with them."""

import uuid

from django.db import models
from django.db.models import Q

from staff.models import User
from tickets.models.catalogue import Macro
from tickets.models.tickets import Ticket


class Visibility(models.TextChoices):
    PUBLIC = "public"  # the customer reads it
    INTERNAL = "internal"


class Message(models.Model):
    """One message. An outgoing public one leaves ten-odd seconds after it was written; until then `undo`.

    `composing` is the sheet of paper it was written on: sent twice, it is said once.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", db_index=False)
    author_kind = models.CharField(max_length=10)  # an actor's kind
    author_user = models.ForeignKey(User, models.PROTECT, null=True, db_index=False)
    author_name = models.CharField(max_length=150)
    visibility = models.CharField(max_length=10, choices=Visibility)
    body = models.TextField()
    macro_code = models.CharField(max_length=60, blank=True)
    composing = models.UUIDField(null=True)
    asks = models.BooleanField(default=False, db_default=False)  # a question that we wait on
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # undone before it left

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["composing"], name="said_once", condition=Q(composing__isnull=False)
            )
        ]
        indexes = [models.Index(fields=["ticket", "id"], name="message_of_ticket")]

    @property
    def is_from_us(self):
        return self.author_kind in ("staff", "system")


class Draft(models.Model):
    """What one person is writing to the customer, or to colleagues, on one ticket: kept until it is sent."""

    user = models.ForeignKey(User, models.CASCADE, related_name="drafts", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    visibility = models.CharField(max_length=10, choices=Visibility)
    kind = models.CharField(max_length=10)  # the verb that will send it: reply, ask, note
    body = models.TextField(blank=True)
    macro = models.ForeignKey(Macro, models.SET_NULL, null=True)  # what else is done when it is sent
    composing = models.UUIDField(default=uuid.uuid4)
    is_by_model = models.BooleanField(default=False)  # a language model wrote some of it
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "ticket", "visibility"], name="one_draft_per_person_and_side"
            )
        ]


class HandOver(models.Model):
    """What the next person is to know: on top of the ticket until the assignee has read it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="hand_overs", db_index=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    note = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], name="one_open_hand_over", condition=Q(read_at__isnull=True)
            )
        ]


class AttachmentQuerySet(models.QuerySet):
    def kept(self):
        """Whole files of the ticket; what lies with somebody's draft is nobody else's yet."""
        return self.filter(ready_at__isnull=False, draft=None)

    def public(self):
        """What the customer may have: no file of a note."""
        return self.exclude(message__visibility=Visibility.INTERNAL)


class Attachment(models.Model):
    """A file of a ticket: kept under its own id, served only as an attachment."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="attachments", db_index=False)
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="attachments", db_index=False)
    step_code = models.CharField(max_length=60, blank=True)  # evidence for this step
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    author_kind = models.CharField(max_length=10)
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)  # the row comes first, then the file, then this

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket"], name="attachment_of_ticket"),
            models.Index(fields=["draft"], name="attachment_of_draft", condition=Q(draft__isnull=False)),
            models.Index(
                fields=["created_at"], name="attachment_pending", condition=Q(ready_at__isnull=True)
            ),
        ]

    @property
    def is_kept(self):
        return self.ready_at is not None and self.draft_id is None

    @property
    def path(self):
        return f"attachments/{self.uid.hex[:2]}/{self.uid.hex}"
