"""Parcels on their way: labels, waybills, tracking, and labels that are no longer wanted."""

import re
import secrets

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from aftersales.events.log import record_event
from returns.actions.ledger import move_goods
from returns.models import Bucket, Direction, Parcel, ParcelItem, ParcelState
from returns.queries.units import units_of
from returns.workflow import PARCEL_WORKFLOW
from tickets.actions.acting import ticket_action
from tickets.actions.holds import place_hold, release_hold
from tickets.models import Ticket, WaitingOn

# Neither looked alike in print nor spelled a word: no 0 O 1 I L, no vowels.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
WAYBILL = re.compile(r"[A-Z0-9-]{5,40}")
GOODS_ON_THEIR_WAY = gettext_noop("Goods are on their way to us. Receive them, then send them back.")


@ticket_action("issue_label")
def issue_label(ticket, *, by):
    """A label and an expected parcel for what is authorised and has none yet."""
    if not ticket.goods_expected:
        raise NotPossible(_("Approve the return first: then there are goods to send."))
    wanted = {unit.line: unit.unplanned for unit in units_of(ticket).values() if unit.unplanned}
    if not wanted:
        parcel = ticket.parcels.awaited().order_by("-id").first()
        if parcel is None:
            raise NotPossible(_("Nothing is left to send back."))
        raise NotPossible(
            _("Label %(code)s covers everything. Print it again.") % {"code": parcel.label_code}
        )
    parcel, event = plan_parcel(ticket, wanted, by=by)
    return event


def plan_parcel(ticket, wanted, *, by, freight_payer="", cause=None):
    """Expect a parcel with these units ({line: quantity}); returns it and its event."""
    if not freight_payer:
        earlier = ticket.parcels.inbound().order_by("-id").first()
        freight_payer = earlier.freight_payer if earlier else ""
    parcel = Parcel.objects.create(
        shop_id=ticket.shop_id,
        ticket=ticket,
        direction=Direction.IN,
        label_code=new_label_code(),
        freight_payer=freight_payer,
        created_at=now(),
    )
    ParcelItem.objects.bulk_create(
        ParcelItem(parcel=parcel, ticket_line=line, sku=line.order_line.sku, expected=quantity)
        for line, quantity in wanted.items()
    )
    data = {"code": parcel.label_code, "parcel": str(parcel.uid), "units": sum(wanted.values())}
    return parcel, record_event(parcel, "parcel.issue_label", by=by, data=data, cause=cause)


def new_label_code():
    return "RP" + "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))


@ticket_action("ship")
def ship_parcel(ticket, *, by, carrier, waybill, parcel=None):
    """The customer sent it: note carrier and waybill; once more corrects a wrong one."""
    waybill = tidy_waybill(waybill)
    parcel = parcel or parcel_to_ship(ticket, by)
    refuse_used_waybill(parcel, carrier, waybill)
    return send_off(parcel, carrier, waybill, by=by)


def send_off(parcel, carrier, waybill, *, by, cause=None):
    """Take the parcel's step; its goods leave the customer, once."""
    was_planned = parcel.state == ParcelState.PLANNED
    changes = {"carrier": carrier.strip().lower(), "waybill": waybill}
    if was_planned:
        changes["shipped_at"] = now()
    data = {**changes, "code": parcel.label_code, "parcel": str(parcel.uid), "direction": parcel.direction}
    data.pop("shipped_at", None)
    event = PARCEL_WORKFLOW.take("ship", parcel, by=by, data=data, cause=cause, **changes)
    if was_planned and parcel.direction == Direction.IN:
        for item in parcel.items.select_related("ticket_line"):
            move_goods(
                item.ticket_line, item.expected, Bucket.CUSTOMER, Bucket.IN_TRANSIT_IN, by=by, parcel=parcel
            )
        # Nobody can cancel what is already in a van; the hold says what to do instead.
        parcel.hold = place_hold(
            parcel.ticket, GOODS_ON_THEIR_WAY, waiting_on=WaitingOn.CARRIER, is_manual=False, by=by
        )
        parcel.save(update_fields=["hold"])
    return event


def parcel_to_ship(ticket, by):
    """The newest parcel that is awaited; with no label yet, one for all that is to come."""
    awaited = ticket.parcels.awaited().order_by("-id")
    planned = awaited.filter(state=ParcelState.PLANNED).first()
    if planned is not None:
        return planned
    wanted = {unit.line: unit.unplanned for unit in units_of(ticket).values() if unit.unplanned}
    if wanted:
        return plan_parcel(ticket, wanted, by=by)[0]
    moving = awaited.first()
    if moving is None:
        raise NotPossible(_("No goods are to come back for this request."))
    return moving


def tidy_waybill(waybill):
    """Without spaces, in capitals; what cannot be a waybill is refused."""
    plain = "".join(waybill.split()).upper()
    if not WAYBILL.fullmatch(plain):
        raise Invalid(
            _("“%(waybill)s” is not a waybill number.") % {"waybill": waybill[:60]}, field="waybill"
        )
    return plain


def refuse_used_waybill(parcel, carrier, waybill):
    """One waybill is one box: another request's, or one that lies here unclaimed, is named."""
    other = (
        Parcel.objects.filter(shop_id=parcel.shop_id, waybill=waybill, direction=parcel.direction)
        .exclude(pk=parcel.pk)
        .exclude(state=ParcelState.CANCELLED)
        .select_related("ticket")
        .first()
    )
    if other is None:
        return
    if other.ticket_id is None:
        raise NotPossible(
            _("A parcel with this waybill lies here unclaimed. Match it to this request instead."),
            code="parcel_unclaimed",
            parcel=str(other.uid),
        )
    raise NotPossible(
        _("Waybill %(waybill)s belongs to request %(number)s.")
        % {"waybill": waybill, "number": other.ticket.number},
        code="waybill_used",
    )


def end_transit(parcel, *, by):
    """The parcel is no longer on its way: nothing holds the request because of it."""
    if parcel.hold_id:
        release_hold(parcel.hold, by=by)


def withdraw_parcel(parcel, *, by, cause=None):
    """A label or parcel that will not come; what was counted as on its way is with the customer again."""
    if parcel.state == ParcelState.IN_TRANSIT:
        for item in parcel.items.select_related("ticket_line"):
            move_goods(
                item.ticket_line, item.expected, Bucket.IN_TRANSIT_IN, Bucket.CUSTOMER, by=by, parcel=parcel
            )
    end_transit(parcel, by=by)
    return PARCEL_WORKFLOW.take("cancel", parcel, by=by, data={"code": parcel.label_code}, cause=cause)


@transaction.atomic
def withdraw_labels(ticket, *, by, cause=None):
    """The request ended: labels that were not used are no longer valid."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.is_open:
        return  # opened again meanwhile
    for parcel in ticket.parcels.awaited().filter(state=ParcelState.PLANNED).order_by("id"):
        withdraw_parcel(parcel, by=by, cause=cause)


@ticket_action("deliver_parcel")
def deliver_parcel(ticket, *, by, parcel):
    """A parcel of ours reached the customer: the goods are theirs again."""
    event = PARCEL_WORKFLOW.take("deliver", parcel, by=by, data={"waybill": parcel.waybill})
    for item in parcel.items.select_related("ticket_line"):
        move_goods(
            item.ticket_line,
            item.expected,
            Bucket.TO_CUSTOMER,
            Bucket.BACK_WITH_CUSTOMER,
            by=by,
            parcel=parcel,
        )
    return event
