"""The dock: what arrives is counted, what was not expected is written down, what nobody knows is shelved."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.log import record_event
from returns.actions.ledger import move_goods
from returns.actions.locking import lock_lines
from returns.actions.parcels import end_transit, new_label_code, plan_parcel
from returns.models import Bucket, Direction, Parcel, ParcelItem, ParcelState
from returns.policies import may_receive
from returns.queries.parcels import tidy_code
from returns.queries.units import units_of
from returns.workflow import PARCEL_WORKFLOW
from tickets.actions.acting import ticket_action
from tickets.actions.orders import lock_name
from tickets.models import TicketLine


@ticket_action("receive")
def receive_goods(
    ticket,
    *,
    by,
    lines=None,
    parcel=None,
    unexpected=(),
    conditions=(),
    note="",
    weight_g=None,
    another_box=False,
):
    """Count a parcel of this request in: all of it, when no line is named.

    More than was expected of a line is refused, never trimmed: what is too many goes into `unexpected`.
    The same count of the same parcel again changes nothing.
    """
    if not may_receive(by, ticket):
        raise NotAllowed(_("Your role does not receive goods."))
    if not ticket.goods_expected:
        raise NotPossible(
            _(
                "No goods are expected for this request. Shelve the parcel as unclaimed, or have the return approved."
            )
        )
    lock_lines(ticket)
    counted = None if lines is None else {row["line"].pk: row["quantity"] for row in lines}
    parcel = parcel_to_receive(ticket, parcel, another_box, by)
    if parcel.state == ParcelState.RECEIVED:
        refuse_other_count(parcel, counted)
        return None
    arrived = count_items(parcel, counted)
    source = Bucket.IN_TRANSIT_IN if parcel.state == ParcelState.IN_TRANSIT else Bucket.CUSTOMER
    event = take_in(parcel, arrived, unexpected, by=by, conditions=conditions, note=note, weight_g=weight_g)
    for item, quantity in arrived.items():
        book_in(item, quantity, source, by=by)
    return event


def parcel_to_receive(ticket, parcel, another_box, by):
    """The parcel that was scanned, else the newest awaited; a box that nobody announced gets its own row."""
    if parcel is not None:
        parcel = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if parcel.state != ParcelState.RECEIVED or not another_box:
            return parcel
    awaited = ticket.parcels.awaited().select_for_update().order_by("-state", "-id").first()
    if awaited is not None and not another_box:
        return awaited
    wanted = {unit.line: unit.unplanned for unit in units_of(ticket).values() if unit.unplanned}
    if wanted:
        return plan_parcel(ticket, wanted, by=by)[0]
    if awaited is not None:
        return awaited
    received = ticket.parcels.inbound().filter(state=ParcelState.RECEIVED).order_by("-id").first()
    if received is None or another_box:
        raise NotPossible(_("Everything that was authorised is here already."))
    return received


def refuse_other_count(parcel, counted):
    """A scan that comes twice is answered as before; another count is another matter."""
    known = {
        item.ticket_line_id: item.received for item in parcel.items.exclude(ticket_line=None) if item.received
    }
    given = {pk: quantity for pk, quantity in (counted or {}).items() if quantity}
    if counted is not None and given != known:
        raise NotPossible(
            _(
                "Parcel %(code)s was received already, with another count. Is this another box of the same request?"
            )
            % {"code": parcel.label_code},
            code="already_received",
        )


def count_items(parcel, counted):
    """{item: units that arrived}; refuses what the parcel was not expected to hold."""
    items = {item.ticket_line_id: item for item in parcel.items.select_related("ticket_line__order_line")}
    items.pop(None, None)
    if counted is None:
        return {item: item.expected for item in items.values()}
    for pk, quantity in counted.items():
        expected = items[pk].expected if pk in items else 0
        if quantity > expected:
            sku = TicketLine.objects.select_related("order_line").get(pk=pk).order_line.sku
            raise Invalid(
                _(
                    "%(sku)s: %(counted)s counted, %(expected)s expected. Put what is too many under unexpected items."
                )
                % {"sku": sku, "counted": quantity, "expected": expected},
                field="lines",
                code="more_than_expected",
            )
    return {item: counted.get(pk, 0) for pk, item in items.items()}


def take_in(parcel, arrived, unexpected, *, by, conditions, note, weight_g):
    """The parcel's own step; what was not expected becomes rows of its own."""
    rows = add_unexpected(parcel, unexpected)
    end_transit(parcel, by=by)
    conditions = list(conditions or ())
    data = {
        "code": parcel.label_code,
        "parcel": str(parcel.uid),
        "received": sum(arrived.values()),
        "expected": sum(item.expected for item in arrived),
        "lines": {str(item.ticket_line.uid): quantity for item, quantity in arrived.items()},
        "unexpected": [{"sku": row.sku, "quantity": row.received} for row in rows],
        "conditions": conditions,
    }
    return PARCEL_WORKFLOW.take(
        "receive", parcel, by=by, data=data, received_at=now(), received_by=by.user,
        conditions=conditions, note=note, weight_g=weight_g,
    )  # fmt: skip  # one line less


def add_unexpected(parcel, unexpected):
    """Rows for what nobody announced; they are settled by people, never dropped."""
    return ParcelItem.objects.bulk_create(
        ParcelItem(parcel=parcel, sku=row["sku"], received=row["quantity"], note=row.get("note", ""))
        for row in unexpected or ()
    )


def book_in(item, quantity, source, *, by):
    """Units of one line are here; those of the same parcel that are not were never sent."""
    line, parcel = item.ticket_line, item.parcel
    item.received = quantity
    item.save(update_fields=["received"])
    TicketLine.objects.filter(pk=line.pk).update(received=F("received") + quantity)
    move_goods(line, quantity, source, Bucket.QUARANTINE, by=by, parcel=parcel)
    if source == Bucket.IN_TRANSIT_IN:
        move_goods(line, item.missing, source, Bucket.CUSTOMER, by=by, parcel=parcel)


@transaction.atomic
def receive_unknown(
    shop, *, by, waybill="", carrier="", unexpected=(), conditions=(), note="", weight_g=None
):
    """Shelve a parcel that nobody announced: it is matched to a request when one asks for it."""
    if not may_receive(by, shop):
        raise NotAllowed(_("Your role does not receive goods."))
    waybill = tidy_code(waybill)
    lock_name("parcel", shop.pk, waybill)
    known = (
        Parcel.objects.inbound().unclaimed().filter(shop=shop, waybill=waybill).exclude(waybill="").first()
    )
    if known is not None:
        return known
    moment = now()
    parcel = Parcel.objects.create(
        shop=shop,
        direction=Direction.IN,
        state=ParcelState.RECEIVED,
        label_code=new_label_code(),
        carrier=carrier.strip().lower(),
        waybill=waybill,
        conditions=list(conditions or ()),
        note=note,
        weight_g=weight_g,
        created_at=moment,
        received_at=moment,
        received_by=by.user,
    )
    rows = add_unexpected(parcel, unexpected)
    count = sum(row.received for row in rows)
    data = {
        "code": parcel.label_code,
        "parcel": str(parcel.uid),
        "waybill": waybill,
        "received": count,
        "expected": 0,
    }
    record_event(parcel, "parcel.receive", by=by, data=data)
    return parcel
