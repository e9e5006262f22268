"""Who may do what to goods and money. Each rule is one line with a name that reads as a sentence."""

from staff.models import Role
from tickets.policies import (
    any_of,
    is_customer,
    is_desk,
    is_inspector,
    is_shop,
    is_staff,
    is_system,
    is_warehouse,
)

# Who may give the second pair of eyes, by the level that the amount needs.
APPROVERS = {
    "supervisor": {Role.SUPERVISOR, Role.MANAGER, Role.FINANCE},
    "finance": {Role.FINANCE},
}
# Whose turn it is at that level: finance may stand in for a lead, and is not asked in their place.
ASKED = {"supervisor": {Role.SUPERVISOR, Role.MANAGER}, "finance": {Role.FINANCE}}


def of_ticket(rule):
    """A rule about tickets, asked about a thing that belongs to one."""
    return lambda actor, thing: rule(actor, thing.ticket)


def of_resolution(rule):
    """A rule about tickets, asked about what carries out a resolution."""
    return lambda actor, thing: rule(actor, thing.resolution.ticket)


def is_finance(actor, ticket):
    return actor.kind == "staff" and actor.role in {Role.FINANCE, Role.ADMIN}


may_approve_return = is_desk
may_issue_label = any_of(is_desk, is_shop, is_warehouse, is_system)
may_send = any_of(is_staff, is_shop, is_customer, is_system)
may_receive = any_of(is_warehouse, is_inspector, is_shop, is_system)
may_inspect = any_of(is_inspector, is_shop)
may_close_short = any_of(is_warehouse, is_shop)
may_propose = any_of(is_desk, is_shop)
may_send_back = any_of(is_desk, is_warehouse, is_shop)
may_repair = any_of(is_inspector, is_shop)
may_answer_for_payments = any_of(is_shop, is_finance)
may_answer_for_shop = any_of(is_shop, is_desk, is_warehouse)
may_accept = any_of(is_customer, is_desk, is_shop)


def may_decide(actor, resolution):
    """The second pair of eyes: somebody of the level asked for, who is not the one who proposed.

    Without a level nobody is needed, and the proposer's own limit lets it pass.
    """
    if not resolution.approver_role:
        return True
    if actor.kind != "staff" or actor.id == resolution.proposed_by_id:
        return False
    return actor.role in APPROVERS[resolution.approver_role]


def may_withdraw(actor, resolution):
    """Turn a proposal down: its approvers, its proposer, the customer who is asked, the shop that asked."""
    ticket = resolution.ticket
    if actor.kind == "staff":
        return actor.id == resolution.proposed_by_id or is_desk(actor, ticket)
    if is_shop(actor, ticket):
        return resolution.proposed_by_id is None
    return resolution.awaits_customer and is_customer(actor, ticket)
