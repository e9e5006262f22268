"""The page of a request below its head: conversation, composer, facts, and what htmx fetches alone."""

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from aftersales.events.actors import Actor
from tests.factories import SYSTEM
from tickets.actions.attachments import attach_file
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.registry import PANELS

pytestmark = pytest.mark.django_db


MOST_QUERIES = 25  # a quarter of them are the boxes and verbs that other parts of the desk registered


PARTS = ("ticket-head", "next-step", "verb", "composer", "timeline", "facts")


def page_of(ticket, query=""):
    return f"/tickets/{ticket.number}{query}"


# -- the conversation ---------------------------------------------------------------------


def test_messages_stand_among_events_newest_first(ticket, page_as, amy, leo):
    reply_to_customer(ticket, by=Actor.staff(amy), body="Hello there")
    add_note(ticket, by=Actor.staff(leo), body="Only among us")
    hear_customer(ticket, by=SYSTEM, body="<b>Thanks</b>")
    page = page_as(amy).get(page_of(ticket))

    order = [
        page.text.index(text) for text in ("&lt;b&gt;Thanks", "Only among us", "Hello there", "was opened")
    ]
    assert order == sorted(order)
    assert '<article class="msg internal">' in page.text
    assert '<blockquote lang="zh-Hans"><p>收到时杯口有裂纹' in page.text


def test_who_wrote_is_named_in_the_readers_language(ticket, page_as, amy, leo):
    with override("en"):
        reply_to_customer(ticket, by=Actor.staff(leo), body="Sorry")

    page = page_as(amy).get(page_of(ticket), headers={"accept-language": "zh-CN"}).text

    assert "<b>李欧</b>" in page
    assert "<b>Leo</b>" not in page


def test_only_ones_own_fresh_message_can_be_undone(ticket, page_as, amy, leo, advance_clock):
    reply_to_customer(ticket, by=Actor.staff(amy), body="Hello there")

    assert "/withdraw" in page_as(amy).get(page_of(ticket)).text
    assert "/withdraw" not in page_as(leo).get(page_of(ticket)).text
    advance_clock(20)
    assert "/withdraw" not in page_as(amy).get(page_of(ticket)).text


def test_a_long_history_comes_by_pages(ticket, page_as, amy):
    for number in range(35):
        add_note(ticket, by=Actor.staff(amy), body=f"note {number} of many")
    client = page_as(amy)
    first = client.get(page_of(ticket))
    older = re.search(r'href="(\?before=[^"#]+)#timeline"', first.text)[1]
    second = client.get(page_of(ticket, older))
    notes = [set(re.findall(r"note (\d+) of many", page.text)) for page in (first, second)]

    assert (len(notes[0]), len(notes[1])) == (30, 5)
    assert not notes[0] & notes[1]
    assert "The request was opened" in second.text
    assert "Back to the newest" in second.text


@pytest.mark.parametrize("plain", [b"x", b'["2026-01-01T00:00:00+00:00", Infinity, 1]', b"[" * 3000])
def test_a_broken_mark_starts_from_the_newest(ticket, page_as, amy, plain):
    mark = base64.urlsafe_b64encode(plain).decode()

    assert "The request was opened" in page_as(amy).get(page_of(ticket, f"?before={mark}")).text


# -- the composer -----------------------------------------------------------------------------


def test_a_canned_reply_is_filled_in_by_the_address(ticket, page_as, amy):
    page = page_as(amy).get(page_of(ticket, "?macro=answer_general&kind=ask"))
    text = re.search(r'<textarea id="reply"[^>]*>([^<]+)', page.text)[1]

    assert "关于您的问题" in text
    assert "{answer_text}" in text
    assert 'id="gaps"' in page.text
    assert re.search(r'value="ask" checked', page.text)


def test_an_unknown_canned_reply_is_said(ticket, page_as, amy):
    assert "There is no canned reply “nope”." in page_as(amy).get(page_of(ticket, "?macro=nope")).text


def test_the_floor_writes_notes_only(ticket, page_as, ines):
    page = page_as(ines).get(page_of(ticket))

    assert re.findall(r'name="kind" value="([^"]+)"', page.text) == ["note"]
    assert "Save the note" in page.text


# -- the facts ----------------------------------------------------------------------------------


def test_the_order_shows_what_is_claimed(ticket, open_in, page_as, amy):
    other = open_in("usage_help")
    page = page_as(amy).get(page_of(ticket))

    assert "2 of 3 claimed" in page.text
    assert "0 of 1" in page.text
    assert f'href="/tickets/{other.number}"' in page.text


def test_files_are_shown_as_downloads(ticket, page_as, amy):
    pdf = SimpleUploadedFile("invoice.pdf", b"%PDF-1.4 nothing")
    attachment = attach_file(ticket, pdf, by=Actor.staff(amy))
    page = page_as(amy).get(page_of(ticket))

    assert f'href="/tickets/{ticket.number}/attachments/{attachment.uid}"' in page.text
    assert 'aria-label="invoice.pdf"' in page.text


def test_a_request_without_an_order_has_fewer_boxes(open_in, page_as, amy):
    page = page_as(amy).get(page_of(open_in("general_question", order="")))

    assert page.status_code == 200
    assert 'id="order"' not in page.text
    assert 'id="money"' not in page.text


def test_every_registered_box_is_asked(ticket, page_as, amy, monkeypatch):
    seen = []
    for name, panel in PANELS.items():
        wrapped = type(panel)(panel.name, panel.order, lambda *of, name=name: seen.append(name))
        monkeypatch.setitem(PANELS, name, wrapped)
    page_as(amy).get(page_of(ticket))

    assert set(seen) == set(PANELS)


# -- parts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_htmx_gets_one_part_with_one_root(ticket, page_as, amy, part):
    page = page_as(amy).get(page_of(ticket), headers={"hx-request": "true", "hx-target": part})

    assert re.match(rf'\s*<(section|header|aside)[^>]* id="{part}"|\s*<section id="{part}"', page.text)
    assert "<html" not in page.text
    assert "HX-Target" in page["Vary"]


def test_a_whole_page_is_kept_apart_from_its_parts(ticket, page_as, amy):
    assert {"HX-Request", "HX-Target"} <= set(page_as(amy).get(page_of(ticket))["Vary"].split(", "))


def test_the_page_costs_the_same_for_a_short_and_a_long_history(ticket, page_as, amy):
    client = page_as(amy)
    client.get(page_of(ticket))
    with CaptureQueriesContext(connection) as short:
        client.get(page_of(ticket))
    for number in range(5):
        add_note(ticket, by=Actor.staff(amy), body=f"note {number}")
    with CaptureQueriesContext(connection) as long:
        client.get(page_of(ticket))

    assert len(short) == len(long) <= MOST_QUERIES
