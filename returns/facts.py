"""What a procedure's checks may ask about goods and money: tested functions that answer pass, fail or unknown."""

from django.utils.translation import gettext as _

from returns.models import ParcelItem, ParcelState
from tickets.registry import FAIL, PASS, Answer, fact, unknown


def yes_or_no(holds, why=""):
    return Answer(PASS if holds else FAIL, why)


@fact("happened:parcel.receive", en="The goods are here", zh="退件已到仓")
def goods_are_here(ticket):
    """All that was authorised has arrived, or is no longer awaited."""
    if not ticket.goods_expected:
        return Answer(FAIL, _("No goods are to come back for this request."))
    missing = sum(line.authorised - line.received for line in ticket.lines.all())
    return yes_or_no(
        not missing, _("%(count)s units are still to arrive.") % {"count": missing} if missing else ""
    )


@fact("happened:parcel.scan", en="The carrier has the parcel", zh="承运商已揽收")
def carrier_has_it(ticket):
    moving = (ParcelState.IN_TRANSIT, ParcelState.RECEIVED)
    return yes_or_no(ticket.parcels.inbound().filter(state__in=moving).exclude(waybill="").exists())


@fact(
    "received_as_listed",
    en="Received items and quantities match what was authorised",
    zh="收到的品种和数量与授权一致",
)
def received_as_listed(ticket):
    received = ticket.parcels.inbound().filter(state=ParcelState.RECEIVED)
    if not received.exists():
        return unknown(_("Nothing was received yet."))
    if ParcelItem.objects.filter(parcel__in=received, ticket_line=None).exists():
        return Answer(FAIL, _("Something was in the box that nobody announced."))
    missing = sum(line.authorised - line.received for line in ticket.lines.all())
    return yes_or_no(
        not missing, _("%(count)s units are still to arrive.") % {"count": missing} if missing else ""
    )
