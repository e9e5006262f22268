"""Send goods back to the customer: what was repaired, what goes back as it is."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from returns.actions.parcels import new_label_code, refuse_used_waybill, send_off, tidy_waybill
from returns.actions.placing import hand_back
from returns.actions.proposing import propose
from returns.actions.settling import finish_resolution
from returns.models import (
    Bucket,
    Direction,
    Parcel,
    ParcelItem,
    RepairState,
    Resolution,
    ResolutionKind,
    ResolutionState,
)
from returns.policies import may_send_back
from returns.queries.units import units_of
from returns.queries.words import told
from returns.workflow import REPAIR_WORKFLOW
from tickets.actions.acting import ticket_action


@ticket_action("send_back")
def send_back(ticket, *, by, carrier, waybill):
    """One parcel with all that waits to go back; when nothing was decided, what lies here goes back as it is."""
    if not may_send_back(by, ticket):
        raise NotAllowed(_("Your role does not send goods."))
    waiting = ready_to_go(ticket) or [as_it_is(ticket, by)]
    parcel = Parcel.objects.create(
        shop_id=ticket.shop_id,
        ticket=ticket,
        direction=Direction.OUT,
        label_code=new_label_code(),
        created_at=now(),
    )
    waybill = tidy_waybill(waybill)
    refuse_used_waybill(parcel, carrier, waybill)
    pack(parcel, waiting)
    event = send_off(parcel, carrier, waybill, by=by)
    for resolution in waiting:
        let_leave(resolution, parcel, by=by, cause=event)
    return event


def ready_to_go(ticket):
    """Approved resolutions whose goods only wait for a parcel."""
    approved = Resolution.objects.select_for_update(of=("self",)).filter(
        ticket=ticket, state=ResolutionState.APPROVED
    )
    waiting = [
        *approved.filter(kind=ResolutionKind.RETURN_AS_IS),
        *approved.filter(kind=ResolutionKind.REPAIR, repair__state=RepairState.REPAIRED),
    ]
    for resolution in waiting:
        resolution.ticket = ticket
    return sorted(waiting, key=lambda resolution: resolution.pk)


def as_it_is(ticket, by):
    """Decide in passing that everything here and undecided goes back."""
    items = [(unit.line, unit.free_here, 0) for unit in units_of(ticket).values() if unit.free_here]
    if not (ticket.goods_expected and items):
        raise NotPossible(_("No goods of this request are here to be sent back."))
    propose(ticket, ResolutionKind.RETURN_AS_IS, items, by=by)
    return ready_to_go(ticket)[0]


def pack(parcel, resolutions):
    """The parcel's list, one row a line."""
    counts = {}
    for resolution in resolutions:
        for item in resolution.items.select_related("ticket_line__order_line"):
            counts[item.ticket_line] = counts.get(item.ticket_line, 0) + item.quantity
    ParcelItem.objects.bulk_create(
        ParcelItem(parcel=parcel, ticket_line=line, sku=line.order_line.sku, expected=quantity)
        for line, quantity in counts.items()
    )


def let_leave(resolution, parcel, *, by, cause):
    """The goods of one resolution are in the parcel: that was all there was to do."""
    source = Bucket.INSPECTED
    if resolution.kind == ResolutionKind.REPAIR:
        source = Bucket.REPAIR_BENCH
        data = {**told(resolution), "carrier": parcel.carrier, "waybill": parcel.waybill}
        repair = resolution.repair
        repair.resolution = resolution
        REPAIR_WORKFLOW.take("send_back", repair, by=by, data=data, cause=cause, sent_back_at=now())
    for item in resolution.items.select_related("ticket_line"):
        hand_back(item.ticket_line, item.quantity, source, by=by, parcel=parcel)
    finish_resolution(resolution, by=by, cause=cause)
