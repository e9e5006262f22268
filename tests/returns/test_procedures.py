"""A return carried along its procedure from the first word to the last, by the people whose steps they are."""

import pytest

from aftersales.errors import NotPossible
from aftersales.events.actors import Actor
from returns.models import Refund
from tests.returns.shortcuts import photograph_for
from tests.returns.test_actions_inspecting import SOUND
from tickets.models import Reason, Ticket
from tickets.verbs import perform

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture
def go():
    """`go(ticket, amy, "refund")`: the verb exactly as given, with the photos that its step asks for."""

    def act(ticket, person, verb, **fields):
        photograph_for(ticket, verb)
        actor = person if isinstance(person, Actor) else Actor.staff(person)
        return perform(Ticket.objects.get(pk=ticket.pk), verb, fields, by=actor)

    return act


@pytest.fixture
def changed_mind(open_request):
    reason = Reason.objects.filter(group="changed_mind").first().code
    lines = [{"order_line": "1", "quantity": 2, "reason": reason}]
    return open_request(category="no_reason_return", lines=lines)


def at(ticket, code):
    ticket.refresh_from_db()
    assert ticket.step_code == code, (ticket.stage, ticket.step_code)
    return ticket


def test_a_no_reason_return_runs_from_the_first_word_to_the_last(
    changed_mind, go, amy, wen, ines, finn, shop_actor, advance_clock, drain, answer
):
    ticket = go(at(changed_mind, "label"), amy, "approve")
    assert (at(ticket, "in").stage, ticket.waiting_on) == ("receive", "customer")

    ticket = go(ticket, shop_actor, "ship", carrier="sf", waybill="SF1000200030")
    assert ticket.waiting_on == "carrier"
    go(ticket, wen, "receive")
    go(at(ticket, "recv"), wen, "complete_step", answer="pass")
    assert at(ticket, "insp").stage == "inspect"
    go(ticket, ines, "inspect", answers=SOUND)
    assert at(ticket, "refund").stage == "resolve"
    go(ticket, amy, "refund")
    ticket = go(at(ticket, "inv"), finn, "complete_step")
    assert (at(ticket, "settled").waiting_on, ticket.status) == ("platform", "waiting")
    with pytest.raises(NotPossible, match="First comes the step “Wait until it is paid or shipped”"):
        go(ticket, amy, "resolve")

    advance_clock(11)
    drain()
    answer(Refund.objects.get(), "succeeded", gateway_refund_id="G-1")
    ticket = go(at(ticket, "close"), amy, "resolve", summary="Paid back")

    assert (ticket.status, ticket.outcome) == ("resolved", "refund")


def test_only_part_comes_and_the_rest_is_given_up(changed_mind, go, amy, wen, ines):
    ticket = changed_mind
    go(ticket, amy, "approve")
    line = str(ticket.lines.all()[0].uid)
    ticket = go(ticket, wen, "receive", lines=[{"line": line, "quantity": 1}])
    assert at(ticket, "in").stage == "receive"

    go(ticket, wen, "close_short", reason="not_sent")

    go(at(ticket, "recv"), wen, "complete_step", answer="pass")
    go(ticket, ines, "inspect", answers=SOUND)
    go(at(ticket, "refund"), amy, "refund")
    assert Refund.objects.get().amount_minor == 3333
