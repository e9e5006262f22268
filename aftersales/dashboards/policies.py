"""Who has the wall, and who sees on it what each person has before them."""

from staff.context import READERS, opens
from tickets.policies import shops_led


def may_read(actor):
    """Whom the rail offers it; a shop's system reads its own shop."""
    return actor.kind == "shop" or (actor.kind == "staff" and opens("wall", actor.user))


def sees_people(actor, shop_ids):
    """Who leads in all of these shops, and who looks over the desk's shoulder."""
    if actor.kind != "staff":
        return False
    return actor.role in READERS or set(shop_ids) <= set(shops_led(actor))
