"""Why a verb is not possible now, in a sentence, or nothing: what a page offers and the API lists.

The answers come from one look at the request, remembered on the instance; an action looks again under its lock.
"""

from django.utils.translation import gettext as _

from returns.models import RefundState, RepairState, ResolutionKind, ResolutionState
from returns.queries.units import units_of
from tickets.models import Stage
from tickets.queries.runs import steps_left_in

UNFINISHED_REPAIRS = (RepairState.OPEN, RepairState.IN_REPAIR)


def seen_units(ticket):
    if not hasattr(ticket, "_seen_units"):
        fetched = getattr(ticket, "_prefetched_objects_cache", {}).get("lines")
        ticket._seen_units = list(units_of(ticket, fetched).values())
    return ticket._seen_units


def resolutions_of(ticket):
    """All resolutions with what carries them out, in one statement; none before the resolve stage was reached."""
    if ticket.stage in (Stage.COMMUNICATE, Stage.RECEIVE, Stage.INSPECT) and not ticket.reopen_count:
        return []
    if not hasattr(ticket, "_seen_resolutions"):
        rows = ticket.resolutions.select_related("refund", "exchange", "repair", "proposed_by").order_by("id")
        ticket._seen_resolutions = list(rows)
        for resolution in ticket._seen_resolutions:
            resolution.ticket = ticket
    return ticket._seen_resolutions


def being_resolved(ticket):
    """What is done for the customer comes after what the procedure asks first, on every path."""
    if ticket.stage == Stage.RESOLVE:
        return ""
    step = steps_left_in(ticket, ticket.stage)
    if step is not None:
        return _("First comes the step “%(step)s”.") % {"step": step.name}
    return _("The goods have to be here and inspected first.") if ticket.goods_expected else ""


def goods_are_expected(ticket):
    return "" if ticket.goods_expected else _("No goods are to come back for this request.")


def goods_are_awaited(ticket):
    if not ticket.goods_expected:
        return goods_are_expected(ticket)
    awaited = any(unit.awaited for unit in seen_units(ticket))
    return "" if awaited else _("Everything that was authorised is here already.")


def goods_to_inspect(ticket):
    waits = ticket.goods_expected and any(unit.uninspected for unit in seen_units(ticket))
    return "" if waits else _("Nothing of this request waits to be inspected.")


def units_are_free(ticket):
    units = seen_units(ticket)
    return "" if any(unit.free for unit in units) else nothing_free(units)


def goods_lie_here(ticket):
    if not ticket.goods_expected:
        return _("The goods are not here. Approve the return first.")
    units = seen_units(ticket)
    return "" if any(unit.free_here for unit in units) else nothing_free(units)


def nothing_free(units):
    """Why no unit is free: still to come, still to be inspected, or all decided."""
    if any(unit.comes_back and unit.uninspected for unit in units):
        return _("The goods are to be inspected first.")
    if any(unit.comes_back and unit.awaited for unit in units):
        return _("The goods are not here yet.")
    return _("Everything of this request is decided already.")


def refund_is_leaving(ticket):
    leaving = any(refund.state == RefundState.APPROVED for refund in refunds_of(ticket))
    return "" if leaving else _("There is nothing left to take back.")


def refund_is_asked(ticket):
    settled = (RefundState.REQUESTED, RefundState.SUCCEEDED, RefundState.FAILED)
    asked = any(refund.state in settled for refund in refunds_of(ticket))
    return "" if asked else _("No refund of this request was asked of the shop.")


def refunds_of(ticket):
    return [one.refund for one in resolutions_of(ticket) if hasattr(one, "refund")]


def exchange_is_asked(ticket):
    asked = any(hasattr(one, "exchange") for one in resolutions_of(ticket))
    return "" if asked else _("The shop was not asked to ship anything for this request.")


def repair_is_open(ticket):
    repairs = [one.repair for one in resolutions_of(ticket) if hasattr(one, "repair")]
    return (
        ""
        if any(one.state in UNFINISHED_REPAIRS for one in repairs)
        else _("No repair of this request is open.")
    )


def goods_to_send(ticket):
    for one in resolutions_of(ticket):
        if one.state != ResolutionState.APPROVED:
            continue
        repaired = hasattr(one, "repair") and one.repair.state == RepairState.REPAIRED
        if one.kind == ResolutionKind.RETURN_AS_IS or repaired:
            return ""
    return goods_lie_here(ticket)
