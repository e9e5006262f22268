"""The search page: its box and filters, what is marked, and that it answers whatever is typed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import SYSTEM, ticket_body
from tests.shared_data import shared_json
from tickets.actions.conversation import add_note, hear_customer
from tickets.actions.intake import open_ticket
from tickets.models import Ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def another(shop, order, drain):
    def build(subject="再来一个", message=""):
        body = ticket_body(lines=[], subject=subject, message=message)
        found = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]
        drain()
        return found

    return build


def numbers(page):
    return re.findall(r'class="step" href="/tickets/([^"]+)"', page.text)


@pytest.mark.parametrize("typed", ["{number}", " {number} ", "TM260001", "TM26 0001", "O-1"])
def test_a_number_opens_its_only_request(ticket, page_as, amy, typed):
    answer = page_as(amy).get("/search", {"q": typed.format(number=ticket.number.lower())})

    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}")


def test_an_order_with_two_requests_lists_both(ticket, another, page_as, amy):
    second = another()

    assert numbers(page_as(amy).get("/search?q=TM260001")) == [second.number, ticket.number]


def test_what_was_found_is_marked_and_the_rest_is_escaped(ticket, drain, page_as, amy):
    hear_customer(ticket, by=SYSTEM, body="<script>alert(1)</script> 杯口有裂纹 <b>")
    drain()
    page = page_as(amy).get("/search?q=裂纹 alert")

    assert "<mark>裂纹</mark>" in page.text
    assert "&lt;script&gt;<mark>alert</mark>(1)" in page.text
    assert "<script>alert" not in page.text


def test_the_page_speaks_chinese(another, page_as, amy):
    amy.language = "zh-hans"
    amy.save()
    another("KETTLE")
    page = page_as(amy).get("/search?q=kettle")

    assert "主题" in page.text
    assert "已结束" in page.text


def test_the_stranger_finds_nothing(ticket, drain, page_as, bob):
    drain()

    assert "No request matches" in page_as(bob).get("/search", {"q": ticket.number}).text
    assert "No request matches" in page_as(bob).get("/search?q=杯子").text


def test_the_dock_finds_nothing_by_a_note_and_leads_do(ticket, drain, page_as, amy, as_staff, wen, leo):
    add_note(ticket, by=as_staff(amy), body="seems to cheat")
    drain()

    assert numbers(page_as(wen).get("/search?q=cheat")) == []
    assert numbers(page_as(leo).get("/search?q=cheat")) == [ticket.number]


def test_filters_stand_beside_and_can_be_dropped(ticket, another, page_as, amy):
    second = another("杯子")
    Ticket.objects.filter(pk=ticket.pk).update(stage="done", status="closed", resolved_at=ticket.created_at)
    page = page_as(amy)

    assert numbers(page.get("/search?q=杯子&is=open")) == [second.number]
    assert numbers(page.get("/search?q=杯子&is=ended&status=closed&team=own")) == [ticket.number]
    assert "Remove “Stage: Inspect”" in page.get("/search?q=杯子&stage=inspect").text
    assert "is not a choice of “Stage”" in page.get("/search?q=杯子&stage=moon").text


def test_pages_go_on_with_the_filters(another, page_as, amy, monkeypatch):
    monkeypatch.setattr("tickets.queries.search.DEFAULT_LIMIT", 2)
    monkeypatch.setattr("tickets.queries.search.search.__kwdefaults__", {"cursor": "", "limit": 2})
    made = [another("裂纹").number for _n in range(3)][::-1]
    first = page_as(amy).get("/search?q=裂纹&is=open")
    following = re.search(r'href="([^"]+)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = page_as(amy).get(following)

    assert (numbers(first), numbers(second)) == (made[:2], made[2:])
    assert "is=open" in following
    assert page_as(amy).get("/search?q=裂纹&cursor=nonsense").status_code == 302


@pytest.mark.parametrize(("typed", "status"), [("裂", 422), ("x" * 10_000, 422), ("😀", 422), ("", 200)])
def test_what_cannot_be_looked_for_is_a_sentence(page_as, amy, typed, status):
    page = page_as(amy).get("/search", {"q": typed})

    assert page.status_code == status
    assert bool(re.search(r'role="alert">.*Type at ', page.text)) is (status == 422)


def test_htmx_gets_the_list_alone(another, page_as, amy):
    another("裂纹")
    page = page_as(amy).get("/search?q=裂纹", headers={"hx-request": "true", "hx-target": "found"})

    assert page.text.lstrip().startswith('<div id="found"')


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get("/search?q=abc")["Location"].startswith("/login")


def test_the_page_takes_the_same_statements_for_one_and_for_many(another, page_as, amy):
    taken = []
    for more in (1, 5):
        for _n in range(more):
            another("裂纹")
        page = page_as(amy)
        with CaptureQueriesContext(connection) as queries:
            page.get("/search?q=裂纹")
        taken.append(len(queries))

    assert taken[0] == taken[1] <= 22


def test_naughty_strings_get_a_page(ticket, drain, page_as, amy):
    drain()
    page = page_as(amy)
    statuses = {
        text: page.get("/search", {"q": text}).status_code for text in shared_json("nasty/blns/blns.json")
    }

    assert {text: status for text, status in statuses.items() if status not in (200, 302, 400, 422)} == {}
