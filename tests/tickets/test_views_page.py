"""The page of one request: what each role sees of it, whole and in parts."""

import re

import pytest

from aftersales.clock import now
from aftersales.events.actors import Actor
from tickets.actions.conversation import add_note, ask_customer
from tickets.actions.holds import hold_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.procedure import complete_step, skip_step
from tickets.models import SlaClock

pytestmark = pytest.mark.django_db
PARTS = ("ticket-head", "next-step", "verb", "composer", "timeline", "facts")


def page_of(ticket, query=""):
    return f"/tickets/{ticket.number}{query}"


def at_step(ticket, code, leo):
    """Leave out what comes before a step, as a lead may."""
    while ticket.step_code != code:
        ticket = skip_step(ticket, by=Actor.staff(leo), reason="not needed here")
    return ticket


# -- who sees it ----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "?do=assign", "/attachments"])
def test_the_stranger_gets_the_404_of_nothing(ticket, page_as, bob, path):
    theirs = page_as(bob).get(f"/tickets/{ticket.number}{path}")
    nothing = page_as(bob).get(f"/tickets/A26-NOSUCH{path}")

    assert theirs.status_code == nothing.status_code
    assert theirs.status_code in (404, 405)
    assert ticket.subject not in theirs.text


@pytest.mark.parametrize("role", ["amy", "leo", "wen", "ines", "finn", "mona", "quinn", "audrey", "ada"])
def test_every_role_of_the_shop_may_look(ticket, page_as, stage, role):
    page = page_as(getattr(stage, role)).get(page_of(ticket))

    assert page.status_code == 200
    assert "First reply" in page.text
    assert all(f'id="{part}"' in page.text for part in PARTS)


@pytest.mark.parametrize(("role", "sees"), [("amy", True), ("finn", True), ("wen", False), ("ines", False)])
def test_money_is_for_those_who_may_see_it(ticket, page_as, stage, role, sees):
    page = page_as(getattr(stage, role)).get(page_of(ticket))

    assert ("¥66.66" in page.text) is sees
    assert ('id="money"' in page.text) is sees


@pytest.mark.parametrize(
    ("role", "phone", "street"),
    [("amy", "•••• 0001", False), ("leo", "138", True), ("wen", "", False), ("quinn", "", False)],
)
def test_contacts_are_masked_by_role(ticket, page_as, stage, role, phone, street):
    page = page_as(getattr(stage, role)).get(page_of(ticket))
    shown = re.search(r"<dt>Phone</dt><dd>(.*?)</dd>", page.text)

    assert (shown[1] if shown else "").replace('<span class="g4"><span>', "").startswith(phone)
    assert bool(shown) is bool(phone)
    assert ("示例路" in page.text) is street


def test_the_conversation_is_hidden_from_the_dock(ticket, page_as, wen, amy):
    add_note(ticket, by=Actor.staff(amy), body="Lot 2409 is known.")
    page = page_as(wen).get(page_of(ticket))

    assert "Your role does not read conversations." in page.text
    assert "收到时杯口有裂纹" not in page.text
    assert "Lot 2409" not in page.text
    assert "Wrote an internal note" in page.text


# -- the next step ----------------------------------------------------------------------


def test_the_next_step_has_its_form_open(ticket, page_as, amy):
    page = page_as(amy).get(page_of(ticket))

    assert "1 of 18" in page.text
    assert f'action="/tickets/{ticket.number}/complete_step"' in page.text
    assert "王小明您好，我是青禾售后客服艾米" in page.text
    assert re.search(r'<textarea name="body"[^>]*lang="zh-Hans"', page.text)
    assert "Procedure version 1" in page.text


def test_a_step_of_another_role_says_whose_it_is(ticket, page_as, wen):
    page = page_as(wen).get(page_of(ticket))

    assert "<b>Agent</b> does this step." in page.text
    assert "complete_step" not in page.text


def test_an_auditor_reads_and_has_nothing_to_press(ticket, page_as, audrey):
    page = page_as(audrey).get(page_of(ticket))

    assert "/complete_step" not in page.text
    assert "/say" not in page.text
    assert "?do=" not in page.text


def test_a_photo_step_counts_and_takes_photos(ticket, page_as, amy):
    complete_step(ticket, by=Actor.staff(amy))
    page = page_as(amy).get(page_of(ticket))

    assert "0 of 3 photos are here" in page.text
    assert 'name="step" value="evid"' in page.text
    assert "?kind=ask&amp;macro=ask_photos#composer" in page.text


def test_a_question_offers_its_answers_as_cards(ticket, page_as, leo):
    at_step(ticket, "diagnose", leo)
    page = page_as(leo).get(page_of(ticket))

    assert re.findall(r'name="answer" value="([^"]+)"', page.text) == ["solved", "not_solved"]


