"""On committed data: a hundred at once for the last units and for the last money; answers that come twice."""

import threading

import pytest
from django.db import OperationalError, connection

from aftersales.errors import NotPossible
from aftersales.events.actors import Actor
from aftersales.invariants import broken
from aftersales.web.problems import InvalidFields
from returns.models import GoodsMovement, Refund, Resolution
from tests.factories import SYSTEM, order_body, ticket_body
from tests.returns.shortcuts import leave_questions_out
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import Order, OrderLine, Ticket, TicketLine
from tickets.serializers import read_order, read_ticket
from tickets.verbs import perform

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MANY, AT_ONCE = 100, 20  # connections are few: twenty threads do five each


def all_at_once(works):
    """Run each in a thread with a connection of its own, as nearly together as can be; returns what each gave."""
    start, results = threading.Barrier(AT_ONCE), []
    shares = [works[n::AT_ONCE] for n in range(AT_ONCE)]

    def run(share):
        start.wait(20)
        try:
            for work in share:
                results.append(attempt(work))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    return results


def attempt(work):
    """What came of it; who waited too long for a lock tries again, as after a 503."""
    for _try in range(50):
        try:
            work()
        except OperationalError:
            continue
        except (NotPossible, InvalidFields):
            return "refused"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "done"
    return "busy"


@pytest.fixture
def big_order(shop):
    """A hundred mugs for 333.33: a third of a cent each is nobody's."""
    body = order_body(deliveries=[])
    body["lines"] = [body["lines"][0] | {"quantity": MANY, "paid_minor": 33333}]
    body["payments"][0]["captured_minor"] = 33333
    return put_order(shop, "O-1", read_order(body), by=SYSTEM)[0]


def request_for(shop, number, quantity=1):
    body = ticket_body(external_id=f"R-{number}", lines=[{"order_line": "1", "quantity": quantity}])
    return open_ticket(shop, read_ticket(body), by=SYSTEM)[0]


def test_a_hundred_claims_of_the_last_three_units(shop, order):
    results = all_at_once([lambda n=n: request_for(shop, n) for n in range(MANY)])

    line = OrderLine.objects.get(external_id="1")
    assert sorted(set(results)) == ["done", "refused"]
    assert results.count("done") == line.claimed == 3
    assert TicketLine.objects.count() == 3
    assert broken() == {}


def test_a_hundred_refunds_at_once_never_pay_more_than_was_paid(shop, big_order, amy, leo):
    tickets = [leave_questions_out(request_for(shop, n), leo) for n in range(MANY)]
    by = Actor.staff(amy)

    results = all_at_once([lambda t=t: perform(t, "refund", {}, by=by) for t in tickets])

    assert set(results) == {"done"}
    amounts = list(Refund.objects.values_list("amount_minor", flat=True))
    assert sum(amounts) == 33333
    assert set(amounts) == {333, 334}
    assert Order.objects.get().refund_reserved_minor == 33333
    assert broken() == {}


def test_when_less_was_captured_the_last_ones_are_refused(shop, big_order, amy, leo):
    Order.objects.update(captured_minor=10_000)
    tickets = [leave_questions_out(request_for(shop, n), leo) for n in range(MANY)]
    by = Actor.staff(amy)

    results = all_at_once([lambda t=t: perform(t, "refund", {}, by=by) for t in tickets])

    assert set(results) == {"done", "refused"}
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 10_000
    assert broken() == {}


def test_twenty_people_refund_the_same_units(ticket, amy, leo):
    leave_questions_out(ticket, leo)
    by = Actor.staff(amy)

    results = all_at_once([lambda: perform(Ticket.objects.get(pk=ticket.pk), "refund", {}, by=by)] * AT_ONCE)

    assert sorted(results) == ["done"] + ["refused"] * (AT_ONCE - 1)
    assert Resolution.objects.count() == 1
    assert broken() == {}


def test_twenty_scanners_count_the_same_parcel(ticket, amy, wen):
    ticket = perform(ticket, "approve", {}, by=Actor.staff(amy))
    by = Actor.staff(wen)

    results = all_at_once([lambda: perform(Ticket.objects.get(pk=ticket.pk), "receive", {}, by=by)] * AT_ONCE)

    assert set(results) == {"done"}
    assert TicketLine.objects.get().received == 2
    assert GoodsMovement.objects.filter(to_bucket="quarantine").count() == 1
    assert broken() == {}


def test_twenty_answers_settle_a_refund_once(ticket, amy, leo, finn, advance_clock, drain):
    ticket = perform(leave_questions_out(ticket, leo), "refund", {}, by=Actor.staff(amy))
    advance_clock(11)
    drain()
    answer = {"refund": str(Refund.objects.get().key), "status": "succeeded", "gateway_refund_id": "G-1"}
    by = Actor.staff(finn)

    results = all_at_once(
        [lambda: perform(Ticket.objects.get(pk=ticket.pk), "record_refund_result", answer, by=by)] * AT_ONCE
    )

    assert set(results) == {"done"}
    assert OrderLine.objects.get(external_id="1").refunded_minor == 6667
    assert broken() == {}
