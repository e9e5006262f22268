"""Doing things from the page of a request: every verb through one view, refused in place, nothing typed lost."""

import json
import re

import pytest

from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import add_note, hear_customer
from tickets.actions.intake import open_ticket
from tickets.actions.procedure import complete_step, skip_step
from tickets.models import Message, StepRecord, Ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


def post(client, ticket, verb, data=None, **headers):
    return client.post(f"/tickets/{ticket.number}/{verb}", data or {}, headers=headers)


def seen(page):
    return re.search(r'name="seen" value="(\d+)"', page.text)[1]


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def lead(leo):
    return Actor.staff(leo)


@pytest.fixture
def diagnosing(ticket, amy, lead):
    """At the question whether the problem was solved."""
    complete_step(ticket, by=Actor.staff(amy))
    return skip_step(ticket, by=lead, reason="the photos came by chat")


def at_the_end(shop, amy):
    """A question about use that has only to be ended."""
    body = ticket_body(category="usage_help", lines=[], requested_resolution="answer")
    ticket = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]
    for data in ({}, {"answer": "A1"}, {"body": "So."}, {"answer": "solved"}):
        ticket = complete_step(ticket, by=Actor.staff(amy), **data)
    return skip_step(ticket, by=Actor.staff(amy), reason="No")


def test_the_last_words_and_the_end_are_one_click(shop, order, page_as, amy):
    ticket, client = at_the_end(shop, amy), page_as(amy)
    page = client.get(f"/tickets/{ticket.number}").text
    assert "Send and mark resolved" in page
    assert "王小明，您的问题已处理完成。" in page

    emptied = post(client, ticket, "resolve", {"body": " ", "summary": "Kept"})
    assert emptied.status_code == 422
    assert "Kept" in emptied.text
    post(client, ticket, "resolve", {"body": "好了。", "summary": ""})

    assert fresh(ticket).status == "resolved"
    assert Message.objects.filter(ticket=ticket).latest("id").body == "好了。"


def test_a_gap_in_a_steps_words_is_named_and_nothing_typed_is_lost(shop, order, page_as, amy):
    body = ticket_body(category="usage_help", lines=[], requested_resolution="answer")
    ticket, client = open_ticket(shop, read_ticket(body), by=SYSTEM)[0], page_as(amy)
    complete_step(complete_step(ticket, by=Actor.staff(amy)), by=Actor.staff(amy), answer="A1")
    page = client.get(f"/tickets/{ticket.number}").text
    assert 'id="step-gaps"' in page
    assert "To fill in before it is sent:" in page

    refused = post(client, ticket, "complete_step", {"step": "guide", "body": "先按 {answer_text} 再试"})

    assert refused.status_code == 422
    assert "Still to be filled in: The answer itself." in refused.text
    assert "先按 {answer_text} 再试" in refused.text
    assert Message.objects.filter(ticket=ticket, author_kind="staff").count() == 1


# -- without JavaScript -----------------------------------------------------------------


def test_a_step_is_done_and_the_page_shows_the_next(ticket, page_as, amy):
    client = page_as(amy)
    answer = post(client, ticket, "complete_step", {"step": "hello", "body": "您好，我来处理。", "seen": "1"})

    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}")
    assert "Collect evidence" in client.get(answer["Location"]).text
    assert Message.objects.get(ticket=ticket, author_kind="staff").body == "您好，我来处理。"


def test_a_refusal_shows_the_whole_page_with_its_sentence(ticket, page_as, amy):
    complete_step(ticket, by=Actor.staff(amy))
    answer = post(page_as(amy), ticket, "complete_step", {"step": "evid"})

    assert answer.status_code == 409
    assert "needs 3 photos; 0 are here." in answer.text
    assert "<html" in answer.text


def test_an_answer_that_is_not_one_is_marked(diagnosing, page_as, amy):
    answer = post(page_as(amy), diagnosing, "complete_step", {"step": "diagnose", "note": "typed before"})

    assert answer.status_code == 422
    assert "typed before" in answer.text
    assert re.search(r'class="err" id="step_answer_error"', answer.text)


def test_a_note_and_a_reply_from_the_composer(ticket, page_as, amy):
    client = page_as(amy)
    post(client, ticket, "say", {"kind": "note", "body": "among us"})
    post(client, ticket, "say", {"kind": "reply", "body": "to you"})

    said = Message.objects.filter(ticket=ticket, author_kind="staff").order_by("id")
    assert list(said.values_list("visibility", "body")) == [("internal", "among us"), ("public", "to you")]


def test_an_empty_message_is_refused_in_the_composer(ticket, page_as, amy):
    answer = post(page_as(amy), ticket, "say", {"kind": "reply", "body": "  "})

    assert answer.status_code == 422
    assert re.search(r'id="said"><p class="note note-risk"', answer.text)


# -- with htmx ------------------------------------------------------------------------------


def test_htmx_gets_the_next_card_and_tells_the_others(ticket, page_as, amy):
    data = {"step": "hello", "body": "您好"}
    answer = post(page_as(amy), ticket, "complete_step", data, **HTMX, **{"hx-target": "next-step"})

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="next" id="next-step"')
    assert re.search(r"<h2[^>]* autofocus>Collect evidence</h2>", answer.text)
    told = json.loads(answer["HX-Trigger"])
    ticket.refresh_from_db()
    assert told == {
        "ticket.changed": {"shown": ticket.number, "version": str(ticket.version)},
        "ticket.complete_step": True,
    }


