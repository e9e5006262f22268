"""Who may do what with surveys. Each rule is one line with a name that reads as a sentence."""

from staff.models import Role

READERS = {Role.SUPERVISOR, Role.MANAGER, Role.QUALITY, Role.AUDITOR, Role.ADMIN}
SENDERS = {Role.SUPERVISOR, Role.MANAGER, Role.ADMIN}


def may_read_results(actor):
    """Agents see the score of a request on its page; only those who lead or judge see them side by side."""
    return actor.kind == "shop" or (actor.kind == "staff" and actor.role in READERS)


def may_hand_out(actor, ticket):
    """The link answers for the customer, so those whose work it judges do not get it."""
    if actor.kind == "shop":
        return actor.shop_id == ticket.shop_id
    return actor.kind == "staff" and actor.role in SENDERS
