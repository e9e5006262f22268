"""Opening a request for a customer who called."""

import re

import pytest

from staff.actions import add_member
from tests.factories import SYSTEM, order_body
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import OrderLine, Ticket
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db
SAID = {"message": "杯子裂了", "channel": "phone"}


def line_fields(page):
    return re.findall(r'name="(quantity-\d+)"[^>]*max="(\d+)"', page.text)


@pytest.mark.parametrize("typed", ["TM260001", " TM26 0001 ", "O-1"])
def test_the_order_is_found_by_its_number(order, page_as, amy, typed):
    page = page_as(amy).get("/tickets/new", {"order": typed})

    assert [most for _name, most in line_fields(page)] == ["3", "1"]
    assert "3 of 3 can be claimed" in page.text


def test_a_request_is_opened_with_its_lines(order, page_as, amy):
    client = page_as(amy)
    mugs, _kettle = line_fields(client.get("/tickets/new?order=TM260001"))
    data = SAID | {mugs[0]: "2", mugs[0].replace("quantity", "reason"): "q_surface", "phone": "13800000009"}
    answer = client.post("/tickets/new?order=TM260001", data)
    ticket = Ticket.objects.get()

    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}")
    assert (ticket.channel, ticket.category.code, ticket.contact["phone"]) == (
        "phone", "quality_other", "13800000009",
    )  # fmt: skip
    assert ticket.lines.get().quantity == 2
    assert OrderLine.objects.get(external_id="1").claimed == 2
    assert "Request" in client.get(answer["Location"]).text


def test_more_than_is_left_is_refused_and_nothing_typed_is_lost(ticket, page_as, amy):
    client = page_as(amy)
    mugs, _kettle = line_fields(client.get("/tickets/new?order=TM260001"))
    answer = client.post("/tickets/new?order=TM260001", SAID | {mugs[0]: "2"})

    assert mugs[1] == "1"
    assert answer.status_code == 422
    assert "杯子裂了" in answer.text
    assert Ticket.objects.count() == 1


def test_what_is_missing_is_marked(order, page_as, amy):
    answer = page_as(amy).post("/tickets/new?order=TM260001", {"channel": "phone"})

    assert answer.status_code == 422
    assert 'id="id_message_error"' in answer.text


def test_what_the_intake_refuses_is_said(order, page_as, amy):
    answer = page_as(amy).post("/tickets/new?order=TM260001", SAID | {"message": "a\x00b"})

    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_a_request_without_an_order(shop, page_as, amy):
    client = page_as(amy)

    assert "Without an order, for Greenleaf" in client.get("/tickets/new").text
    assert (
        client.post("/tickets/new?without=1&shop=demo", SAID | {"subject": "Opening hours?"}).status_code
        == 302
    )
    assert Ticket.objects.get().order is None


def test_an_unknown_order_is_said(order, page_as, amy, bob):
    assert "No order “X-9” is known here." in page_as(amy).get("/tickets/new?order=X-9").text
    assert "No order “TM260001” is known here." in page_as(bob).get("/tickets/new?order=TM260001").text


def test_one_number_in_two_shops_asks_which(stage, order, page_as, amy):
    add_member(stage.other_team, amy)
    put_order(stage.other_shop, "O-1", read_order(order_body()), by=SYSTEM)
    client = page_as(amy)
    page = client.get("/tickets/new?order=TM260001")

    assert 'href="?order=O-1&amp;shop=other"' in page.text
    assert line_fields(page) == []
    assert len(line_fields(client.get("/tickets/new?order=TM260001&shop=other"))) == 2


def test_a_stranger_cannot_open_for_a_shop_that_is_not_theirs(order, page_as, bob):
    client = page_as(bob)
    client.post("/tickets/new?order=TM260001", SAID)
    client.post("/tickets/new?without=1&shop=demo", SAID)

    assert not Ticket.objects.filter(shop__code="demo").exists()


@pytest.mark.parametrize(("role", "status"), [("amy", 200), ("finn", 200), ("wen", 403), ("audrey", 403)])
def test_who_may_open_requests(page_as, stage, role, status):
    assert page_as(getattr(stage, role)).get("/tickets/new").status_code == status


# -- what the words ask for ------------------------------------------------------------


def test_the_words_suggest_a_category_and_an_answer_and_nothing_is_opened(order, page_as, amy):
    said = {"suggest": "1", "message": "要开发票，抬头怎么改", "subject": "发票", "phone": "13800000009"}
    page = page_as(amy).post("/tickets/new?order=TM260001", said)

    assert "because of <mark>" in page.text
    assert '<option value="invoice" selected>' in page.text
    assert 'value="13800000009"' in page.text
    assert "<details><summary>" in page.text
    assert not Ticket.objects.exists()


def test_a_category_that_was_chosen_is_kept(order, page_as, amy):
    said = {"suggest": "1", "message": "要开发票", "category": "usage_help"}
    page = page_as(amy).post("/tickets/new?order=TM260001", said)

    assert '<option value="usage_help" selected>' in page.text


def test_words_that_say_nothing_point_nowhere_and_htmx_gets_the_hint_alone(order, page_as, amy):
    said = {"suggest": "1", "message": "<b>zzz</b>"}
    part = page_as(amy).post("/tickets/new?order=TM260001", said, headers={"HX-Request": "true"})

    assert part.text.strip().startswith('<div class="stack sm" id="hint"')
    assert "The words point to no category." in part.text


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("请开一张发票，抬头写公司名", "invoice"),
        ("你好", "general_question"),
        ("my refund has not arrived", "refund_progress"),
    ],
)
def test_a_request_without_a_category_gets_the_one_its_words_point_to(shop, message, category):
    body = {"subject": "", "message": message, "channel": "email"}

    assert open_ticket(shop, read_ticket(body), by=SYSTEM)[0].category.code == category
