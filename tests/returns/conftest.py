"""The stages a return goes through, each reached by the actions that people take."""

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.invariants import broken
from returns.models import GoodsBalance
from tests.factories import SYSTEM, order_body, ticket_body
from tests.returns.shortcuts import leave_questions_out, photograph_for
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import OrderLine, Ticket, TicketLine
from tickets.serializers import read_order, read_ticket
from tickets.verbs import perform

# What is done for the customer comes after the procedure's questions, which are tested elsewhere.
AFTER_QUESTIONS = {"refund", "exchange", "repair", "reship", "compensate", "return_as_is", "decide"}


@pytest.fixture
def do(leo):
    """`do(amy, ticket, "approve", goods_back=True)`: the verb as a page or the API runs it."""

    def act(person, ticket, verb, **fields):
        actor = person if isinstance(person, Actor) else Actor.staff(person)
        if verb in AFTER_QUESTIONS:
            leave_questions_out(ticket, leo)
        photograph_for(ticket, verb)
        return perform(Ticket.objects.get(pk=ticket.pk), verb, fields, by=actor)

    return act


@pytest.fixture
def shop_actor(shop_key):
    return Actor.shop(shop_key[0])


@pytest.fixture
def line(ticket):
    """The line of the two mugs, fresh."""
    return TicketLine.objects.get(ticket=ticket)


@pytest.fixture
def approved(ticket, amy, do):
    """Two mugs are to come back, a label is out."""
    return do(amy, ticket, "approve")


@pytest.fixture
def shipped(approved, amy, do):
    return do(amy, approved, "ship", carrier="SF", waybill="SF1402 9913 5520")


@pytest.fixture
def received(shipped, wen, do):
    return do(wen, shipped, "receive")


@pytest.fixture
def inspected(received, ines, do):
    """Both mugs are here, seen, and grade A."""
    return do(ines, received, "inspect", grade="A", finding="As new")


@pytest.fixture
def answer(shop_actor, do):
    """`answer(refund, "succeeded")`: the shop's payment side tells."""

    def tell(refund, status, **fields):
        return do(
            shop_actor, refund.ticket, "record_refund_result", refund=str(refund.key), status=status, **fields
        )

    return tell


@pytest.fixture
def ledger_money():
    """(reserved, refunded, refunded units) of an order line, and (reserved, refunded) of its order."""

    def read(line):
        bought = OrderLine.objects.select_related("order").get(pk=line.order_line_id)
        order = bought.order
        return (
            (bought.refund_reserved_minor, bought.refunded_minor, bought.refunded_quantity),
            (order.refund_reserved_minor, order.refunded_minor),
        )

    return read


@pytest.fixture
def counters():
    """The counters of a ticket's first line, by name."""

    def read(ticket, *names):
        row = TicketLine.objects.filter(ticket=ticket).order_by("id").values(*names).first()
        return tuple(row[name] for name in names)

    return read


@pytest.fixture
def buckets():
    """{bucket: units} of a ticket, empty ones left out."""

    def read(ticket):
        rows = GoodsBalance.objects.filter(ticket_line__ticket=ticket, quantity__gt=0)
        return dict(rows.values_list("bucket", "quantity"))

    return read


@pytest.fixture
def kinds_of():
    """The kinds of a ticket's events, in order."""
    return lambda ticket: list(
        Event.objects.filter(stream=ticket.stream).order_by("seq").values_list("kind", flat=True)
    )


@pytest.fixture
def open_request(shop):
    """`open_request(order={...}, category="...")`: a request on an order of that body."""

    def make(order=None, **changes):
        put_order(shop, "O-1", read_order(order_body(**(order or {}))), by=SYSTEM)
        return open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]

    return make


@pytest.fixture
def returning(open_request):
    """A kettle that somebody no longer wants: the desk has told the terms, the return is to be approved."""
    lines = [{"order_line": "2", "quantity": 1, "reason": "c_no_reason"}]
    return open_request(category="no_reason_return", lines=lines)


@pytest.fixture
def counted(returning, amy, wen, do):
    """The kettle is here and was counted; it waits for the inspector."""
    for person, verb, fields in (
        (amy, "approve", {}),
        (amy, "ship", {"carrier": "sf", "waybill": "SF1000200030"}),
        (wen, "receive", {}),
        (wen, "complete_step", {"answer": "pass"}),
    ):
        ticket = do(person, returning, verb, **fields)
    return ticket


@pytest.fixture
def sound(db):
    """After the test no rule about the data is broken."""
    yield
    assert broken() == {}
