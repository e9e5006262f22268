"""The boxes of the request's page about goods, and about what is done for the customer."""

from returns.queries.page import goods_of, refund_of_all, resolutions_for
from returns.queries.possible import resolutions_of, units_are_free
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
    may_decide_now = ticket.is_open and is_desk(actor, ticket) and not units_are_free(ticket)
    if not (rows or may_decide_now):
        return None
    money = masking.sees_money(actor)
    return {
        "ticket": ticket,
        "rows": rows,
        "shows_money": money,
        "may_decide_now": may_decide_now,
        "preview": refund_of_all(ticket) if money and may_decide_now else None,
    }
