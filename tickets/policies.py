"""Who may do what to a ticket. Each rule is one line with a name that reads as a sentence."""

from staff.models import Role

DESK = {Role.AGENT, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN, Role.FINANCE}
FLOOR = {Role.WAREHOUSE, Role.INSPECTOR}
LEADS = {Role.SUPERVISOR, Role.MANAGER, Role.ADMIN}


def is_desk(actor, ticket):
    return actor.kind == "staff" and actor.role in DESK


def is_staff(actor, ticket):
    """Anyone of the staff who writes at all: auditors and quality only read."""
    return actor.kind == "staff" and actor.role in DESK | FLOOR


def is_lead(actor, ticket):
    return actor.kind == "staff" and actor.role in LEADS


def is_warehouse(actor, ticket):
    return actor.kind == "staff" and actor.role in {Role.WAREHOUSE} | LEADS


def is_inspector(actor, ticket):
    return actor.kind == "staff" and actor.role in {Role.INSPECTOR} | LEADS


def is_assignee(actor, ticket):
    return is_staff(actor, ticket) and actor.id == ticket.assignee_id


def is_shop(actor, ticket):
    return actor.kind == "shop" and actor.shop_id == ticket.shop_id


def is_customer(actor, ticket):
    return actor.kind == "customer" and actor.id == ticket.customer_id


def is_system(actor, ticket):
    return actor.kind == "system"


def any_of(*rules):
    """True when one of the rules is."""
    return lambda actor, ticket: any(rule(actor, ticket) for rule in rules)
