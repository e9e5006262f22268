"""Which requests have other clocks than their state asks for, found a bounded piece at a time."""

from collections import defaultdict
from datetime import timedelta

from django.db import connection

from aftersales.clock import db_now
from aftersales.versions.registry import compiled
from tickets import sla
from tickets.models import NEVER, Category, ClockState, HealedClocks, SlaClock, Ticket
from tickets.queries.policies import policies_for

READ = (
    *(
        "shop_id",
        "category_id",
        "status",
        "stage",
        "created_at",
        "first_responded_at",
        "last_customer_message_at",
    ),
    *("last_reply_at", "goods_received_at", "deadline_at", "step_awaits", "step_code", "next_due_at"),
)
MOST_COUNTED = 1000
DAY = timedelta(days=1)

NEXT_OPEN = """
SELECT shop_id, id FROM tickets_ticket
 WHERE (shop_id, id) > (%s, %s) AND status IN ('new', 'open', 'waiting') ORDER BY shop_id, id LIMIT %s
"""
NEXT_WITH_CLOCKS = """
SELECT ticket_id FROM tickets_slaclock
 WHERE ticket_id > %s AND state IN ('running', 'paused') ORDER BY ticket_id LIMIT %s
"""


# -- where to look ------------------------------------------------------------------


def changed_since(moment, shops, limit):
    """Ids of the requests that changed since, of each of these shops at most so many."""
    rows = Ticket.objects.filter(updated_at__gte=moment).order_by("updated_at", "id")
    return [pk for shop in shops for pk in rows.filter(shop=shop).values_list("pk", flat=True)[:limit]]


def next_open(after_shop, after_ticket, limit):
    """(the next open requests of the round, where it goes on): by their own index, at any depth."""
    rows = _rows(NEXT_OPEN, after_shop, after_ticket, limit)
    return [pk for _shop, pk in rows], rows[-1] if len(rows) == limit else (0, 0)


def next_with_clocks(after, limit):
    """The same of requests that have an open clock, be they open or not."""
    ids = [pk for (pk,) in _rows(NEXT_WITH_CLOCKS, after, limit)]
    return ids, ids[-1] if len(ids) == limit else 0


def _rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


# -- what is wrong ------------------------------------------------------------------


def off_their_clocks(ids):
    """Of these requests those whose clocks are not what their state asks for, or whose nearest due time is not
    theirs; by `sla.owed`, which starts and stops them. Two statements, whatever their number."""
    tickets = list(Ticket.objects.filter(pk__in=ids, shop__is_active=True).only(*READ))
    clocks = defaultdict(list)
    rows = SlaClock.objects.filter(ticket_id__in=[ticket.pk for ticket in tickets], state__in=sla.RUNS)
    for clock in rows.only("ticket_id", "target", "state", "due_at", "step_code", "policy_id"):
        clocks[clock.ticket_id].append(clock)
    certain = {shop_id: categories_by_target(shop_id) for shop_id in {ticket.shop_id for ticket in tickets}}
    return [ticket.pk for ticket in tickets if is_off(ticket, clocks[ticket.pk], certain[ticket.shop_id])]


def is_off(ticket, clocks, certain):
    """A clock that nothing owes, one that is owed and not there, or another due time than theirs.

    A target that only a newer version sets is not missed: the clocks that run stay pinned to theirs.
    """
    owes, there = sla.owed(ticket), {clock.target for clock in clocks}
    if any(clock.target not in owes or sla.is_of_another_step(clock, ticket) for clock in clocks):
        return True
    missing = [target for target in owes.keys() - there if ticket.category_id in certain.get(target, ())]
    pinned = [compiled(policy_id).content for policy_id in {clock.policy_id for clock in clocks}]
    if any(all(_sets(policy, target) for policy in pinned) for target in missing):
        return True
    due = min((clock.due_at for clock in clocks if clock.state == ClockState.RUNNING), default=NEVER)
    return ticket.is_open and due != ticket.next_due_at


def categories_by_target(shop_id):
    """{target: ids of the categories for which every policy that may apply sets it in this shop}.

    What only some of them set is not looked for: whether it is owed is each request's own affair.
    """
    found = defaultdict(set)
    for category in Category.objects.exclude(sla_policy=""):
        policies = list(policies_for(category, shop_id))
        for target in sla.TARGETS:
            if all(_sets(policy, target) for policy in policies):
                found[target].add(category.pk)
    return found


def _sets(policy, target):
    return bool(sla.target_minutes(policy, target, "normal"))


# -- what was put right -------------------------------------------------------------


def healed_in_shops(shop_ids):
    return HealedClocks.objects.filter(shop_id__in=shop_ids).select_related("ticket")


def healed_within_a_day():
    """How many requests, counted to the cap and no further."""
    lately = HealedClocks.objects.filter(healed_at__gte=db_now() - DAY)
    return lately[: MOST_COUNTED + 1].count()
