"""Who may act on the request's page, by role."""

import re

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tickets.actions.moves import cancel_ticket
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def post(client, ticket, verb, data=None, **headers):
    return client.post(f"/tickets/{ticket.number}/{verb}", data or {}, headers=headers)


def seen(page):
    return re.search(r'name="seen" value="(\d+)"', page.text)[1]


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


# -- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("amy", 302), ("leo", 302), ("mona", 302), ("ada", 302), ("wen", 403), ("ines", 403), ("finn", 403),
     ("quinn", 403), ("audrey", 403), ("bob", 404)],
)  # fmt: skip
def test_an_agents_step_by_role(ticket, page_as, stage, role, status):
    answer = post(page_as(getattr(stage, role)), ticket, "complete_step", {"step": "hello", "body": "您好"})

    assert answer.status_code == status
    assert (fresh(ticket).step_code == "evid") is (status == 302)


@pytest.mark.parametrize(("role", "status"), [("amy", 302), ("wen", 302), ("audrey", 403), ("bob", 404)])
def test_a_note_by_role(ticket, page_as, stage, role, status):
    answer = post(page_as(getattr(stage, role)), ticket, "say", {"kind": "note", "body": "note"})

    assert answer.status_code == status
    assert Message.objects.filter(visibility="internal").exists() is (status == 302)


def test_the_dock_does_not_answer_customers(ticket, page_as, wen):
    assert post(page_as(wen), ticket, "say", {"kind": "reply", "body": "hi"}).status_code == 403


def test_a_mandatory_step_is_left_out_by_a_lead_with_a_reason(ticket, page_as, amy, leo):
    assert post(page_as(amy), ticket, "skip_step", {"step": "hello", "reason": "x"}).status_code == 403
    assert post(page_as(leo), ticket, "skip_step", {"step": "hello"}).status_code == 422
    assert post(page_as(leo), ticket, "skip_step", {"step": "hello", "reason": "by phone"}).status_code == 302
    assert fresh(ticket).step_code == "evid"


def test_handing_over_names_a_person_of_the_shop(ticket, page_as, amy, leo):
    client = page_as(amy)

    assert post(client, ticket, "assign", {"to": "bob"}).status_code == 422
    assert post(client, ticket, "assign", {"to": "leo"}).status_code == 302
    assert fresh(ticket).assignee == leo


def test_unknown_verbs_and_fields_do_nothing(ticket, page_as, amy):
    client = page_as(amy)

    assert post(client, ticket, "explode").status_code == 404
    assert post(client, ticket, "say", {"kind": "resolve", "body": "x"}).status_code == 404
    assert post(client, ticket, "take", {"colour": "red"}).status_code == 400
    assert client.get(f"/tickets/{ticket.number}/take").status_code == 405
    assert not Event.objects.filter(stream=ticket.stream, kind="ticket.take").exists()


def test_a_finished_request_refuses_with_a_sentence(ticket, page_as, amy):
    cancel_ticket(ticket, by=Actor.staff(amy))
    answer = post(page_as(amy), ticket, "complete_step", {"step": "hello", "body": "x"})

    assert answer.status_code == 409
    assert "is not possible" in answer.text


def test_a_post_without_a_token_is_refused(ticket, amy):
    from django.test import Client  # noqa: PLC0415 - one that checks, unlike the fixture's

    client = Client(enforce_csrf_checks=True)
    client.force_login(amy)

    assert post(client, ticket, "take").status_code == 403
