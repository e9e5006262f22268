"""Parcels that nobody announced, and units that will not come: bring both back to a request."""

from django.db.models import F
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.log import record_event
from returns.actions.ledger import move_goods
from returns.actions.locking import lock_lines
from returns.actions.parcels import end_transit, withdraw_parcel
from returns.actions.receiving import book_in
from returns.models import Bucket, Parcel, ParcelItem, ParcelState
from returns.policies import may_close_short
from returns.queries.units import balance, units_of
from returns.workflow import PARCEL_WORKFLOW
from tickets.actions.acting import ticket_action
from tickets.actions.claims import release_units
from tickets.models import TicketLine

LOST = "lost"


@ticket_action("match_parcel")
def match_parcel(ticket, *, by, parcel, lines=None):
    """An unclaimed parcel belongs to this request after all: its goods are booked in.

    Without lines, what was written down of its contents is matched by SKU.
    """
    if not ticket.goods_expected:
        raise NotPossible(_("Approve the return first: then its goods can be booked in."))
    lock_lines(ticket)
    parcel = Parcel.objects.select_for_update().get(pk=parcel.pk)
    PARCEL_WORKFLOW.check("match", parcel, by=by)
    units = units_of(ticket)
    wanted = by_sku(parcel, units) if lines is None else {row["line"].pk: row["quantity"] for row in lines}
    if not any(wanted.values()):
        raise Invalid(_("Say which of the request's goods are in this parcel."), field="lines")
    refuse_more_than_awaited(wanted, units)
    data = {"code": parcel.label_code, "parcel": str(parcel.uid), "waybill": parcel.waybill}
    event = PARCEL_WORKFLOW.take("match", parcel, by=by, data=data, ticket=ticket)
    for pk, quantity in wanted.items():
        call_back(ticket, units[pk].line, quantity, by=by)
        take_from_unexpected(parcel, units[pk].line.order_line.sku, quantity)
        item = ParcelItem.objects.create(
            parcel=parcel, ticket_line=units[pk].line, sku=units[pk].line.order_line.sku, expected=quantity
        )
        book_in(item, quantity, Bucket.CUSTOMER, by=by)
    data = {**data, "received": sum(wanted.values()), "expected": sum(wanted.values())}
    record_event(parcel, "parcel.receive", by=by, data=data, cause=event)
    shrink_plans(ticket, by=by, cause=event)
    return event


def by_sku(parcel, units):
    """{line id: units} as far as the parcel's written contents are what the request awaits."""
    there = {}
    for item in parcel.items.filter(ticket_line=None):
        there[item.sku] = there.get(item.sku, 0) + item.received
    wanted = {}
    for pk, unit in units.items():
        quantity = min(unit.awaited, there.get(unit.line.order_line.sku, 0))
        if quantity:
            wanted[pk] = quantity
            there[unit.line.order_line.sku] -= quantity
    return wanted


def refuse_more_than_awaited(wanted, units):
    for pk, quantity in wanted.items():
        if quantity > units[pk].awaited:
            raise Invalid(
                _(
                    "%(sku)s: %(counted)s counted, %(expected)s expected. Put what is too many under unexpected items."
                )
                % {"sku": units[pk].line.order_line.sku, "counted": quantity, "expected": units[pk].awaited},
                field="lines",
                code="more_than_expected",
            )


def take_from_unexpected(parcel, sku, quantity):
    """What is now known leaves the rows of what was not."""
    for item in parcel.items.filter(ticket_line=None, sku=sku).order_by("id"):
        taken = min(item.received, quantity)
        quantity -= taken
        item.received -= taken
        if item.received:
            item.save(update_fields=["received"])
        else:
            item.delete()


@ticket_action("close_short")
def close_short(ticket, *, by, reason, note="", lines=None, parcel=None):
    """Give up waiting: units that the customer keeps are released, lost ones stay theirs to be settled.

    Of lost parcels one may be named; unnamed, all that are on their way are lost.
    """
    if not may_close_short(by, ticket):
        raise NotAllowed(_("Only the warehouse or a supervisor stops waiting for goods."))
    if reason == "other" and not note.strip():
        raise Invalid(_("Say why these goods are no longer expected."), field="note")
    lock_lines(ticket)
    closed = lose_parcels(ticket, parcel, by=by) if reason == LOST else let_go(ticket, lines, by=by)
    data = {
        "quantity": sum(closed.values()),
        "reason": reason,
        "lines": {str(k.uid): n for k, n in closed.items()},
    }
    event = record_event(ticket, "goods.close_short", by=by, data=data, text=note)
    if reason != LOST:
        shrink_plans(ticket, by=by, cause=event)
    return event


