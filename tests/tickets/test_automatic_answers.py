"""What counts as a first response, and what a next answer is owed for."""

from datetime import timedelta

import pytest

from tests.tickets.sla_cases import SYSTEM, clock_of, publish_policy
from tickets.actions.conversation import hear_customer, reply_to_customer, withdraw_message
from tickets.actions.intake import open_ticket


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop, counts_automatic=True)


@pytest.fixture
def ticket(shop, policy):
    body = {"category": "quality_other", "channel": "chat", "subject": "杯子", "message": "有裂纹"}
    return open_ticket(shop, body, by=SYSTEM)[0]


def test_an_automatic_message_is_a_first_response_where_the_policy_counts_it(ticket):
    ticket = reply_to_customer(ticket, by=SYSTEM, body="已收到")

    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.stopped_at) == ("met", ticket.first_responded_at)
    assert ticket.last_reply_at is None


def test_it_answers_no_question_that_comes_later(ticket, as_staff, amy):
    ticket = reply_to_customer(ticket, by=SYSTEM, body="已收到")
    ticket = hear_customer(ticket, by=SYSTEM, body="还有一个问题")
    ticket = reply_to_customer(ticket, by=SYSTEM, body="已收到")

    assert clock_of(ticket, "next_response").state == "running"
    reply_to_customer(ticket, by=as_staff(amy), body="您好")
    assert clock_of(ticket, "next_response").state == "met"


def test_it_still_counts_when_a_person_takes_their_word_back(ticket, as_staff, amy):
    ticket = reply_to_customer(ticket, by=SYSTEM, body="已收到")
    first = ticket.first_responded_at
    ticket = reply_to_customer(ticket, by=as_staff(amy), body="您好")

    withdraw_message(ticket.messages.get(body="您好"), by=as_staff(amy))

    ticket.refresh_from_db()
    assert abs(ticket.first_responded_at - first) < timedelta(seconds=1)
    assert clock_of(ticket, "first_response").state == "met"


def test_a_second_question_before_the_answer_wins_nobody_time(ticket, as_staff, amy):
    reply_to_customer(ticket, by=as_staff(amy), body="您好")
    ticket = hear_customer(ticket, by=SYSTEM, body="还有一个问题")
    due_at = clock_of(ticket, "next_response").due_at

    ticket = hear_customer(ticket, by=SYSTEM, body="在吗？")

    assert (clock_of(ticket, "next_response").due_at, clock_of(ticket, "next_response").cycle) == (due_at, 1)
    reply_to_customer(ticket, by=as_staff(amy), body="在的")
    hear_customer(ticket, by=SYSTEM, body="谢谢，再问一下")
    assert clock_of(ticket, "next_response").cycle == 2
