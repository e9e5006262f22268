"""What is said, to whom it goes, and what can be taken back."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.mail.models import OutgoingMail
from tickets.actions.conversation import (
    add_note,
    ask_customer,
    hear_customer,
    reply_to_customer,
    withdraw_message,
)
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def last_message(ticket):
    return Message.objects.filter(ticket=ticket).order_by("-id").first()


def test_a_reply_goes_out_after_the_time_to_undo(ticket, amy, drain, advance_clock, mailoutbox):
    reply_to_customer(ticket, by=Actor.staff(amy), body="您好，已收到。")

    drain()
    assert mailoutbox == []
    advance_clock(16)
    drain()
    drain()
    assert [(mail.to, mail.body) for mail in mailoutbox] == [(["wang@example.com"], "您好，已收到。")]
    assert ticket.number in mailoutbox[0].subject


def test_a_persons_reply_is_the_first_response_and_the_desks_is_not(ticket, amy):
    reply_to_customer(ticket, by=Actor.system("robot"), body="Received.")
    assert Ticket.objects.get(pk=ticket.pk).first_responded_at is None

    after = reply_to_customer(ticket, by=Actor.staff(amy), body="Hello.")
    assert after.first_responded_at is not None
    assert after.clocks.get(target="first_response").state == "met"


def test_a_message_is_taken_back_in_time_by_its_writer_only(
    ticket, amy, leo, drain, advance_clock, mailoutbox
):
    reply_to_customer(ticket, by=Actor.staff(amy), body="Oops")
    message = last_message(ticket)
    with pytest.raises(NotAllowed):
        withdraw_message(message, by=Actor.staff(leo))

    withdraw_message(message, by=Actor.staff(amy))

    advance_clock(60)
    drain()
    assert mailoutbox == []
    with pytest.raises(NotPossible, match="left already"):
        withdraw_message(message, by=Actor.staff(amy))


def test_a_message_that_has_left_stays(ticket, amy, drain, advance_clock):
    reply_to_customer(ticket, by=Actor.staff(amy), body="Hello")
    advance_clock(20)
    drain()

    with pytest.raises(NotPossible, match="left already"):
        withdraw_message(last_message(ticket), by=Actor.staff(amy))


def test_asking_waits_for_the_customer_and_an_answer_ends_it(ticket, amy):
    asked = ask_customer(ticket, by=Actor.staff(amy), body="Which colour?")
    assert (asked.waiting_on, asked.status) == ("customer", "waiting")
    assert asked.clocks.get(target="resolution").state == "paused"

    answered = hear_customer(ticket, by=Actor("shop", "shop", shop_id=ticket.shop_id), body="Blue.")
    assert (answered.waiting_on, answered.status) == ("us", "open")
    assert answered.clocks.get(target="resolution").state == "running"
    assert answered.clocks.get(target="next_response").state == "running"


def test_a_note_stays_inside(ticket, amy):
    add_note(ticket, by=Actor.staff(amy), body="Careful with this one.")

    assert last_message(ticket).visibility == "internal"
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "x" * 20_001])
def test_an_empty_or_endless_message_is_refused(ticket, amy, body):
    with pytest.raises(Invalid):
        reply_to_customer(ticket, by=Actor.staff(amy), body=body)


@pytest.mark.parametrize("name", ["audrey", "quinn", "wen", "ines"])
def test_who_does_not_speak_to_customers_cannot_reply(ticket, stage, name):
    with pytest.raises(NotAllowed):
        reply_to_customer(ticket, by=Actor.staff(getattr(stage, name)), body="Hi")
