"""Who reads how the desk did: whoever has the wall, and of the people each their own; those who lead, all."""

from staff.context import LEADS, READERS
from staff.models import Membership, Role

READ = LEADS | READERS | {Role.AGENT, Role.FINANCE}


def may_read(actor):
    """A shop's system reads its own shop."""
    return actor.kind == "shop" or (actor.kind == "staff" and (actor.role in READ or leads_a_team(actor)))


def sees_people(actor):
    """Everybody's numbers, not only one's own."""
    return actor.kind == "staff" and (actor.role in LEADS | READERS or leads_a_team(actor))


def leads_a_team(actor):
    return Membership.objects.filter(user=actor.user, is_lead=True).exists()
