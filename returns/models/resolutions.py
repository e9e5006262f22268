"""What is done for the customer: decided, approved by a second person where needed, carried out."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models import User
from tickets.models import Hold, Ticket, TicketLine


class ResolutionKind(models.TextChoices):
    REFUND = "refund", _("Refund")
    EXCHANGE = "exchange", _("Exchange")
    REPAIR = "repair", _("Repair")
    RESHIP = "reship", _("Re-ship")
    COMPENSATION = "compensation", _("Compensation")
    RETURN_AS_IS = "return_as_is", _("Return as is")


class ResolutionState(models.TextChoices):
    PROPOSED = "proposed", _("waiting for approval")
    APPROVED = "approved", _("being carried out")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


LIVE = (ResolutionState.PROPOSED, ResolutionState.APPROVED)  # covers units and holds money


class ResolutionQuerySet(models.QuerySet):
    def visible_to(self, actor):
        return self.filter(ticket__in=Ticket.objects.visible_to(actor))

    def live(self):
        return self.filter(state__in=LIVE)


class Resolution(models.Model):
    """What is done for the customer about some units: proposed, approved by a second person where needed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="resolutions", db_index=False)
    kind = models.CharField(max_length=20, choices=ResolutionKind)
    state = models.CharField(max_length=10, choices=ResolutionState, default=ResolutionState.PROPOSED)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    approver_role = models.CharField(max_length=12, blank=True)  # empty: within the proposer's own limit
    reason = models.TextField(blank=True)
    details = models.JSONField(
        default=dict
    )  # of its kind: {"sku"} wanted, {"warranty", "due_on"} of a repair
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    proposed_by_name = models.CharField(max_length=150)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decision_note = models.TextField(blank=True)  # of who approved, declined, or found that it failed
    needs_consent = models.BooleanField(default=False)  # the customer is asked before it goes on
    accepted_at = models.DateTimeField(null=True)  # the customer's yes
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, related_name="+")  # until it is settled
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="resolution_amount_not_negative", condition=Q(amount_minor__gte=0)),
            models.CheckConstraint(
                name="four_eyes",
                condition=Q(approver_role="")
                | Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(approved_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="resolution_done_has_time", condition=~Q(state="done") | Q(done_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["ticket"], name="resolution_of_ticket"),
            models.Index(
                fields=["approver_role", "id"], name="resolutions_to_approve", condition=Q(state="proposed")
            ),
        ]

    @property
    def stream(self):
        return f"ticket:{self.ticket_id}"

    @property
    def shop_id(self):
        return self.ticket.shop_id

    @property
    def is_live(self):
        return self.state in LIVE

    @property
    def proposer(self):
        """Who proposed it, in the reader's language where it was a person."""
        return self.proposed_by.display_name if self.proposed_by_id else self.proposed_by_name

    @property
    def awaits_customer(self):
        return self.state == ResolutionState.PROPOSED and self.needs_consent and self.accepted_at is None

    def bump(self):
        """Count the version up; returns the fields to save."""
        self.version += 1
        return ["version"]


class ResolutionItem(models.Model):
    """The units of one line that a resolution covers, with their share of the money."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="items", db_index=False)
    ticket_line = models.ForeignKey(TicketLine, models.PROTECT, related_name="resolution_items")
    quantity = models.IntegerField()
    amount_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resolution", "ticket_line"], name="one_item_per_line_in_a_resolution"
            ),
            models.CheckConstraint(
                name="resolution_item_counts", condition=Q(quantity__gt=0, amount_minor__gte=0)
            ),
        ]
