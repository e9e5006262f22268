"""What inspectors found: grade, fault, and where the goods should go."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aftersales.versions.models import Version
from staff.models import User
from tickets.models import TicketLine


class Grade(models.TextChoices):
    A = "A", _("A: as new and complete")
    B = "B", _("B: sound, packaging or accessories incomplete")
    C = "C", _("C: used or faulty")
    D = "D", _("D: wrong, unsafe or unusable")

    @property
    def words(self):
        """The words of "A: as new" without its letter."""
        return str(self.label)[1:].lstrip(":： ")


class Fault(models.TextChoices):
    CONFIRMED = "yes", _("Confirmed")
    INTERMITTENT = "sometimes", _("Intermittent")
    NOT_FOUND = "no", _("Not found")
    NOT_TESTED = "not_tested", _("Not tested")


class Disposition(models.TextChoices):
    RESTOCK_NEW = "restock_new", _("Restock as new")
    RESTOCK_OPEN_BOX = "restock_open_box", _("Restock as open box")
    REFURBISH = "refurbish", _("Refurbish")
    REPAIR = "repair", _("Repair for the customer")
    RETURN_TO_VENDOR = "return_to_vendor", _("Return to the supplier")
    SCRAP = "scrap", _("Scrap")
    HOLD_EVIDENCE = "hold_evidence", _("Keep as evidence")
    RETURN_TO_CUSTOMER = "return_to_customer", _("Return to the customer")


class Inspection(models.Model):
    """What an inspector saw of some units of a line: grade, finding, and what should become of them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    ticket_line = models.ForeignKey(TicketLine, models.PROTECT, related_name="inspections", db_index=False)
    quantity = models.IntegerField()
    grade = models.CharField(max_length=1, choices=Grade)
    fault = models.CharField(max_length=10, choices=Fault, default=Fault.NOT_TESTED)
    disposition = models.CharField(max_length=20, choices=Disposition)
    finding = models.TextField()
    answers = models.JSONField(default=dict)
    checklist = models.ForeignKey(Version, models.PROTECT, null=True, db_index=False)
    serial = models.CharField(max_length=100, blank=True)
    inspector = models.ForeignKey(
        User, models.PROTECT, null=True, db_index=False
    )  # none: the shop's own warehouse told us
    inspector_name = models.CharField(max_length=150)
    placed = models.IntegerField(default=0)  # units of these that have gone to where they stay
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="inspection_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="inspection_placed_within", condition=Q(placed__gte=0, placed__lte=F("quantity"))
            ),
            # A unit that anyone doubts never goes back on the shelf as new.
            models.CheckConstraint(
                name="only_grade_a_is_new", condition=~Q(disposition="restock_new") | Q(grade="A")
            ),
        ]
        indexes = [models.Index(fields=["ticket_line"], name="inspections_of_line")]
