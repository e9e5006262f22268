"""Write the facts of requests, and keep the tallies their sums: what no longer holds is taken out of both."""

from aftersales.history.actions.tallies import tally
from aftersales.history.models import Fact, Follower
from aftersales.history.queries.lives import lives_of
from aftersales.history.queries.telling import Told
from aftersales.sets import insert_many

NAMES = ["shop_id", "ticket", *Told._fields]


def write_facts(shop, ticket_ids):
    """Bring the facts of these requests to what their lives say; returns how many changed.

    The caller holds the shop's `Follower`, so nobody else writes them. Twice is once.
    """
    told = {
        (pk, fact.measure, fact.source_id): fact
        for pk, life in lives_of(shop, ticket_ids).items()
        for fact in life.tell()
    }
    kept = kept_facts(ticket_ids)
    gone = [pk for key, (pk, fact) in kept.items() if told.get(key) != fact]
    new = [(shop.pk, key[0], *fact) for key, fact in told.items() if key not in kept or kept[key][1] != fact]
    if gone:
        tally(shop.pk, gone, sign=-1)
        Fact.objects.filter(pk__in=gone).delete()
    if new:
        tally(shop.pk, [pk for (pk,) in insert_many(Fact, NAMES, new)], sign=1)
    return len(gone) + len(new)


def kept_facts(ticket_ids):
    """{(ticket id, measure, source id): (id, Told)} of what was written."""
    rows = Fact.objects.filter(ticket__in=ticket_ids).values_list("pk", "ticket_id", *Told._fields)
    found = {}
    for pk, ticket_id, *values in rows:
        fact = Told(*values)
        found[ticket_id, fact.measure, fact.source_id] = (pk, fact)
    return found


def lock_follower(shop_id, *, wait):
    """The shop's `feed_no` under its lock, begun at the beginning; None when another has it and we do not wait."""
    Follower.objects.bulk_create([Follower(shop_id=shop_id)], ignore_conflicts=True)
    rows = Follower.objects.select_for_update(skip_locked=not wait).filter(pk=shop_id)
    return rows.values_list("feed_no", flat=True).first()
