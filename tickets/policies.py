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


def may_edit_articles(actor, shop):
    """Leads, in the shops that their teams serve."""
    return is_lead(actor, None) and shop.pk in actor.user.shop_ids()


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


def leads(actor, *, team=None, shop=None):
    """Who leads the team, or one of the shop's teams, by membership; supervisors and above in their own."""
    if not is_staff(actor, None):
        return False
    teams, shops = actor.user.places()
    own = {place.pk for place in (teams if team is not None else shops)}
    if (team or shop).pk not in own:
        return False
    if actor.role in LEADS:
        return True
    led = actor.user.memberships.filter(is_lead=True)
    return (led.filter(team=team) if team is not None else led.filter(team__shops=shop)).exists()


def may_keep_view(actor, reach, team, shop, owner_id):
    """One's own by oneself; a team's and a shop's by who leads there, whoever made it."""
    if reach == "personal":
        return is_staff(actor, None) and actor.id == owner_id
    return leads(actor, team=team, shop=shop if team is None else None)


def may_edit_procedures(actor, shop):
    """Leads of a shop; whoever else serves it reads."""
    if actor.kind == "system":
        return True
    return is_lead(actor, None) and shop.pk in actor.user.shop_ids()


def may_read_healed(actor):
    """Who runs the desk, and who looks over its shoulder."""
    return actor.kind == "staff" and actor.role in LEADS | {Role.AUDITOR}


def shops_led(actor):
    """The ids of the shops in which this person leads: all of a supervisor's own, else by membership."""
    if not is_staff(actor, None):
        return []
    return actor.user.shop_ids() if actor.role in LEADS else actor.user.led_shop_ids()
