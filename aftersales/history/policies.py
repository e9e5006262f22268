"""Who reads how the desk did: whom the rail offers it; of people each their own, and who leads their shops'."""

from staff.context import READERS, opens
from tickets.policies import shops_led


def may_read(actor):
    """A shop's system reads its own shop."""
    return actor.kind == "shop" or (actor.kind == "staff" and opens("history", actor.user))


def shops_with_people(actor):
    """Ids of the shops in which this person sees everybody's numbers, not only their own."""
    if actor.kind != "staff":
        return frozenset()
    return frozenset(actor.user.shop_ids() if actor.role in READERS else shops_led(actor))
