"""Who may settle what: shops, people, teams and keys. Each rule is one line with a name that reads as a sentence.

Everything here stands on one gate: nobody rules where their own teams do not serve. A person or team that
also serves another shop is ruled by those alone who serve both, or else whoever leads one shop could enter
another through them.
"""

from staff.models import Role, Shop

SETTLERS = {Role.MANAGER, Role.ADMIN}
BELOW_MANAGER = set(Role.values) - SETTLERS
LEADS = SETTLERS | {Role.SUPERVISOR}
RANKS = [LEADS, SETTLERS, {Role.ADMIN}]  # each stands above whoever is not in it
OWN_ROLE = {Role.ADMIN: set(Role.values), Role.MANAGER: BELOW_MANAGER}  # the roles that a role may give


def may_settle(actor):
    """Managers and administrators; the desk itself sets up shops and plays the demo."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.role in SETTLERS)


def may_open_shops(actor):
    return actor.kind == "system" or (actor.kind == "staff" and actor.role == Role.ADMIN)


def rules(actor, shop_ids):
    """Whether all of these shops, and there is one, are the actor's to settle."""
    if actor.kind == "system":
        return True
    return may_settle(actor) and bool(shop_ids) and set(shop_ids) <= set(actor.user.shop_ids())


def rules_team(actor, team):
    return rules(actor, [shop.pk for shop in team.shops.all() if shop.is_active])


def may_give(actor, role):
    """Managers give the roles below their own: whoever makes their equal makes themselves a second pair of eyes."""
    return actor.kind == "system" or (actor.kind == "staff" and role in OWN_ROLE.get(actor.role, ()))


def may_manage(actor, person):
    return may_give(actor, person.role) and rules(actor, served_shop_ids(person))


def may_plan(actor, person):
    """One's own shift, and as a lead that of whoever serves one's own shops alone and is not of a higher rank."""
    if actor.kind == "system":
        return True
    if actor.kind != "staff":
        return False
    if actor.id == person.pk:
        return True
    if actor.role not in LEADS or rank_of(person.role) > rank_of(actor.role):
        return False
    served = served_shop_ids(person)
    return bool(served) and served <= set(actor.user.shop_ids())


def rank_of(role):
    """Administrators above managers, those above supervisors, those above all others."""
    return sum(role in rank for rank in RANKS)


def served_shop_ids(person):
    """Read anew: what `person.shop_ids()` remembers may be older than the lock the caller holds."""
    served = Shop.objects.filter(teams__people=person, is_active=True)
    return set(served.values_list("pk", flat=True))


def may_hold_key(actor, *, shop=None, user=None):
    """Issue, replace and end keys: a shop's by those who settle it, one's own by oneself."""
    if actor.kind == "system":
        return True
    if shop is not None:
        return rules(actor, [shop.pk])
    return actor.kind == "staff" and user is not None and actor.id == user.pk
