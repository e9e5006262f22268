"""Who of the staff is told of what happens to a request: never whoever did it, nor who muted it."""

from aftersales.events.telling import doer
from staff.actions import notify
from staff.actions.notices import count_up


def tell(ticket, people, kind, *, key, by=None, data=None):
    """A notice for each of these people, with what the request is about.

    What is done to many at once makes one notice of them all, which counts them.
    """
    own = by.id if by is not None and by.is_person else None
    people = [person for person in people if person.pk != own and kind not in person.muted_kinds]
    heard = getattr(ticket, "heard", frozenset())
    ticket.heard = heard | {person.pk for person in people}
    told = {"subject": ticket.subject, **(doer(by, "by") if by is not None else {}), **(data or {})}
    about = {"shop_id": ticket.shop_id, "ticket_number": ticket.number, "data": told}
    if bulk := getattr(ticket, "in_bulk", ""):
        count_up(people, kind, key=f"{bulk}-{kind}-{ticket.shop_id}", **about)
    else:
        notify(people, kind, key=key, **about)


def has_heard(ticket):
    """Who was told something of this very change already; `tell` itself tells them all the same."""
    return getattr(ticket, "heard", frozenset())