def lose_parcels(ticket, parcel, *, by):
    """A parcel that was on its way, or every one, is lost; its units are no longer awaited, and still claimed."""
    on_their_way = ticket.parcels.awaited().filter(state=ParcelState.IN_TRANSIT)
    if parcel is not None:
        on_their_way = on_their_way.filter(pk=parcel.pk)
    moving = list(on_their_way.select_for_update().order_by("id"))
    if not moving:
        raise NotPossible(_("No parcel of this request is on its way."))
    lost = {}
    for parcel in moving:
        for item in parcel.items.exclude(ticket_line=None).select_related("ticket_line"):
            line = item.ticket_line
            move_goods(line, item.expected, Bucket.IN_TRANSIT_IN, Bucket.LOST_IN, by=by, parcel=parcel)
            TicketLine.objects.filter(pk=line.pk).update(authorised=F("authorised") - item.expected)
            lost[line] = lost.get(line, 0) + item.expected
        end_transit(parcel, by=by)
        PARCEL_WORKFLOW.take(
            "lose", parcel, by=by, data={"code": parcel.label_code, "waybill": parcel.waybill}
        )
    return lost


def let_go(ticket, lines, *, by):
    """Units that stay with the customer: no longer authorised, and free for another request."""
    units = units_of(ticket)
    given = None if lines is None else {row["line"].pk: row["quantity"] for row in lines}
    closed = {}
    for pk, unit in units.items():
        quantity = unit.awaited if given is None else given.get(pk, 0)
        if quantity > unit.awaited:
            raise Invalid(
                _("%(sku)s: only %(left)s are still awaited.")
                % {"sku": unit.line.order_line.sku, "left": unit.awaited},
                field="lines",
                code="quantity_not_available",
            )
        if quantity:
            closed[unit.line] = quantity
    if not closed:
        raise NotPossible(_("Everything that was authorised is here already."))
    for line, quantity in closed.items():
        stop_waiting(ticket, line, quantity, by=by)
    return closed


def stop_waiting(ticket, line, quantity, *, by):
    """Take units off what is awaited, wherever they were thought to be."""
    call_back(ticket, line, quantity, by=by)
    move_goods(line, quantity, Bucket.CUSTOMER, Bucket.OUTSIDE, by=by)
    TicketLine.objects.filter(pk=line.pk).update(authorised=F("authorised") - quantity)
    release_units(line, quantity)


def call_back(ticket, line, quantity, *, by):
    """So many units are with the customer; parcels that were said to hold them never did."""
    missing = quantity - balance(line, Bucket.CUSTOMER)
    moving = line.parcel_items.filter(parcel__ticket=ticket, parcel__state=ParcelState.IN_TRANSIT)
    for item in moving.select_related("parcel").order_by("id"):
        back = min(item.expected, max(0, missing))
        missing -= back
        move_goods(line, back, Bucket.IN_TRANSIT_IN, Bucket.CUSTOMER, by=by, parcel=item.parcel)
        item.expected -= back
        item.save(update_fields=["expected"])


def shrink_plans(ticket, *, by, cause):
    """Labels promise no more than is still awaited; one that promises nothing is withdrawn."""
    awaited = {unit.line.pk: unit.awaited for unit in units_of(ticket).values()}
    for parcel in ticket.parcels.awaited().order_by("-state", "id"):
        left = 0
        for item in parcel.items.exclude(ticket_line=None):
            fits = min(item.expected, awaited[item.ticket_line_id])
            awaited[item.ticket_line_id] -= fits
            if fits < item.expected and parcel.state == ParcelState.PLANNED:
                item.expected = fits
                item.save(update_fields=["expected"])
            left += item.expected
        if not left:
            withdraw_parcel(parcel, by=by, cause=cause)
