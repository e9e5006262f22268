"""Whose turn it is while money waits: what a person can do now is among their next steps, and is given to them."""

import pytest

from aftersales.events.actors import Actor
from tests.factories import SYSTEM
from tests.returns.shortcuts import propose_dear_refund
from tickets.actions.holds import place_hold
from tickets.actions.next_ticket import take_next
from tickets.queries.saved_views import views_of
from tickets.queries.selection import selected
from tickets.queries.view_counts import counts

pytestmark = pytest.mark.django_db
SUPERVISORS, ABOVE = 150_000, 299_000


def own(person, view="mine"):
    """How many are in the view of this person; the counter says the same."""
    actor = Actor.staff(person)
    number = selected(actor, view=view).count()
    assert counts(actor, [views_of(actor)[view]])[view].number == number
    return number


def given(person):
    actor = Actor.staff(person)
    return take_next(selected(actor, view="mine"), by=actor)


def running(ticket):
    return set(ticket.clocks.filter(stopped_at=None).values_list("state", flat=True))


def test_what_is_above_the_leads_is_finances_turn(stage, finn, leo, amy):
    ticket = propose_dear_refund(stage, ABOVE)

    assert (ticket.step_code, ticket.step_role, ticket.waiting_on) == ("refok", "finance", "us")
    assert (own(finn), own(leo), own(amy)) == (1, 0, 0)
    assert own(finn, "approval") == 1
    assert given(finn) == ticket


def test_within_their_limit_it_is_the_leads_turn(stage, finn, leo, mona):
    ticket = propose_dear_refund(stage, SUPERVISORS)

    assert (own(finn), own(leo), own(mona)) == (0, 1, 1)
    assert given(mona) == ticket


def test_the_invoice_is_finances_turn_while_the_money_is_under_way(stage, finn, do):
    ticket = do(finn, propose_dear_refund(stage, ABOVE), "approve_resolution")

    assert (ticket.step_code, ticket.waiting_on, ticket.status) == ("inv", "us", "open")
    assert own(finn) == 1
    assert given(finn) == ticket
    ticket = do(finn, ticket, "complete_step")
    assert (ticket.step_code, ticket.waiting_on) == ("settled", "platform")
    assert own(finn) == 0


def test_a_proposal_that_waits_without_a_step_is_finances_turn(stage, finn, leo, do):
    ticket = propose_dear_refund(stage, ABOVE)
    for _step in ("refok", "inv"):
        ticket = do(leo, ticket, "skip_step", reason="Known")

    assert (ticket.step_code, ticket.step_role, ticket.waiting_on) == ("settled", "finance", "us")
    assert own(finn) == 1


def test_a_persons_own_hold_stands_before_the_step(stage, finn, do):
    ticket = propose_dear_refund(stage, ABOVE)
    place_hold(ticket, "The bank is asked", waiting_on="partner", by=SYSTEM)
    ticket = do(finn, ticket, "approve_resolution")

    assert (ticket.step_code, ticket.waiting_on) == ("inv", "partner")


def test_a_wait_that_was_left_out_waits_for_nobody(open_request, amy, leo, do):
    ticket = open_request(category="service_complaint")
    while ticket.step_code != "fault":
        ticket = do(leo, ticket, "skip_step", reason="Known")
    do(leo, ticket, "complete_step", answer="ours")
    ticket = do(amy, ticket, "compensate", amount_minor=1000, reason="The trouble")
    assert ticket.step_code == "settled"
    assert (ticket.waiting_on, "paused" in running(ticket)) == ("platform", True)

    ticket = do(leo, ticket, "skip_step", reason="Known")

    assert (ticket.step_code, ticket.waiting_on, ticket.status) == ("letter", "us", "open")
    assert running(ticket) == {"running"}
    assert own(leo) == 1


def test_the_end_waits_for_what_is_under_way(stage, finn, leo, do):
    ticket = do(finn, propose_dear_refund(stage, ABOVE), "approve_resolution")
    for _step in ("inv", "settled"):
        ticket = do(leo, ticket, "skip_step", reason="Known")

    assert (ticket.step_code, ticket.waiting_on) == ("close", "platform")
