"""Whatever people type is shown as text: naughty strings, hostile pages, and texts without end."""

import html
import re

import pytest

from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tests.shared_data import shared_json
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.models import Draft, Message
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "{{ 7*7 }}{% debug %}${7*7}",
    "javascript:alert(1)//\u2028\u2029x",
    "\u202eevil\u200b\ufeff",
    '<!--#exec cmd="/bin/ls" -->',
    "]]><a xmlns:a='http://www.w3.org/1999/xhtml'><a:body onload='alert(1)'/></a>",
    "On <b>me</b> wrote:\n> <script>alert(2)</script>",
]


@pytest.fixture(params=["note", "reply", "customer"])
def say(request, ticket, amy):
    by = Actor.staff(amy)
    return {
        "note": lambda text: add_note(ticket, by=by, body=text),
        "reply": lambda text: reply_to_customer(ticket, by=by, body=text),
        "customer": lambda text: hear_customer(ticket, by=SYSTEM, body=text),
    }[request.param]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_text(ticket, page_as, amy, say, text):
    say(text)

    page = page_as(amy).get(f"/tickets/{ticket.number}").text

    assert html.escape(text.split("\n")[0]) in page
    assert "<" not in text or text.split("\n")[0] not in page
    assert "<script>alert" not in page


def naughty():
    """Those that say something: the others are refused as empty, NUL is refused at the door."""
    return [text for text in shared_json("nasty/blns/blns.json") if text.strip() and "\0" not in text]


def test_five_hundred_naughty_strings_are_shown_as_text(ticket, page_as, amy):
    strings = naughty()
    assert len(strings) > 490
    Message.objects.bulk_create(
        Message(
            ticket=ticket,
            author_kind="staff",
            author_user=amy,
            author_name="Amy",
            visibility="internal" if number % 2 else "public",
            body=text,
            created_at=now(),
        )
        for number, text in enumerate(strings)
    )

    client, address, pages = page_as(amy), f"/tickets/{ticket.number}", 0
    while address:
        answer = client.get(address, headers={"hx-request": "true", "hx-target": "timeline"})
        assert answer.status_code == 200
        assert "<script>alert(" not in answer.text
        older = re.search(r'href="(\?before=[^"#]+)', answer.text)
        address, pages = older and f"/tickets/{ticket.number}{html.unescape(older[1])}", pages + 1
    assert pages >= 16


def test_naughty_strings_are_said_as_they_are(ticket, amy):
    by, strings = Actor.staff(amy), naughty()[::15]
    for number, text in enumerate(strings):
        (add_note if number % 2 else reply_to_customer)(ticket, by=by, body=text)

    kept = Message.objects.filter(author_kind="staff").order_by("id").values_list("body", flat=True)
    assert list(kept) == [text.strip() for text in strings]


def test_naughty_strings_come_through_the_page_or_are_refused(ticket, page_as, amy):
    client = page_as(amy)
    for text in shared_json("nasty/blns/blns.json")[::25]:
        answer = client.post(f"/tickets/{ticket.number}/say", {"kind": "note", "body": text})
        assert answer.status_code in (302, 400, 422), text


@pytest.mark.parametrize("length", [20_001, 1_000_000])
def test_a_text_without_end_is_refused_everywhere(api_as, api, ticket, amy, length):
    body = "长" * length if length < 500_000 else "x" * length
    answers = [
        api_as(amy).post(f"/tickets/{ticket.number}/actions/note", {"body": body}),
        api.post(f"/tickets/{ticket.number}/messages", {"author": "customer", "body": body}),
        api.post("/tickets", {"subject": body, "message": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert all("20000" in answer.text or "200" in answer.text for answer in answers)
    assert Message.objects.filter(author_kind="staff").count() == Draft.objects.count() == 0


def test_a_subject_of_markup_is_text_in_the_page(shop, order, page_as, amy):
    body = ticket_body(subject="<script>alert(1)</script>", category="usage_help", lines=[])
    opened = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    assert "<script>alert" not in page_as(amy).get(f"/tickets/{opened.number}").text