def test_a_verb_from_the_menu_moves_the_card_too(ticket, page_as, amy):
    headers = HTMX | {"hx-target": "verb"}
    answer = post(page_as(amy), ticket, "cancel", {"reason": "changed their mind"}, **headers)

    assert answer.text.lstrip().startswith('<section id="verb">')
    assert {"ticket.moved", "ticket.ended"} <= set(json.loads(answer["HX-Trigger"]))
    assert "Done: Cancel" in answer.text


def test_a_reply_can_be_undone_from_its_toast(ticket, page_as, amy):
    client, headers = page_as(amy), HTMX | {"hx-target": "composer"}
    answer = post(client, ticket, "say", {"kind": "reply", "body": "too early"}, **headers)
    undo = re.search(r'hx-post="([^"]+/withdraw)"', answer.text)[1]
    taken = client.post(undo, headers=HTMX)

    assert taken.status_code == 200
    assert "message.withdraw" in taken["HX-Trigger"]
    assert Message.objects.get(body="too early").withdrawn_at is not None
    assert re.search(
        r'<textarea id="reply"[^>]*>\stoo early</textarea>', client.get(f"/tickets/{ticket.number}").text
    )


def test_undoing_without_htmx_brings_the_words_back(ticket, page_as, amy):
    client = page_as(amy)
    post(client, ticket, "say", {"kind": "reply", "body": "too early"})
    message = Message.objects.get(body="too early")
    page = client.post(f"/tickets/{ticket.number}/messages/{message.uid}/withdraw", follow=True)

    assert re.search(r'<textarea id="reply"[^>]*>\stoo early</textarea>', page.text)


def test_undoing_too_late_or_anothers_is_refused(ticket, page_as, amy, leo, bob, advance_clock, drain):
    post(page_as(amy), ticket, "say", {"kind": "reply", "body": "gone"})
    path = f"/tickets/{ticket.number}/messages/{Message.objects.get(body='gone').uid}/withdraw"

    assert page_as(bob).post(path).status_code == 404
    assert page_as(leo).post(path).status_code == 403
    advance_clock(20)
    drain()
    late = page_as(amy).post(path)
    assert (late.status_code, "This message has left already." in late.text) == (409, True)
    assert "has left already" in page_as(amy).post(path, headers=HTMX).text


# -- two people at once -----------------------------------------------------------------------


def test_what_another_did_meanwhile_is_shown_first_and_nothing_typed_is_lost(ticket, page_as, amy, leo):
    client = page_as(amy)
    drawn = seen(client.get(f"/tickets/{ticket.number}"))
    take_ticket(ticket, by=Actor.staff(leo))
    data = {"step": "hello", "body": "my careful words", "seen": drawn}

    first = post(client, ticket, "complete_step", data)
    second = post(client, ticket, "complete_step", data | {"seen": seen(first)})

    assert first.status_code == 412
    assert re.search(r"Leo, \d+ min ago: “Leo took the request”", first.text)
    assert "my careful words" in first.text
    assert second.status_code == 302


def test_the_customer_writing_meanwhile_is_shown_before_a_reply(ticket, page_as, amy, api):
    client = page_as(amy)
    drawn = seen(client.get(f"/tickets/{ticket.number}"))
    api.post(f"/tickets/{ticket.number}/messages", {"author": "customer", "body": "Never mind!"})
    headers = HTMX | {"hx-target": "composer"}
    answer = post(client, ticket, "say", {"kind": "reply", "body": "Please send", "seen": drawn}, **headers)

    assert answer.status_code == 412
    assert "Please send" in answer.text
    assert "ticket.changed" in answer["HX-Trigger"]


def test_ones_own_doings_notes_and_the_desks_are_no_conflict(ticket, page_as, amy, leo):
    client = page_as(amy)
    drawn = seen(client.get(f"/tickets/{ticket.number}"))
    post(client, ticket, "take")
    add_note(ticket, by=Actor.staff(leo), body="look at this")
    hear_customer(ticket, by=SYSTEM, body="by the desk itself")
    answer = post(client, ticket, "complete_step", {"step": "hello", "body": "您好", "seen": drawn})

    assert answer.status_code == 302


def test_a_step_that_is_done_already_is_not_done_twice(ticket, page_as, amy):
    client = page_as(amy)
    data = {"step": "hello", "body": "您好"}
    post(client, ticket, "complete_step", data)
    again = post(client, ticket, "complete_step", data)

    assert (again.status_code, "This step is done already." in again.text) == (409, True)
    assert StepRecord.objects.filter(step_code="hello").count() == 1


def test_a_hand_over_begins_with_who_has_it(ticket, page_as, leo, amy, audrey):
    """Pressed without a choice it takes the request from nobody, and it is offered to nobody who only looks on."""
    take_ticket(ticket, by=Actor.staff(amy))
    page = page_as(leo).get(f"/tickets/{ticket.number}?do=assign").text
    choices = page.partition('name="to"')[2].partition("</select>")[0]

    assert re.search(r'<option value="amy"[^>]* selected', choices)
    assert 'value="audrey"' not in choices
