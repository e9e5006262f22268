"""Give open tickets the clocks they lack: clocks are derived from tickets, so even a mistake in the code heals."""

import time

from django.db import transaction

from aftersales.events.actors import Actor
from staff.models import Shop
from tickets.actions.clocks import sync_clocks
from tickets.models import Ticket
from tickets.queries.clocks import tickets_off_their_clocks

HEALER = Actor.system("sla-heal")
EVERY_SECONDS = 60


class ClockHealing:
    """Looks once a minute in each worker; between looks a drain costs nothing."""

    name, queue = "sla-heal", "sla"

    def __init__(self):
        self._next_look = time.monotonic() + EVERY_SECONDS

    def is_late(self, grace):
        """Asked by the sweep, which looks as often as a worker: the workers may all be gone."""
        return time.monotonic() >= self._next_look + grace.total_seconds()

    def drain_once(self):
        if time.monotonic() < self._next_look:
            return 0
        self._next_look = time.monotonic() + EVERY_SECONDS
        return heal_clocks()


def heal_clocks(limit=500):
    """Start what is missing on at most so many tickets of each shop; returns how many were healed."""
    shops = Shop.objects.filter(is_active=True).order_by("pk")
    return sum(_heal(pk) for shop in shops for pk in tickets_off_their_clocks(shop, limit))


def _heal(ticket_id):
    """One ticket in its own transaction; one that a person holds is left for the next look."""
    with transaction.atomic():
        tickets = Ticket.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        ticket = tickets.filter(pk=ticket_id).first()
        if ticket is None:
            return 0
        sync_clocks(ticket, by=HEALER)
        ticket.save(update_fields=["next_due_at"])
        return 1
