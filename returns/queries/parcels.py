"""Find the parcel that a scan means: by waybill, by our label's code, or by the request's number."""

from dataclasses import dataclass

from django.db.models import Q

from returns.models import Direction, Parcel, ParcelState
from tickets.models import Ticket

# Awaited ones first, then those that are here: a waybill that is used twice means the one to come.
SCAN_ORDER = [ParcelState.IN_TRANSIT, ParcelState.PLANNED, ParcelState.RECEIVED, ParcelState.LOST]


@dataclass(frozen=True)
class Found:
    """What a scanned code stands for; either may be missing, and both when nobody knows it."""

    code: str
    parcel: Parcel | None = None
    ticket: Ticket | None = None


def tidy_code(code):
    """As scanners and people write it: without spaces, in capitals."""
    return "".join(str(code).split()).upper()[:60]


def find_by_scan(code, actor):
    """The parcel and request that a code means, among those this actor may see."""
    code = tidy_code(code)
    if not code:
        return Found(code)
    parcels = (
        Parcel.objects.visible_to(actor)
        .filter(Q(waybill=code) | Q(label_code=code), direction=Direction.IN)
        .exclude(state=ParcelState.CANCELLED)
        .select_related("ticket", "shop")
    )
    matching = sorted(parcels, key=lambda parcel: (SCAN_ORDER.index(parcel.state), -parcel.pk))
    if matching:
        return Found(code, matching[0], matching[0].ticket)
    ticket = Ticket.objects.visible_to(actor).filter(number__iexact=code).first()
    if ticket is None:
        return Found(code)
    parcel = ticket.parcels.awaited().order_by("-state", "-id").first()
    return Found(code, parcel or ticket.parcels.inbound().order_by("-id").first(), ticket)
