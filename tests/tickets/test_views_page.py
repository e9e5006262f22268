"""The page of one request: what each role sees of it, whole and in parts."""

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tickets.actions.attachments import attach_file
from tickets.actions.conversation import add_note, ask_customer, hear_customer, reply_to_customer
from tickets.actions.holds import hold_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.procedure import complete_step, skip_step
from tickets.models import SlaClock
from tickets.registry import PANELS
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
MOST_QUERIES = 25  # a quarter of them are the boxes and verbs that other parts of the desk registered
PARTS = ("ticket-head", "next-step", "verb", "composer", "timeline", "facts")


def page_of(ticket, query=""):
    return f"/tickets/{ticket.number}{query}"


@pytest.fixture
def open_in(shop, order):
    """`open_in("usage_help")`: a request of that category, without lines."""

    def build(category, **changes):
        body = ticket_body(**{"category": category, "lines": [], **changes})
        return open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    return build


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
