"""What placeholders of prepared replies stand for, as far as goods and money say it: the newest of each counts."""

from aftersales.money import format_money
from returns.models import Direction, Parcel, Resolution, ResolutionKind
from returns.models.resolutions import ResolutionState
from tickets.registry import placeholder_value

CAME_TO_NOTHING = (ResolutionState.DECLINED, ResolutionState.CANCELLED, ResolutionState.FAILED)


def newest_parcel(ticket):
    """What is on its way to the customer before what came from them."""
    known = Parcel.objects.filter(ticket=ticket.pk).exclude(waybill="").order_by("-id")
    parcels = list(known[:20])
    outward = [parcel for parcel in parcels if parcel.direction == Direction.OUT]
    return next(iter(outward or parcels), None)


@placeholder_value("tracking_no")
def tracking_no(ticket, language):
    parcel = newest_parcel(ticket)
    return parcel.waybill if parcel else ""


@placeholder_value("carrier_name")
def carrier_name(ticket, language):
    parcel = newest_parcel(ticket)
    return parcel.carrier if parcel else ""


def amount_of(ticket, kind, language):
    """Of the newest resolution of this kind that still stands."""
    rows = Resolution.objects.filter(ticket=ticket.pk, kind=kind).exclude(state__in=CAME_TO_NOTHING)
    row = rows.order_by("-id").first()
    return format_money(row.amount_minor, row.currency, language) if row and row.currency else ""


@placeholder_value("refund_amount")
def refund_amount(ticket, language):
    return amount_of(ticket, ResolutionKind.REFUND, language)


@placeholder_value("compensation_amount")
def compensation_amount(ticket, language):
    return amount_of(ticket, ResolutionKind.COMPENSATION, language)
