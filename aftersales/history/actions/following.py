"""Follow each shop's feed of committed events, as webhooks do: no request waits for its facts to be written."""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction

from aftersales.clock import db_now
from aftersales.events.models import FeedEntry
from aftersales.history.actions.facts import lock_follower, write_facts
from aftersales.history.models import Follower
from aftersales.history.queries.lives import news_of, shops_with_news
from staff.models import Shop

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)
BATCH = 300  # entries of the feed; some hundred requests


class FeedFollowing:
    """How far it came and what came of it commit together, so each entry counts once, whoever drains.

    A desk that begins to keep its history has its past in the feed: it is followed from the first entry.
    """

    name, queue = "history", "events"

    def is_late(self, grace):
        """Whether an entry has waited for longer than `grace` and some seconds: nobody is in a hurry here."""
        feeds = Follower.objects.filter(shop_id__in=(shops := shops_with_news()))
        followed = dict(feeds.values_list("shop_id", "feed_no"))
        return any(
            FeedEntry.objects.filter(
                shop_id=shop_id,
                feed_no=followed.get(shop_id, 0) + 1,
                event__happened_at__lte=db_now() - grace - PATIENCE,
            ).exists()
            for shop_id in shops
        )

    def __init__(self):
        self._last = 0

    def drain_once(self):
        """One batch of one shop with news, each in its turn, for deadlines may wait behind it; returns how many
        entries were followed."""
        shops = shops_with_news()
        for shop_id in sorted(shops, key=lambda pk: (pk <= self._last, pk)):
            self._last = shop_id
            if followed := follow(shop_id):
                return followed
        return 0


def follow(shop_id, limit=BATCH):
    """Write the facts of what the next entries tell of; nothing when another drain is at it."""
    with transaction.atomic():
        feed_no = lock_follower(shop_id, wait=False)
        if feed_no is None:
            return 0
        last, ticket_ids = news_of(shop_id, feed_no, limit)
        if ticket_ids:
            write_what_can_be(Shop.objects.get(pk=shop_id), ticket_ids)
        Follower.objects.filter(pk=shop_id).update(feed_no=last)
        return last - feed_no


def write_what_can_be(shop, ticket_ids):
    """All of them together; if that fails each by itself, so that one life that cannot be told stops no other.

    It is told again by its next event, or by `rebuild_facts`, which names the error. Where it is the database that
    fails, the life is none the worse: nothing of the batch counts as followed, and the next turn takes it anew.
    """
    try:
        with transaction.atomic():
            write_facts(shop, ticket_ids)
    except Exception:
        for pk in sorted(ticket_ids):
            try:
                with transaction.atomic():
                    write_facts(shop, [pk])
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("the history of request %s cannot be told", pk)