def test_a_step_with_a_verb_shows_the_verbs_own_form(ticket, page_as, amy, leo):
    at_step(ticket, "diagnose", leo)
    complete_step(ticket, by=Actor.staff(amy), answer="not_solved")
    page = page_as(amy).get(page_of(ticket))
    line = ticket.lines.get()

    assert f'action="/tickets/{ticket.number}/approve"' in page.text
    assert f'name="lines-{line.uid}-quantity" value="2" min="0" max="2"' in page.text
    assert "Then the customer is told" in page.text
    assert "Because “Quick diagnosis” was answered: Not solved." in page.text


def test_a_check_shows_what_the_desk_found_and_why(shop, ticket, page_as, leo):
    at_step(ticket, "diagnose", leo)
    complete_step(ticket, by=Actor.staff(leo), answer="not_solved")
    for _step in ("label", "in"):
        skip_step(ticket, by=Actor.staff(leo), reason="by hand")
    page = page_as(leo).get(page_of(ticket))

    assert "Received items and quantities match what was authorised" in page.text
    assert "not known" in page.text
    assert "Nothing was received yet." in page.text
    assert re.findall(r'name="answer" value="([^"]+)"', page.text) == ["pass", "fail"]


def test_a_wait_says_on_whom_since_when_and_until(ticket, page_as, amy, leo):
    at_step(ticket, "diagnose", leo)
    complete_step(ticket, by=Actor.staff(amy), answer="not_solved")
    skip_step(ticket, by=Actor.staff(leo), reason="by hand")
    page = page_as(amy).get(page_of(ticket))

    assert "Wait for the parcel" in page.text
    assert "Waiting on: <b>Customer</b>." in page.text
    assert "no longer than until" in page.text


def test_a_decision_shows_the_facts_it_needs(open_in, page_as, amy):
    page = page_as(amy).get(page_of(open_in("change_or_cancel")))

    assert "The order is paid: <b>yes</b>" in page.text


def test_with_no_step_left_it_can_be_resolved(ticket, page_as, leo):
    while ticket.step_code:
        ticket = skip_step(ticket, by=Actor.staff(leo), reason="not needed here")
    page = page_as(leo).get(page_of(ticket))

    assert f'action="/tickets/{ticket.number}/resolve"' in page.text


def test_what_blocks_the_end_is_said(ticket, page_as, leo):
    hold_ticket(ticket, by=Actor.staff(leo), reason="Waiting for the carrier's word")
    while ticket.step_code:
        ticket = skip_step(ticket, by=Actor.staff(leo), reason="not needed here")
    page = page_as(leo).get(page_of(ticket))

    assert "On hold: Waiting for the carrier&#x27;s word" in page.text
    assert f'action="/tickets/{ticket.number}/resolve"' not in page.text


def test_a_finished_request_says_how_it_ended(ticket, page_as, amy):
    cancel_ticket(ticket, by=Actor.staff(amy), reason="changed their mind")
    page = page_as(amy).get(page_of(ticket))

    assert re.search(r'<h2 id="next-step-title"[^>]*>Cancelled</h2>', page.text)
    assert "changed their mind" in page.text


def test_leaving_out_is_offered_to_those_who_may(ticket, page_as, amy, leo):
    assert "do=skip_step" not in page_as(amy).get(page_of(ticket)).text
    assert "do=skip_step" in page_as(leo).get(page_of(ticket)).text


# -- the head ---------------------------------------------------------------------------


def test_clocks_explain_themselves(ticket, page_as, amy):
    page = page_as(amy).get(page_of(ticket))

    assert 'role="tooltip" id="clock-first_response"' in page.text
    assert "of working time" in page.text
    assert "promised by" in page.text


def test_a_missed_and_a_paused_clock(ticket, page_as, amy):
    SlaClock.objects.filter(ticket=ticket, target="first_response").update(
        breached_at=now(), state="met", stopped_at=now(), next_try_at=None
    )
    ask_customer(ticket, by=Actor.staff(amy), body="Which one?")
    page = page_as(amy).get(page_of(ticket, ""))

    assert ">missed<" in page.text
    assert ">paused<" in page.text


def test_other_verbs_open_their_form_in_the_address(ticket, page_as, amy):
    page = page_as(amy).get(page_of(ticket, "?do=assign"))

    assert '<option value="leo">Leo · Supervisor</option>' in page.text
    assert 'value="bob"' not in page.text


def test_a_verb_that_is_not_possible_says_why(ticket, page_as, amy):
    page = page_as(amy).get(page_of(ticket, "?do=reopen"))

    assert "is not possible" in page.text
    assert f'action="/tickets/{ticket.number}/reopen"' not in page.text
