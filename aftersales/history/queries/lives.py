"""Reads all that facts are told from, for many requests of one shop at a time: seven statements, however many."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from aftersales.events.models import Event, FeedEntry, FeedHead
from aftersales.history.models import Follower
from aftersales.history.queries.telling import Life
from aftersales.versions.registry import current_id
from tickets.models import Category, Message, Pause, Relation, SlaClock, Ticket, Visibility


def lives_of(shop, ticket_ids):
    """{ticket id: Life} of those requests that are there."""
    tickets = Ticket.objects.filter(shop=shop).in_bulk(ticket_ids)
    streams = {ticket.stream: pk for pk, ticket in tickets.items()}
    events = grouped(Event.objects.filter(stream__in=streams).order_by("stream", "seq"), "stream")
    clocks = grouped(SlaClock.objects.filter(ticket__in=tickets).order_by("cycle", "id"), "ticket_id")
    pauses = grouped(Pause.objects.filter(ticket__in=tickets).order_by("id"), "ticket_id")
    messages = grouped(public_words(tickets), "ticket_id")
    categories = dict(Category.objects.values_list("code", "id"))
    calendar_id = current_id("calendar", shop.calendar, shop.pk) if shop.calendar else None
    zone = ZoneInfo(shop.time_zone)
    return {
        pk: Life(
            ticket,
            events[ticket.stream],
            clocks[pk],
            pauses[pk],
            messages[pk],
            zone,
            calendar_id,
            categories,
        )
        for pk, ticket in tickets.items()
    }


def public_words(tickets):
    """What was said to and by the customer, without the words themselves."""
    said = Message.objects.filter(ticket__in=tickets, visibility=Visibility.PUBLIC, withdrawn_at=None)
    return said.only("ticket_id", "author_kind", "author_user_id", "created_at").order_by("id")


def grouped(rows, name):
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def news_of(shop_id, feed_no, limit):
    """(the last entry of the feed that was read, ids of the requests that it tells of), after `feed_no`.

    A message that is taken back was perhaps told in other requests, too: those that belong to this one.
    """
    entries = FeedEntry.objects.filter(shop_id=shop_id, feed_no__gt=feed_no).order_by("feed_no")
    rows = list(entries.values_list("feed_no", "event__stream", "event__kind")[:limit])
    ids, taken_back = set(), set()
    for _no, stream, kind in rows:
        subject, _colon, pk = stream.partition(":")
        if subject == "ticket":
            ids.add(int(pk))
            if kind == "ticket.withdraw_message":
                taken_back.add(int(pk))
    return (rows[-1][0] if rows else feed_no), ids | relatives(taken_back)


def relatives(ids):
    if not ids:
        return set()
    pairs = Relation.objects.filter(Q(ticket__in=ids) | Q(other__in=ids)).values_list("ticket_id", "other_id")
    found = {pk for pair in pairs for pk in pair}
    # Parts of a part, and what went into the same request.
    more = Relation.objects.filter(Q(ticket__in=found) | Q(other__in=found))
    return found | {pk for pair in more.values_list("ticket_id", "other_id") for pk in pair}


def shops_with_news():
    """Ids of the shops whose feed goes on beyond where it was followed; one small row for each shop is read."""
    followed = Follower.objects.filter(shop_id=OuterRef("shop_id")).values("feed_no")
    heads = FeedHead.objects.annotate(followed=Coalesce(Subquery(followed), 0))
    return list(heads.filter(last_no__gt=F("followed")).order_by("shop_id").values_list("shop_id", flat=True))
