"""The boxes of the request's page about goods, and about what is done for the customer."""

from returns.models import RefundState
from returns.policies import may_answer_for_payments, may_decide, may_propose, may_withdraw
from returns.queries.page import goods_of, refund_of_all
from returns.queries.possible import being_resolved, resolutions_of, units_are_free
from returns.workflow import REFUND_WORKFLOW, RESOLUTION_WORKFLOW
from staff import masking
from staff.models import Role
from tickets.policies import is_desk
from tickets.registry import PAGE_PARTS, panel, verb_named

PAGE_PARTS.append("parcels__items")


@panel("returns/goods", order=30)
def goods(ticket, actor):
    """Parcels and where the units are; hidden while nothing is to come back."""
    found = goods_of(ticket)
    return found and {"ticket": ticket, "may_inspect": may_inspect_now(ticket, actor), **found}


def may_inspect_now(ticket, actor):
    """Whether there is something to inspect, and by this person."""
    return verb_named("inspect").check(ticket, actor) is None


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


def resolutions_for(ticket, actor, resolutions):
    """Each resolution with what this person may do about it now."""
    return [
        {
            "resolution": one,
            "may_approve": one.approver_role
            and may(RESOLUTION_WORKFLOW, "approve", one, actor)
            and may_decide(actor, one),
            "may_decline": may(RESOLUTION_WORKFLOW, "decline", one, actor) and may_withdraw(actor, one),
            "may_accept": one.awaits_customer and may(RESOLUTION_WORKFLOW, "accept", one, actor),
            "may_undo": is_leaving(one) and may_propose(actor, ticket),
            "may_settle": hasattr(one, "refund")
            and may_answer_for_payments(actor, ticket)
            and may(REFUND_WORKFLOW, "succeed", one.refund, actor),
            "approver": Role(one.approver_role).label if one.approver_role else "",
        }
        for one in resolutions
    ]


def may(workflow, verb, thing, actor):
    if hasattr(thing, "resolution"):
        thing.ticket = thing.resolution.ticket
    return workflow.refusal(workflow.transitions[verb], thing, actor) is None


def is_leaving(resolution):
    return hasattr(resolution, "refund") and resolution.refund.state == RefundState.APPROVED
