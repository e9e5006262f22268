"""How one request belongs to another: merged, split off, linked."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from tickets.models.tickets import Ticket


class RelationKind(models.TextChoices):
    """Read as a sentence: `ticket` is ... `other`."""

    RELATED = "related", _("related to")
    DUPLICATE = "duplicate", _("a duplicate of")
    CAUSED = "caused_by", _("caused by")
    SPLIT = "split_from", _("split off from")
    MERGED = "merged_into", _("merged into")


class MergedUnits(models.TextChoices):
    """What becomes of the units that a request claims when it goes into another."""

    ADD = "add", _("are others: the other request claims them, too")
    RELEASE = "release", _("are the same again: they are claimed there already")


LINKS = (RelationKind.RELATED, RelationKind.DUPLICATE, RelationKind.CAUSED)  # what people link and unlink


class Relation(models.Model):
    """One tie between two requests of a shop; taking it back deletes it, and both events stay.

    A merge keeps in `kept` what un-merging restores: how the source stood, its run, its clocks.
    A split keeps when words were said last before it: the part has none of the messages.
    """

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Ticket, models.PROTECT, related_name="relations_to")
    kind = models.CharField(max_length=12, choices=RelationKind)
    kept = models.JSONField(default=dict)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Whichever of the two says it: neither can be the other's duplicate or cause at once.
            models.UniqueConstraint(
                Least("ticket", "other"), Greatest("ticket", "other"), "kind", name="one_relation_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(kind="merged_into"), name="merged_into_one_at_a_time"
            ),
            models.CheckConstraint(name="relation_to_another", condition=~Q(ticket=F("other"))),
        ]
