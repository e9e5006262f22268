"""How far the units of a request have come: awaited, here, covered by a resolution, free to decide."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Sum

from returns.models import Bucket, GoodsBalance, Inspection, ParcelItem, ResolutionItem
from returns.models.resolutions import LIVE
from tickets.models import TicketLine


@dataclass(frozen=True)
class Units:
    """The units of one line of a request; none of the counts overlaps with what is settled."""

    line: TicketLine
    covered: int  # by a resolution that is proposed or being carried out
    kept: int  # inspected and still ours to decide on
    lost: int  # lost on the way to us and not settled
    planned: int  # in parcels that are to come

    @property
    def awaited(self):
        """Authorised and not here."""
        return max(0, self.line.authorised - self.line.received)

    @property
    def unplanned(self):
        """Awaited, and no label or parcel is there for them yet."""
        return max(0, self.awaited - self.planned)

    @property
    def uninspected(self):
        return self.line.received - self.line.inspected

    @property
    def comes_back(self):
        """Whether something is decided about these units only after they were seen."""
        return self.line.ticket.goods_expected

    @property
    def free(self):
        """What a resolution may still be proposed for: goods that come back are inspected first."""
        claimed = self.line.claimed - self.covered
        if not self.comes_back:
            return max(0, claimed)
        return max(0, min(claimed, self.kept + self.lost - self.covered))

    @property
    def free_here(self):
        """Of the free ones, those that lie with us."""
        return max(0, min(self.free, self.kept - self.covered))


def units_of(ticket):
    """{line id: Units} of a request, in the order of its lines, in five statements; in two without goods."""
    lines = ticket.lines.select_related("order_line", "reason").order_by("id")
    covered = summed(
        ResolutionItem.objects.filter(ticket_line__ticket=ticket, resolution__state__in=LIVE), "quantity"
    )
    kept, lost, planned = goods_of(ticket) if ticket.goods_expected else NO_GOODS
    found = {}
    for line in lines:
        line.ticket = ticket  # the caller's row, which is locked and may be changed already
        pk = line.pk
        found[pk] = Units(line, covered[pk], kept.get(pk, 0), lost.get(pk, 0), planned.get(pk, 0))
    return found


NO_GOODS = ({}, {}, {})


def goods_of(ticket):
    """Per line: units that are ours to decide on, lost ones, and those in parcels that are to come."""
    return (
        summed(Inspection.objects.filter(ticket_line__ticket=ticket), F("quantity") - F("placed")),
        summed(GoodsBalance.objects.filter(ticket_line__ticket=ticket, bucket=Bucket.LOST_IN), "quantity"),
        summed(ParcelItem.objects.filter(parcel__in=ticket.parcels.awaited()), "expected"),
    )


def summed(rows, amount):
    """Per ticket line the sum of an amount; nothing is nought."""
    sums = defaultdict(int)
    sums.update(rows.order_by().values_list("ticket_line").annotate(total=Sum(amount)))
    return sums


def balance(line, bucket):
    """How many units of a line lie in a bucket."""
    found = (
        GoodsBalance.objects.filter(ticket_line=line, bucket=bucket)
        .values_list("quantity", flat=True)
        .first()
    )
    return found or 0
