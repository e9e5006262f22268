"""Make facts and tallies anew from what happened, in small steps; the desk works on, and so does the feed."""

from datetime import date

from django.db import connection, transaction

from aftersales.history.actions.facts import lock_follower, write_facts
from aftersales.history.actions.tallies import tally_day_anew, tally_month_anew
from aftersales.history.models import Fact, Follower, Grain, Scope, Tally
from staff.models import Shop
from tickets.models import Ticket

CHUNK = 500
LONG_AGO = date(1, 1, 1)


@transaction.atomic
def begin_anew(shop_id):
    """Note that all of a shop is to be made anew; what was begun and not ended goes on where it was."""
    lock_follower(shop_id, wait=True)
    follower = Follower.objects.get(pk=shop_id)
    if follower.anew_before is None and follower.anew_from is None:
        newest = Ticket.objects.filter(shop=shop_id).order_by("-id").values_list("pk", flat=True).first()
        follower.anew_before = (newest or 0) + 1
        follower.save(update_fields=["anew_before"])


@transaction.atomic
def step_anew(shop_id, chunk=CHUNK):
    """One step: the facts of some requests, newest first, then the tallies of a day; says what it did, or "".

    What was done and how far it came commit together, so that a run that was stopped goes on.
    """
    with (
        connection.cursor() as cursor
    ):  # a month of a large shop takes its time, and so may the drain before us
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
    lock_follower(shop_id, wait=True)
    follower = Follower.objects.get(pk=shop_id)
    if follower.anew_before is not None:
        done = anew_facts(follower, chunk)
    elif follower.anew_from is not None:
        done = anew_day(follower)
    else:
        return ""
    follower.save(update_fields=["anew_before", "anew_from"])
    return done


def anew_facts(follower, chunk):
    tickets = Ticket.objects.filter(shop=follower.shop_id, pk__lt=follower.anew_before).order_by("-id")
    ids = list(tickets.values_list("pk", flat=True)[:chunk])
    changed = write_facts(Shop.objects.get(pk=follower.shop_id), ids) if ids else 0
    follower.anew_before = ids[-1] if len(ids) == chunk else None
    if follower.anew_before is None:
        follower.anew_from = next_day(follower.shop_id, LONG_AGO)
    return f"{len(ids)} requests, {changed} facts were otherwise"


def anew_day(follower):
    day = follower.anew_from
    tally_day_anew(follower.shop_id, day)
    follower.anew_from = following = next_day(follower.shop_id, day)
    if following is None or following.replace(day=1) != day.replace(day=1):
        tally_month_anew(follower.shop_id, day.replace(day=1))
    return f"tallies of {day}"


def next_day(shop_id, after):
    """The first day after this one that has facts, or tallies that may be of none."""
    facts = Fact.objects.filter(shop_id=shop_id, day__gt=after).order_by("day")
    kept = Tally.objects.filter(
        shop_id=shop_id, scope=Scope.SHOP, grain=Grain.DAY, category_id=0, day__gt=after
    ).order_by("day")
    days = [rows.values_list("day", flat=True).first() for rows in (facts, kept)]
    return min(filter(None, days), default=None)
