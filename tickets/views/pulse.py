"""The pulse: what changed on a page that stays open, what is new in its view, and who else is here.

The page says which tickets it shows, each with its version, so nothing depends on whose clock is right.
What the answer amounted to travels in `since`; when it is the same again, the answer is an empty 204.
"""

import hashlib
import json
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Subquery
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftersales.events.models import Event
from aftersales.events.telling import sentence
from aftersales.languages import side_of
from aftersales.web.doors import check_text
from aftersales.web.keyset import COUNT_CAP, DEFAULT_LIMIT
from aftersales.web.presence import greet
from aftersales.web.quiet import Quiet
from tickets.models import Ticket
from tickets.queries.queue import ORDERS
from tickets.queries.saved_views import views_of
from tickets.queries.view_counts import counts
from tickets.views.asked import read_address
from tickets.views.gate import actor_of

MOST_SHOWN = 200
MOST_LOOKED = 1000  # events, by their ids
OF_CLOCKS = ("sla.warn", "sla.breach", "recount.finish")
LONGEST_VIEW = 15_000  # a filter as an address spells it: three characters for many a one


@login_required
@require_POST
def pulse(request):
    """{view, shown, since, typing} -> 204, or {since, changed, new, counters, here}."""
    asked = question(request)
    if asked is None:
        return HttpResponseBadRequest()
    actor = actor_of(request)
    drawn_at, told, digest = remembered(asked["since"])
    standing = rows_shown(actor, asked["shown"])
    moved = [row for row in standing if str(row.version) != asked["shown"][row.number]]
    changed = changed_by_others(moved, asked["shown"], actor)
    is_queue, is_wall = asked["view"].startswith("queue"), asked["view"] == "wall"
    views = views_of(actor) if is_queue else {}
    request.quiet = quiet(request.user, asked, standing, is_queue)
    if is_wall:  # few look at one, and they want to see at once that something moved
        request.quiet.streams |= frozenset(request.user.shop_ids())
    news = {
        "changed": changed,
        "new": moved_since(actor, drawn_at) if is_wall else new_rows(actor, asked, standing, drawn_at, views),
        "counters": counters(actor, views) if is_queue else None,
        "here": named(request.quiet.there),
    }
    now_digest = hashlib.sha256(json.dumps(news, sort_keys=True).encode()).hexdigest()[:16]
    if now_digest == digest or (not digest and not any((changed, news["new"], news["here"]))):
        return HttpResponse(status=204)
    since = f"{asked['since'].partition('~')[0]}~{news['new']}~{now_digest}"
    news["new"] = max(0, news["new"] - told)
    return JsonResponse({"since": since, **{name: part for name, part in news.items() if part is not None}})


class Standing(NamedTuple):
    """As much of a request as the pulse asks: an object for each would cost more than all else."""

    pk: int
    number: str
    version: int
    next_due_at: datetime
    updated_at: datetime

    @property
    def id(self):
        return self.pk

    @property
    def stream(self):
        return f"ticket:{self.pk}"


def rows_shown(actor, numbers):
    found = Ticket.objects.visible_to(actor).filter(number__in=numbers)
    return [Standing(*row) for row in found.values_list(*Standing._fields)]


def question(request):
    """What the page asks, or None when it is not a question of ours. `shown` is {number: version}."""
    try:
        asked = json.loads(request.body)
        check_text(asked)
        shown = [str(each).partition(":") for each in asked.get("shown", [])[:MOST_SHOWN]]
        return {
            "view": str(asked.get("view", ""))[:LONGEST_VIEW],
            "since": str(asked.get("since", ""))[:100],
            "typing": asked.get("typing") is True,
            "shown": {number[:20]: version for number, _colon, version in shown},
        }
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


def remembered(since):
    """(when the list was drawn, how many new rows were told, the digest of the last answer)."""
    drawn, _tilde, rest = since.partition("~")
    told, _tilde, digest = rest.partition("~")
    try:
        drawn_at = datetime.fromisoformat(drawn)
    except ValueError:
        return None, 0, ""
    aware = drawn_at if drawn_at.tzinfo else None
    return aware, int(told) if told.isascii() and told.isdigit() else 0, digest


def changed_by_others(moved, shown, actor):
    """Each changed row by the id it has on the page, with its last event in words; one's own are known."""
    if not moved:
        return []
    numbers = {row.stream: row.number for row in moved}
    events = Event.objects.filter(stream__in=numbers, cause_id=None).order_by("stream", "-seq")
    return [
        {"id": f"{numbers[event.stream]}:{shown[numbers[event.stream]]}", "text": sentence(event)}
        for event in events.distinct("stream")
        if (event.actor_kind, event.actor_id) != (actor.kind, actor.id)
    ]


def counters(actor, views):
    """{view: number as it is shown}."""
    return {code: str(counted) for code, counted in counts(actor, views.values()).items()}


def moved_since(actor, drawn_at):
    """How much happened since the wall was drawn that may have moved its numbers."""
    if drawn_at is None:
        return 0
    changed = Ticket.objects.visible_to(actor).filter(updated_at__gt=drawn_at).order_by()
    return changed[:COUNT_CAP].count() + clocks_moved_since(actor, drawn_at)


def clocks_moved_since(actor, drawn_at):
    """What clocks did that changed no request, among the newest events: a storm of more moves the requests too."""
    newest = Event.objects.order_by("-pk").values("pk")[:1]
    late = Event.objects.filter(pk__gt=Subquery(newest) - MOST_LOOKED, kind__in=OF_CLOCKS)
    late = late.filter(shop_id__in=actor.user.shop_ids(), happened_at__gt=drawn_at)
    return late.order_by()[:COUNT_CAP].count()


def new_rows(actor, asked, standing, drawn_at, views):
    """How many rows the list would gain if it were drawn again now."""
    kind, _question_mark, query = asked["view"].partition("?")
    if kind != "queue" or drawn_at is None:
        return 0
    look = read_address(QueryDict(query), actor, views)
    fresh = look.requests(actor).filter(updated_at__gt=drawn_at).exclude(number__in=asked["shown"])
    if len(asked["shown"]) >= DEFAULT_LIMIT and standing:
        fresh = fresh.filter(**above_the_end(standing, ORDERS[look.sort]))
    return fresh.order_by()[:COUNT_CAP].count()


def above_the_end(standing, order):
    """What would come before the last row shown: the rest is on the next page, and no news."""
    name = order.fields[0]
    values = [getattr(row, name) for row in standing]
    return {f"{name}__gte": min(values)} if order.descending else {f"{name}__lte": max(values)}


def quiet(user, asked, standing, is_queue):
    """What the answer depends on beside what was asked; being at a request is said by asking about it."""
    found = Quiet(frozenset(row.stream for row in standing), frozenset(user.shop_ids() if is_queue else ()))
    kind, _colon, number = asked["view"].partition(":")
    if kind == "ticket" and number in {row.number for row in standing}:
        found.place, found.person = asked["view"], user.pk
        found.said = {"zh": user.name_zh or user.name_en, "en": user.name_en, "typing": asked["typing"]}
        found.there = greet(found.place, found.person, found.said)
    return found


def named(others):
    """The names of others at the same ticket, and whether they write; None for other pages."""
    if others is None:
        return None
    side = side_of()
    return [
        _("%(name)s (writing)") % {"name": other[side]} if other["typing"] else other[side]
        for other in others
    ]
