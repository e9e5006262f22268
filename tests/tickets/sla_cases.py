"""A policy whose sums can be done in the head: round the clock, an hour to reply, four for each stage."""

from datetime import UTC, datetime, timedelta

from aftersales.events.actors import Actor
from aftersales.versions.actions import draft, publish
from aftersales.versions.registry import current
from tickets.actions.clocks import sync_clocks
from tickets.actions.intake import open_ticket
from tickets.models import SlaClock

SYSTEM = Actor.system("test")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)  # 09:00 in Shanghai
TARGETS = {
    "first_response": 60,
    "next_response": 120,
    "communicate": 240,
    "receive": 240,
    "inspect": 240,
    "resolve": 240,
    "resolution": 1440,
}
LEVELS = [
    {"at_percent": 50, "actions": ["show_amber"]},
    {"at_percent": 75, "actions": ["notify_assignee"]},
    {
        "at_percent": 100,
        "actions": ["mark_breached", "notify_supervisor", "raise_priority", "add_watcher:supervisor"],
    },
    {"at_percent": 150, "actions": ["reassign_to:supervisor", "notify_manager", "webhook:sla.breach"]},
]


def policy_body(code="quality", **changes):
    return {
        "code": code,
        "name": {"zh": "试", "en": "Test"},
        "calendar": "24x7",
        "targets": TARGETS,
        "promise_hours": 48,
        "pauses_on": ["waiting_customer", "waiting_carrier", "on_hold"],
        "levels": LEVELS,
        "priority_factor": {"urgent": 0.5, "high": 0.75, "normal": 1, "low": 1.5},
        **changes,
    }


def publish_policy(shop, **changes):
    """The shop's own version of the policy `quality`, which the cast's ticket is under."""
    body = policy_body(**changes)
    return publish(draft("sla", body["code"], body, by=SYSTEM, shop_id=shop.pk), by=SYSTEM)


def unsaved_clock(**changes):
    """A clock of four hours, started on Monday at nine, by the pack's own policy and calendar."""
    values = {
        "policy_id": current("sla", "quality").id,
        "calendar_id": current("calendar", changes.pop("calendar", "24x7")).id,
        "target": "communicate",
        "target_minutes": 240,
        "started_at": MONDAY,
        "due_at": MONDAY + 4 * HOUR,
    }
    return SlaClock(**{**values, **changes})


def clocks_of(ticket):
    """As they stand in the database: a ticket just opened remembers those it was opened with."""
    return SlaClock.objects.filter(ticket_id=ticket.pk).order_by("id")


def clock_of(ticket, target, cycle=None):
    clocks = clocks_of(ticket).filter(target=target).order_by("-cycle")
    return clocks.get(cycle=cycle) if cycle else clocks.first()


def states(ticket):
    return {f"{clock.target} {clock.cycle}": str(clock.state) for clock in clocks_of(ticket)}


def sync(ticket, at, **changes):
    """What an action does at the end: change the ticket, bring its clocks along, save."""
    for name, value in changes.items():
        setattr(ticket, name, value)
    sync_clocks(ticket, at=at, by=SYSTEM)
    ticket.save()
    return ticket


def open_tickets(shop, count):
    """So many questions without goods, under the policy `quality`."""
    body = {"category": "quality_other", "channel": "chat", "subject": "杯子", "message": "有裂纹"}
    return [open_ticket(shop, body, by=SYSTEM)[0] for _number in range(count)]
