"""The note that the next person on a ticket has not read yet."""


def open_hand_over(ticket):
    """At most one is open; a newer one closes it. A page's request knows whether to look."""
    if not getattr(ticket, "has_hand_over", True):
        return None
    return ticket.hand_overs.filter(read_at=None).select_related("author").first()
