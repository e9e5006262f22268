"""The demo's requests: opened, talked about and carried as far as the script says, each thing at its time."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heappush

from django.conf import settings
from django.utils import timezone

from aftersales.demo.cast import DEMO, as_staff
from aftersales.demo.journeys import go_on
from aftersales.events.actors import Actor
from aftersales.languages import side_of
from staff.models import Role
from tickets.actions.assignment import assign_ticket
from tickets.actions.conversation import add_note, ask_customer, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.procedure import complete_step
from tickets.models import Order, Ticket
from tickets.policies import LEADS
from tickets.serializers import read_ticket

CHANNELS = ("platform", "chat", "self_service", "phone", "email")
ASSIGNED_AFTER = 1  # minutes
PAUSE = 3
NO_UNITS = ("answer", "compensation")
AWAITED = {
    "zh": "麻烦您补充以上信息，收到后我们马上继续处理。",
    "en": "Please send us the above; we will go on as soon as we have it.",
}


@dataclass
class Story:
    """One request of the script, while it is played."""

    row: dict
    cast: object
    order: Order
    number: int  # its place in the script
    present: datetime
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
        return text[side_of(self.order.customer.locale)]


def play_requests(cast):
    """Play every request that is not there yet, all in the order of time.

    So what has the larger id happened later, as on a real desk. A scene that returns minutes is played
    again after so long.
    """
    present = timezone.now()
    scenes = []
    for number, row in enumerate(cast.script["tickets"]):
        story = Story(row, cast, order_of(cast, row), number, present)
        if not Ticket.objects.filter(shop=story.shop, external_id=row["id"]).exists():
            opened = present - timedelta(hours=row["opened_hours_ago"])
            for minute, scene in scenes_of(story):
                scenes.append((opened + timedelta(minutes=minute), len(scenes), scene))
    heapify(scenes)
    while scenes:
        at, number, scene = heappop(scenes)
        with at_the_time(min(at, present)):
            again = scene()
        if again:
            heappush(scenes, (at + timedelta(minutes=again), number, scene))


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


def scenes_of(story):
    """[(minute, what is done)] of one request."""
    messages = story.row["messages"]
    first = messages[0] if messages and messages[0]["by"] == "customer" else None
    yield 0, partial(open_request, story, story.said(first["text"]) if first else "")
    if story.row["status"] == "submitted":
        return
    yield ASSIGNED_AFTER, partial(assign, story)
    last = ASSIGNED_AFTER
    for message in messages[1:] if first else messages:
        last = max(message["at_minute"], ASSIGNED_AFTER)
        yield last, partial(say, story, message)
    if story.row["status"] == "communicating" and messages[-1]["by"] == "agent":
        yield last + PAUSE, partial(ask, story)
    yield last + PAUSE, partial(go_on, story)


def open_request(story, message):
    row = story.row
    body = {
        "external_id": row["id"],
        "order": row["order"],
        "channel": CHANNELS[story.number % len(CHANNELS)],
        "category": row["category"],
        "requested_resolution": row["requested_resolution"],
        "subject": story.said(row["subject"]),
        "message": message,
        "lines": lines(row),
    }
    story.ticket = open_ticket(story.shop, read_ticket(body), by=story.customer)[0]


def lines(row):
    """The units it is about; who asks for an answer or for money claims none."""
    if row["requested_resolution"] in NO_UNITS:
        return []
    line = {"order_line": str(row["order_line"]), "quantity": row["quantity"]}
    return [line | ({"reason": row["reason"]} if row["reason"] else {})]


def assign(story):
    person = story.cast.people[story.row["assignee"]]
    supervisor = story.staff(story.cast.first(Role.SUPERVISOR))
    story.ticket = assign_ticket(story.ticket, by=supervisor, to=person)


def say(story, message):
    """What was said, by whom; an agent's words do the procedure's next step when that is to say something."""
    body = story.said(message["text"])
    if message["by"] == "customer":
        story.ticket = hear_customer(story.ticket, by=story.customer, body=body)
    elif message["by"] != "agent":
        by = DEMO if message["by"] == "system" else story.agent
        story.ticket = add_note(story.ticket, by=by, body=body)
    elif story.ticket.step_kind == "message" and story.agent.role in (story.ticket.step_role, *LEADS):
        story.ticket = complete_step(story.ticket, by=story.agent, body=body)
    else:
        story.ticket = reply_to_customer(story.ticket, by=story.agent, body=body)


def ask(story):
    """The ball is with the customer, so the clocks of this request stand still."""
    story.ticket = ask_customer(story.ticket, by=story.agent, body=story.said(AWAITED))
