"""How many requests a view has: computed once for all who see the same, remembered briefly, never beyond a cap."""

import time
from typing import NamedTuple

from django.db.models import Count, IntegerField, Subquery

from aftersales.web.keyset import COUNT_CAP
from staff.models import User
from tickets.models import Scope, Ticket
from tickets.queries import filters

# Counters look at so many open requests and no more, so that they cost the same at any size.
LOOKED_AT = 10_000
FRESH_SECONDS = 10.0
COSTLY_FRESH_SECONDS = 60.0  # those that look into other tables
MOST_REMEMBERED = 10_000
_counted = {}  # (view, its version, shops, person or None) -> (until, Counted)


class Counted(NamedTuple):
    """A number, and whether there may be more than were looked at."""

    number: int
    is_more: bool = False

    def __str__(self):
        if self.number >= COUNT_CAP:
            return f"{COUNT_CAP - 1}+"
        return f"{self.number}+" if self.is_more else str(self.number)


class CappedCount(Subquery):
    """The number of rows of a limited query, as a value of its own."""

    template = "(SELECT count(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()


def counts(actor, views):
    """{view code: Counted} of the views of open requests; others are not counted.

    What everybody of these shops sees alike is one statement each few seconds; what means the reader
    ("me") is one more, each view by its own index.
    """
    shops = tuple(actor.user.shop_ids())
    counted = [view for view in views if view.scope == Scope.OPEN]
    keys = {view.code: key_of(view, shops, actor) for view in counted}
    found = {code: fresh for code, key in keys.items() if (fresh := remembered(key)) is not None}
    missing = [view for view in counted if view.code not in found]
    shared = [view for view in missing if not (view.filter.is_personal or view.filter.is_costly)]
    singly = [view for view in missing if view not in shared]
    for view, number in [*count_together(actor, shared), *count_singly(actor, singly)]:
        found[view.code] = number
        remember(keys[view.code], view, number)
    return found


def key_of(view, shops, actor):
    version = view.saved.version if view.saved else 0
    return view.code, version, shops, actor.id if view.filter.is_personal else None


def remembered(key):
    until, number = _counted.get(key, (0.0, None))
    return number if until > time.monotonic() else None


def remember(key, view, number):
    """One's own steps change with every action of one's own and are counted anew each time."""
    if view.code == "mine":
        return
    if len(_counted) >= MOST_REMEMBERED:
        _counted.clear()
    seconds = COSTLY_FRESH_SECONDS if view.filter.is_costly else FRESH_SECONDS
    _counted[key] = (time.monotonic() + seconds, number)


def forget():
    _counted.clear()


def count_together(actor, views):
    """All in one pass over the first so many open requests."""
    if not views:
        return []
    asked = {
        f"n{place}": Count("pk", filter=filters.query(view.filter, actor)) for place, view in enumerate(views)
    }
    looked_at = Ticket.objects.visible_to(actor).open()[:LOOKED_AT]
    numbers = looked_at.aggregate(everything=Count("pk"), **asked)
    is_more = numbers["everything"] >= LOOKED_AT
    return [(view, Counted(numbers[f"n{place}"], is_more)) for place, view in enumerate(views)]


def count_singly(actor, views):
    """Each no further than the cap, all in one statement beside the reader's own row."""
    if not views:
        return []
    visible = Ticket.objects.visible_to(actor).open()
    asked = {}
    for place, view in enumerate(views):
        met = visible.filter(filters.query(view.filter, actor))
        if view.filter.is_costly:
            met = met.filter(pk__in=visible.values("pk")[:LOOKED_AT])
        asked[f"n{place}"] = CappedCount(met.values("pk")[:COUNT_CAP])
    numbers = User.objects.filter(pk=actor.id).values(**asked)[0]
    return [(view, Counted(numbers[f"n{place}"])) for place, view in enumerate(views)]
