"""Races on committed data: of many at once one wins, and the data is sound afterwards."""

from collections import Counter
from functools import partial

import pytest

from aftersales import due, invariants
from aftersales.errors import Refused
from aftersales.events import log
from aftersales.events.actors import Actor
from aftersales.events.log import on
from aftersales.events.models import Delivery, Event
from staff.actions import add_member
from tests.clients import Api
from tests.factories import new_user, order_body, ticket_body
from tests.races.at_once import at_once, patiently
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket, reject_ticket
from tickets.models import OrderLine, Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SYSTEM = Actor.system("test")
KETTLE = [{"order_line": "2", "quantity": 1, "reason": "q_function"}]


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    assert invariants.broken() == {}


def test_of_a_hundred_who_claim_the_last_unit_one_gets_it(shop_key, order):
    def ask(number):
        body = ticket_body(lines=KETTLE, external_id=f"R-{number}")
        return patiently(lambda: Api(shop_key[1]).post("/tickets", body))

    answers = at_once([partial(ask, number) for number in range(100)])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 99}
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {(body["code"], body["left"]) for body in refused} == {("quantity_not_available", 0)}
    assert Ticket.objects.count() == 1
    assert OrderLine.objects.get(external_id="2").claimed == 1


def test_a_hundred_posts_under_one_key_make_one_request(shop_key, order):
    def ask():
        return patiently(lambda: Api(shop_key[1]).post("/tickets", ticket_body(), idempotency_key="k"))

    answers = at_once([ask] * 100)

    assert {answer.status_code for answer in answers} <= {201, 409}
    numbers = {answer.json()["number"] for answer in answers if answer.status_code == 201}
    assert numbers == {Ticket.objects.get().number}
    for answer in answers:
        if answer.status_code == 409:
            assert (answer.json()["code"], answer["Retry-After"]) == ("idempotency_in_progress", "1")
    assert sum("Idempotency-Replayed" not in answer for answer in answers if answer.status_code == 201) == 1


def test_thirty_posts_of_one_external_id_make_one_request(shop_key, order):
    def ask():
        return patiently(lambda: Api(shop_key[1]).post("/tickets", ticket_body(external_id="R-1")))

    answers = at_once([ask] * 30)

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 29}
    assert Ticket.objects.count() == 1


def test_the_same_order_from_everywhere_is_one_order(shop_key):
    body = order_body()

    answers = at_once([lambda: patiently(lambda: Api(shop_key[1]).put("/orders/O-7", body))] * 30)

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 29}
    assert Event.objects.filter(kind__in=["order.create", "order.change"]).count() == 1


def test_of_fifty_agents_who_take_a_ticket_one_has_it(stage, ticket):
    agents = [new_user(f"agent{number}", "agent", "客服", f"Agent {number}") for number in range(50)]
    for agent in agents:
        add_member(stage.team, agent)

    outcomes = at_once([partial(take_ticket, ticket, by=Actor.staff(agent)) for agent in agents])

    winners = [agent for agent, outcome in zip(agents, outcomes, strict=True) if isinstance(outcome, Ticket)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    ticket.refresh_from_db()
    assert (len(winners), len(refused)) == (1, 49)
    assert ticket.assignee == winners[0]
    assert Event.objects.filter(stream=ticket.stream, kind="ticket.take").count() == 1


def test_of_reject_and_cancel_at_once_one_happens(shop, order, amy):
    for _round in range(10):
        ticket, _created = open_ticket(shop, read_ticket(ticket_body()), by=SYSTEM)
        outcomes = at_once(
            [
                partial(reject_ticket, ticket, reason="Not ours.", by=Actor.staff(amy)),
                partial(cancel_ticket, ticket, by=SYSTEM),
            ]
        )

        ended = [outcome.status for outcome in outcomes if isinstance(outcome, Ticket)]
        ticket.refresh_from_db()
        assert ended == [ticket.status]
        assert OrderLine.objects.get(external_id="1").claimed == 0


def test_two_drains_run_each_handler_once(shop, order, monkeypatch):
    heard = Counter()
    monkeypatch.setattr(log, "HANDLERS", log.defaultdict(dict))
    monkeypatch.setattr("aftersales.events.outbox.HANDLERS", log.HANDLERS)
    on("ticket.open", name="hear")(lambda event: heard.update([event.pk]))
    for _ticket in range(60):
        open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    kind = due.DueKind(Delivery, name="delivery", queue="events", fire=due.KINDS["delivery"].fire, batch=7)

    def drain():
        while Delivery.objects.filter(done_at=None).exists():
            kind.drain_once()

    assert at_once([drain] * 4) == [None] * 4

    assert (len(heard), set(heard.values())) == (60, {1})


def test_two_feeds_number_each_event_once(shop, order):
    for _ticket in range(30):
        open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    at_once([lambda: due.drain(due.KINDS["feed"])] * 4)

    due.drain(due.KINDS["feed"])
