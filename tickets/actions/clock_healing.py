"""Put clocks right that are not what their request's state asks for: even a mistake in the code heals, and is told.

Each look takes what changed lately and, so that nothing is missed, the next piece of a round over all open requests
and all open clocks: it costs the same however many wait.
"""

import logging
import time
from datetime import timedelta

from django.db import transaction

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.log import record_event
from staff.models import Shop
from tickets import sla
from tickets.actions.clocks import sync_clocks
from tickets.models import HealedClocks, HealingRound, SlaClock, Ticket
from tickets.queries.clock_truth import (
    changed_since,
    healed_within_a_day,
    next_open,
    next_with_clocks,
    off_their_clocks,
)
from tickets.sla_events import healed_data

log = logging.getLogger(__name__)
HEALER = Actor.system("sla-heal")
EVERY_SECONDS = 60
PIECE = 2000  # requests of each kind that one look takes
MOST_HEALED = 1000  # of one look; the others are found by the next
AT_ONCE = 25  # half a second's work: deadlines may wait behind it
OVERLAP = timedelta(minutes=2)


class ClockHealing:
    """Looks once a minute; between looks a drain costs nothing, and of several workers one looks.

    What a look found is put right piece by piece. Should the process end before, the next round finds the rest.
    """

    name, queue = "sla-heal", "sla"

    def __init__(self):
        self._next_look = time.monotonic() + EVERY_SECONDS
        self._off = []

    def is_late(self, grace):
        """Asked by the sweep, which looks as often as a worker: the workers may all be gone."""
        return bool(self._off) or time.monotonic() >= self._next_look + grace.total_seconds()

    def drain_once(self):
        if not self._off and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + EVERY_SECONDS
            self._off = look(unless_within=timedelta(seconds=EVERY_SECONDS / 2))
        healed = 0
        while self._off and not healed:
            piece, self._off = self._off[:AT_ONCE], self._off[AT_ONCE:]
            healed = put_right(piece)
        return healed

    def noteworthy(self):
        """What `manage.py doctor` tells of it, with where to read more; "" when there is nothing."""
        healed = healed_within_a_day()
        text = (
            f"The clocks of {healed} requests were put right within a day: something writes past the actions."
        )
        return (text, "See /clocks/healed for which and how.") if healed else ("", "")


def heal_clocks(limit=PIECE):
    """One look and all it found; returns how many requests were put right."""
    return put_right(look(limit))


@transaction.atomic
def look(limit=PIECE, *, unless_within=timedelta(0)):
    """Ids of the requests to put right; none, where another process looked just now. The round goes on once all it
    found is taken, else it looks here again."""
    HealingRound.objects.get_or_create(pk=1)
    round_ = HealingRound.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    moment = now()
    if round_ is None or (round_.looked_at and round_.looked_at > moment - unless_within):
        return []
    shops = Shop.objects.filter(is_active=True).order_by("pk")
    changed = changed_since((round_.looked_at or moment) - OVERLAP, shops, limit)
    opened, (shop, ticket) = next_open(round_.after_shop, round_.after_ticket, limit)
    clocked, clock = next_with_clocks(round_.after_clock, limit)
    off = sorted(off_their_clocks({*changed, *opened, *clocked}))
    if len(off) <= MOST_HEALED:
        round_.after_shop, round_.after_ticket, round_.after_clock = shop, ticket, clock
    round_.looked_at = moment
    round_.save()
    return off[:MOST_HEALED]


def put_right(ticket_ids):
    return sum(_heal_or_log(pk) for pk in ticket_ids)


def _heal_or_log(ticket_id):
    """One that cannot be put right stops none behind it; a later look tries again."""
    try:
        return _heal(ticket_id)
    except Exception:
        log.exception("the clocks of request %s cannot be put right", ticket_id)
        return 0


def _heal(ticket_id):
    """One ticket in its own transaction; one that a person holds is left for a later look.

    What ended, ended when the request did. A ticket that only seemed off is left as it is, and nothing is told.
    """
    with transaction.atomic():
        tickets = Ticket.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        ticket = tickets.filter(pk=ticket_id).first()
        if ticket is None:
            return 0
        before, due_before = _open_clocks(ticket), ticket.next_due_at
        sync_clocks(ticket, at=ticket.resolved_at, by=HEALER)
        after = _open_clocks(ticket)
        started, ended = sorted(after - before), sorted(before - after)
        if not (started or ended or due_before != ticket.next_due_at):
            return 0
        ticket.save(update_fields=["next_due_at"])
        _tell(
            ticket, [target for target, _cycle in started], [target for target, _cycle in ended], due_before
        )
        return 1


def _open_clocks(ticket):
    clocks = SlaClock.objects.filter(ticket=ticket, state__in=sla.RUNS)
    return set(clocks.values_list("target", "cycle"))


def _tell(ticket, started, ended, due_before):
    due_was_wrong = due_before != ticket.next_due_at and not (started or ended)
    HealedClocks.objects.create(
        ticket=ticket,
        shop_id=ticket.shop_id,
        started=started,
        ended=ended,
        due_was_wrong=due_was_wrong,
        healed_at=now(),
    )
    record_event(ticket, "sla.heal", by=HEALER, data=healed_data(started, ended, due_was_wrong))
    log.warning(
        "clocks of %s put right: started %s, ended %s, due time wrong: %s",
        ticket.number,
        started,
        ended,
        due_was_wrong,
    )
