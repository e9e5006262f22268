"""How far the units of a request have come: awaited, here, covered by a resolution, free to decide."""

from dataclasses import dataclass

from django.db import connection

from returns.models import Bucket, Direction, GoodsBalance
from returns.models.parcels import AWAITED
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


def units_of(ticket, lines=None):
    """{line id: Units} of a request, in the order of its lines; `lines` where they were read a moment ago."""
    if lines is None:
        lines = ticket.lines.select_related("order_line", "reason").order_by("id")
    sums = sums_of(ticket)
    found = {}
    for line in lines:
        line.ticket = ticket  # the caller's row, which is locked and may be changed already
        found[line.pk] = Units(line, *sums[line.pk])
    return found


# One look for all lines: it is asked by every page, offer and action that has to do with goods.
SUMS = """
SELECT line.id,
       (SELECT coalesce(sum(item.quantity), 0) FROM returns_resolutionitem item
          JOIN returns_resolution resolution ON resolution.id = item.resolution_id
         WHERE item.ticket_line_id = line.id AND resolution.state = ANY(%(live)s)),
       (SELECT coalesce(sum(quantity - placed), 0) FROM returns_inspection WHERE ticket_line_id = line.id),
       (SELECT coalesce(sum(quantity), 0) FROM returns_goodsbalance
         WHERE ticket_line_id = line.id AND bucket = %(lost)s),
       (SELECT coalesce(sum(item.expected), 0) FROM returns_parcelitem item
          JOIN returns_parcel parcel ON parcel.id = item.parcel_id
         WHERE item.ticket_line_id = line.id AND parcel.ticket_id = line.ticket_id
           AND parcel.direction = %(inbound)s AND parcel.state = ANY(%(awaited)s))
  FROM tickets_ticketline line
 WHERE line.ticket_id = %(ticket)s
"""


def sums_of(ticket):
    """{line id: (covered, kept, lost, planned)}; the last three are nought while no goods are to come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            SUMS,
            {
                "ticket": ticket.pk,
                "live": [str(state) for state in LIVE],
                "lost": str(Bucket.LOST_IN),
                "inbound": str(Direction.IN),
                "awaited": [str(state) for state in AWAITED],
            },
        )
        rows = cursor.fetchall()
    if ticket.goods_expected:
        return {pk: tuple(map(int, sums)) for pk, *sums in rows}
    return {pk: (int(covered), 0, 0, 0) for pk, covered, *_goods in rows}


def balance(line, bucket):
    """How many units of a line lie in a bucket."""
    found = (
        GoodsBalance.objects.filter(ticket_line=line, bucket=bucket)
        .values_list("quantity", flat=True)
        .first()
    )
    return found or 0
