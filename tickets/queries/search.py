"""Finding requests: the index proposes, newest first; what a person may read decides.

A word that is in every other request and one that is in three of five million cost alike, because the search goes
back in windows: first the newest few thousand requests, then as far as their number of hits says it can look at
once. So no count is needed, no list of hits is ever sorted in full, and a filter that lets almost nothing through
ends after a fixed number of proposals with the place to go on from.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from aftersales.errors import BadRequest, Invalid
from aftersales.web.keyset import DEFAULT_LIMIT
from tickets.models import SearchText
from tickets.queries.findable import findable_of
from tickets.queries.search_hits import hit_in
from tickets.queries.search_tokens import COARSE, FINE, query_for, quoted
from tickets.words import MAX_TYPED, terms_of

LOOKED_AT = 8_000  # proposals that one window should hold at most
MOST_WINDOWS = 12  # of one page
SLICE = 200  # proposals that are filtered at a time
MOST_READ = 200  # requests whose text is read for one page: words may stand apart where a phrase was asked

PROPOSE = """
WITH proposed AS MATERIALIZED (
    SELECT ticket_id FROM tickets_searchtext WHERE tokens @@ %s::tsquery AND tokens @@ %s::tsquery {block}
)
SELECT coalesce(array_agg(ticket_id ORDER BY ticket_id DESC), '{{}}') FROM proposed
 WHERE ticket_id >= %s AND ticket_id < %s
"""


@dataclass(frozen=True)
class Page:
    """Requests found, newest first, each with where it was found; `next` goes on, even where these are few."""

    hits: list
    next: str | None = None


def search(tickets, actor, typed, *, cursor="", limit=DEFAULT_LIMIT):
    """A page of those of `tickets` (visible to the actor, filtered) in which all that was typed is to be found."""
    terms = asked(typed)
    before = place_to_go_on(cursor)
    query = query_for(terms, actor)
    shops = actor.user.shop_ids() if actor.user else [actor.shop_id]
    hits, read = [], 0
    for number, (low, proposed) in enumerate(windows_back(query, shops, before), 1):
        for ids in passing(tickets, proposed, limit + 1):
            hits += checked(ids, terms, actor)
            read += len(ids)
            if len(hits) > limit:
                return Page(hits[:limit], str(hits[limit - 1].ticket_id))
            if read >= MOST_READ:
                return Page(hits, str(ids[-1]))
        if number == MOST_WINDOWS and low:
            return Page(hits, str(low))
    return Page(hits)


def asked(typed):
    """The terms, or a sentence about what cannot be looked for."""
    if len(typed) > MAX_TYPED:
        raise Invalid(_("Type at most %(max)s characters.") % {"max": MAX_TYPED}, field="q", code="too_long")
    terms = terms_of(typed)
    if not any(term.can_be_asked for term in terms):
        raise Invalid(_("Type at least two letters, digits or characters."), field="q", code="too_short")
    return terms


def place_to_go_on(cursor):
    """The id below which to look; without a cursor, above all there are."""
    if not cursor:
        return (SearchText.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    if not (cursor.isascii() and cursor.isdigit() and 0 < len(cursor) < 19):
        raise BadRequest(_("This cursor is not one of ours."), code="bad_cursor")
    return int(cursor)


# -- proposals --------------------------------------------------------------------


def windows_back(query, shops, before):
    """(lowest id looked at, ids proposed) window by window, back to the first request."""
    shift = FINE
    while before > 0:
        low = 0 if shift is None else max(0, (((before - 1) >> shift) - 1) << shift)
        proposed = propose(query, shops, low, before, shift)
        yield low, proposed
        density = (len(proposed) + 1) / (before - low)
        before = low
        shift = widest(density, before)


def widest(density, before):
    """The widest window that should not hold more proposals than are looked at at once."""
    for shift, size in ((None, before), (COARSE, 2 << COARSE)):
        if density * size <= LOOKED_AT:
            return shift
    return FINE


def propose(query, shops, low, before, shift):
    """Ids between two places whose tokens meet the query; the blocks keep the index from reading the rest."""
    of_shops = " | ".join(quoted(f"@{shop}") for shop in shops)
    params, block = [query, of_shops], ""
    if shift is not None and low:
        sign, highest = ("#" if shift == FINE else "%"), (before - 1) >> shift
        params.append(f"{quoted(f'{sign}{highest}')} | {quoted(f'{sign}{highest - 1}')}")
        block = "AND tokens @@ %s::tsquery"
    with connection.cursor() as cursor:
        # The order of heap pages is no order: nothing is cut off before it is sorted.
        cursor.execute(PROPOSE.format(block=block), [*params, low, before])
        return cursor.fetchone()[0]


# -- what is really there ---------------------------------------------------------


def passing(tickets, proposed, size):
    """Ids of the proposals that pass the filters, newest first, so many at a time."""
    for start in range(0, len(proposed), SLICE):
        wanted = tickets.filter(pk__in=proposed[start : start + SLICE]).order_by("-pk")
        ids = list(wanted.values_list("pk", flat=True))
        for at in range(0, len(ids), size):
            yield ids[at : at + size]


def checked(ids, terms, actor):
    """Those of these requests that hold every term for these eyes."""
    texts = findable_of(ids)
    found = (hit_in(ticket_id, texts[ticket_id], terms, actor) for ticket_id in ids if ticket_id in texts)
    return [hit for hit in found if hit is not None]
