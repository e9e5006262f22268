"""What stands before a step is told on its card, with who takes it away and the way there."""

import pytest

from returns.models import Exchange, Refund
from tests.factories import order_body
from tests.returns.shortcuts import leave_questions_out, propose_dear_refund

pytestmark = pytest.mark.django_db


def card(session, ticket):
    headers = {"HX-Request": "true", "HX-Target": "next-step"}
    return session.get(f"/tickets/{ticket.number}", headers=headers).text


def test_the_dock_is_led_to_what_is_to_come(returning, page_as, amy, wen, do):
    do(amy, returning, "approve")

    shown = card(page_as(wen), returning)
    assert "1 unit is still to arrive." in shown
    assert f'href="/receive?code={returning.number}"' in shown
    assert "does this first" not in card(page_as(amy), returning)


def test_the_inspectors_step_leads_to_its_page(counted, page_as, ines, amy):
    shown = card(page_as(ines), counted)

    assert f'href="/inspect/{counted.number}"' in shown
    assert 'name="answers"' not in shown
    assert "<b>Inspector</b> does this step." in card(page_as(amy), counted)


def test_a_procedure_without_an_inspection_says_what_is_missing(received, page_as, amy, ines, leo):
    """A shop's own procedure may forget it: the guard is told with the way past it."""
    ticket = leave_questions_out(received, leo)
    assert (ticket.stage, ticket.step_code) == ("inspect", "close")

    there = f'href="/inspect/{received.number}"'
    for person, words in ((amy, "<b>Inspector</b> does this first."), (ines, there)):
        shown = card(page_as(person), received)
        assert "2 units are not inspected yet." in shown
        assert words in shown


def test_goods_that_a_procedure_does_not_know_of_are_inspected_all_the_same(
    open_request, page_as, amy, wen, ines, leo, do
):
    """Somebody approved a return where the procedure has none: its refund says what comes first."""
    lines = [{"order_line": "2", "quantity": 1}]
    ticket = open_request(category="not_shipped", requested_resolution="refund_only", lines=lines)
    for person, verb, fields in (
        (amy, "approve", {"goods_back": True}),
        (amy, "complete_step", {}),
        (leo, "complete_step", {"answer": "fail"}),
        (wen, "complete_step", {"answer": "fail"}),
        (amy, "complete_step", {"answer": "refund"}),
    ):
        ticket = do(person, ticket, verb, **fields)
    assert ticket.step_code == "refund"
    assert "<b>Warehouse</b> does this first." in card(page_as(amy), ticket)
    do(wen, ticket, "receive")
    assert "<b>Inspector</b> does this first." in card(page_as(amy), ticket)
    assert f'href="/inspect/{ticket.number}"' in card(page_as(ines), ticket)
    do(ines, ticket, "inspect", grade="A")

    assert f'action="/tickets/{ticket.number}/refund"' in card(page_as(amy), ticket)


def test_what_the_policy_denies_waits_for_a_supervisor(open_request, page_as, amy, leo, do):
    order = {"deliveries": [order_body()["deliveries"][0] | {"delivered_at": "2026-01-01T08:00:00+08:00"}]}
    lines = [{"order_line": "2", "quantity": 1, "reason": "q_surface"}]
    ticket = open_request(order, lines=lines)
    do(leo, ticket, "skip_step", reason="Known")
    do(leo, ticket, "skip_step", reason="Known")
    ticket = do(amy, ticket, "complete_step", answer="not_solved")
    assert ticket.step_code == "label"

    assert "<b>Supervisor</b> does this first." in card(page_as(amy), ticket)
    assert "does this first" not in card(page_as(leo), ticket)


def test_a_declined_refund_leads_to_another_proposal(stage, page_as, do):
    ticket = propose_dear_refund(stage, 900_000)
    resolution = ticket.resolutions.get()
    do(stage.finn, ticket, "decline_resolution", resolution=str(resolution.uid), reason="Not so")

    shown = card(page_as(stage.amy), ticket)
    assert "The last proposal came to nothing. Propose another one." in shown
    assert f'href="/resolve/{ticket.number}"' in shown


