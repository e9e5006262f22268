"""The boxes of the request's page about goods, and about what is done for the customer."""

from returns.queries.page import goods_of, refund_of_all, resolutions_for
from returns.queries.possible import being_resolved, resolutions_of, units_are_free
from staff import masking
from tickets.policies import is_desk
from tickets.registry import panel


@panel("returns/goods", order=30)
def goods(ticket, actor):
    """Parcels and where the units are; hidden while nothing is to come back."""
    found = goods_of(ticket)
    return found and {"ticket": ticket, **found}


@panel("returns/resolution", order=40)
def resolution(ticket, actor):
    """What was proposed, approved and done, and what a refund would come to."""
    rows = resolutions_for(ticket, actor, resolutions_of(ticket))
    is_free = ticket.is_open and is_desk(actor, ticket) and not units_are_free(ticket)
    if not (rows or is_free):
        return None
    money = masking.sees_money(actor)
    return {
        "ticket": ticket,
        "rows": rows,
        "shows_money": money,
        "may_decide_now": is_free and not being_resolved(ticket),
        "preview": refund_of_all(ticket) if money and is_free else None,
    }
