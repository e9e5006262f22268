"""The demo's requests: opened, talked about and carried as far as the script says, each thing at its time."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import itemgetter

from django.conf import settings
from django.utils import timezone

from aftersales.demo.cast import DEMO, as_staff
from aftersales.demo.goods import language
from aftersales.events.actors import Actor
from staff.models import Role
from tickets.actions.assignment import assign_ticket
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.models import Order, Ticket
from tickets.queries.catalogue import categories
from tickets.serializers import read_ticket

CHANNELS = ("platform", "chat", "self_service", "phone", "email")
ASSIGNED_AFTER = 1  # minutes


@dataclass
class Story:
    """One request of the script, while it is played."""

    row: dict
    cast: object
    order: Order
    ticket: Ticket | None = None

    @property
    def shop(self):
        return self.order.shop

    def staff(self, person):
        return as_staff(person, self.shop)

    @property
    def agent(self):
        return self.staff(self.cast.agent(self.row["assignee"]))

    @property
    def customer(self):
        return Actor.customer(self.order.customer)

    def said(self, text):
        """In the language the customer is answered in."""
        return text["zh" if self.order.customer.locale.startswith("zh") else "en"]


def play_requests(cast, carry):
    """Play every request that is not there yet; `carry(story)` takes each to where the script has it.

    All in the order of time, so that what has the larger id happened later, as on a real desk.
    """
    scenes = []
    present = timezone.now()
    for number, row in enumerate(cast.script["tickets"]):
        story = Story(row, cast, order_of(cast, row))
        if not Ticket.objects.filter(shop=story.shop, external_id=row["id"]).exists():
            opened = present - timedelta(hours=row["opened_hours_ago"])
            scenes += [
                (min(opened + timedelta(minutes=minute), present), number, scene)
                for minute, scene in scenes_of(story, CHANNELS[number % len(CHANNELS)], carry)
            ]
    for at, _number, scene in sorted(scenes, key=itemgetter(0, 1)):
        with at_the_time(at):
            scene()


def order_of(cast, row):
    shop = next(order["shop"] for order in cast.script["orders"] if order["id"] == row["order"])
    orders = Order.objects.select_related("shop", "customer")
    return orders.get(shop=cast.shops[shop], external_id=row["order"])


@contextmanager
def at_the_time(moment):
    """Set the product's clock back, so that the desk looks as if it had been at work for days."""
    standing = settings.CLOCK_OFFSET_SECONDS
    settings.CLOCK_OFFSET_SECONDS = standing + round((moment - timezone.now()).total_seconds())
    try:
        yield
    finally:
        settings.CLOCK_OFFSET_SECONDS = standing


def scenes_of(story, channel, carry):
    """[(minute, what is done)] of one request."""
    messages = story.row["messages"]
    first = messages[0] if messages and messages[0]["by"] == "customer" else None
    yield 0, partial(open_request, story, channel, story.said(first["text"]) if first else "")
    if story.row["status"] == "submitted":
        return
    yield ASSIGNED_AFTER, partial(assign, story)
    last = ASSIGNED_AFTER
    for message in messages[1:] if first else messages:
        last = max(message["at_minute"], ASSIGNED_AFTER)
        yield last, partial(say, story, message)
    yield last + ASSIGNED_AFTER, partial(carry, story)


def open_request(story, channel, message):
    row = story.row
    body = {
        "external_id": row["id"],
        "order": row["order"],
        "channel": channel,
        "category": row["category"],
        "requested_resolution": row["requested_resolution"],
        "subject": story.said(row["subject"]),
        "message": message,
        "lines": lines(row),
    }
    story.ticket = open_ticket(story.shop, read_ticket(body), by=story.customer)[0]


def lines(row):
    """The units it is about; a mere question claims none."""
    if categories()[row["category"]].needs_goods == "never":
        return []
    line = {"order_line": str(row["order_line"]), "quantity": row["quantity"]}
    return [line | ({"reason": row["reason"]} if row["reason"] else {})]


def assign(story):
    person = story.cast.people[story.row["assignee"]]
    supervisor = story.staff(story.cast.first(Role.SUPERVISOR))
    story.ticket = assign_ticket(story.ticket, by=supervisor, to=person)


def say(story, message):
    body = story.said(message["text"])
    if message["by"] == "customer":
        story.ticket = hear_customer(story.ticket, by=story.customer, body=body)
    elif message["by"] == "agent":
        story.ticket = reply_to_customer(story.ticket, by=story.agent, body=body)
    else:
        by = DEMO if message["by"] == "system" else story.agent
        story.ticket = add_note(story.ticket, by=by, body=body)


__all__ = ["Story", "language", "play_requests"]