def test_a_failed_refund_leads_to_another_proposal(
    counted, page_as, amy, ines, finn, do, answer, advance_clock, drain
):
    do(ines, counted, "inspect", grade="A")
    do(amy, counted, "refund", amount_minor=100, reason="A trial")
    do(finn, counted, "complete_step")
    advance_clock(11)
    drain()
    answer(Refund.objects.get(), "failed", detail="Card closed")

    shown = card(page_as(amy), counted)
    assert "Propose another one." in shown
    assert f'href="/resolve/{counted.number}"' in shown


def test_a_repair_that_is_open_is_finished_first(stage, open_request, page_as, do):
    ticket = open_request()
    for person, verb, fields in (
        (stage.leo, "skip_step", {"reason": "Known"}),
        (stage.leo, "skip_step", {"reason": "Known"}),
        (stage.amy, "complete_step", {"answer": "not_solved"}),
        (stage.amy, "approve", {}),
        (stage.wen, "receive", {}),
        (stage.wen, "complete_step", {"answer": "pass"}),
        (stage.ines, "inspect", {"grade": "B"}),
        (stage.amy, "complete_step", {"answer": "repair"}),
    ):
        ticket = do(person, ticket, verb, **fields)
    do(stage.amy, ticket, "repair", fault="Handle loose")
    ticket = do(stage.ines, ticket, "record_repair", status="started")

    assert ticket.step_code == "back_mended"
    assert "<b>Inspector</b> does this first." in card(page_as(stage.wen), ticket)
    assert "?do=record_repair#verb" in card(page_as(stage.leo), ticket)


def test_the_choice_of_a_resolution_says_why_there_is_none(counted, page_as, amy):
    page = page_as(amy).get(f"/resolve/{counted.number}").text

    assert 'id="why-not"' in page
    assert "First comes the step “Fill in the checklist”." in page
    assert "<b>Inspector</b> does this first." in page
    assert f'class="btn btn-primary btn-lg" href="/tickets/{counted.number}"' in page


def test_the_choice_after_the_end_says_so(ticket, page_as, amy, leo, do):
    do(leo, ticket, "cancel")

    assert "This request is finished." in page_as(amy).get(f"/resolve/{ticket.number}").text


def test_what_is_awaited_is_told_with_whom_and_since_when(counted, page_as, amy, ines, finn, do):
    do(ines, counted, "inspect", grade="A")
    do(amy, counted, "refund", amount_minor=100, reason="A trial")
    ticket = do(finn, counted, "complete_step")

    shown = card(page_as(amy), counted)
    assert (ticket.step_code, ticket.waiting_on, ticket.status) == ("settled", "platform", "waiting")
    assert "paused" in ticket.clocks.values_list("state", flat=True)
    assert "The refund is to be paid by the shop&#x27;s payment system." in shown
    assert "Waiting on: <b>Platform</b>" in shown
    assert "Since" in shown


def test_an_exchange_is_waited_for_before_the_customer_is_told(
    open_request, page_as, amy, wen, ines, finn, do, shop_actor
):
    lines = [{"order_line": "1", "quantity": 1, "reason": "w_product"}]
    ticket = open_request(category="wrong_item", requested_resolution="exchange", lines=lines)
    for person, verb, fields in (
        (amy, "complete_step", {}),
        (amy, "complete_step", {"answer": "item"}),
        (amy, "complete_step", {"answer": "exchange"}),
        (amy, "approve", {}),
        (wen, "receive", {}),
        (wen, "complete_step", {"answer": "pass"}),
        (ines, "inspect", {"grade": "A"}),
        (amy, "exchange", {}),
        (finn, "complete_step", {}),
    ):
        ticket = do(person, ticket, verb, **fields)
    assert (ticket.step_code, ticket.waiting_on) == ("settled", "warehouse")
    told = {"status": "confirmed", "carrier": "sf", "waybill": "SF1000200055", "new_order_ref": "N-1"}

    ticket = do(
        shop_actor, ticket, "record_exchange_result", exchange=str(Exchange.objects.get().uid), **told
    )

    assert ticket.step_code == "close"
    assert "SF1000200055" in card(page_as(amy), ticket)
