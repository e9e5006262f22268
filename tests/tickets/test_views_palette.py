"""The palette: what can be done and opened from here, in both languages, as far as this person may."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def entries(page):
    """{label: where it leads}, of links and of buttons alike."""
    found = re.findall(
        r'<li data-words="[^"]*">.*?(?:href|action)="([^"]+)".*?<span>([^<]+)</span>', page.text, re.S
    )
    return {label: url for url, label in found}


def test_it_lists_what_this_person_may_do_with_the_open_request(ticket, page_as, amy):
    page = page_as(amy).get(f"/palette?on={ticket.number}")
    found = entries(page)

    assert found["Take"] == f"/tickets/{ticket.number}/take"
    assert found["Put on hold"] == f"/tickets/{ticket.number}?do=hold#verb"
    assert found["Internal note"] == f"/tickets/{ticket.number}?kind=note#composer"
    assert found["Do the next step"] == f"/tickets/{ticket.number}#next-step"
    assert not {"Receive", "Open again"} & set(found)
    assert f'method="post" action="/tickets/{ticket.number}/take"' in page.text


def test_every_entry_is_found_in_either_language(ticket, page_as, amy):
    amy.language = "zh-hans"
    amy.save()
    page = page_as(amy).get(f"/palette?on={ticket.number}")

    assert re.search(r'data-words="[^"]*Put on hold[^"]*挂起', page.text)
    assert "前往" in page.text


def test_an_auditor_only_goes_places(ticket, page_as, audrey):
    found = entries(page_as(audrey).get(f"/palette?on={ticket.number}"))

    assert {"Queue", "Search", "Your account"} <= set(found)
    assert not {"Take", "Internal note", "New request"} & set(found)


def test_what_is_not_yours_is_not_there(ticket, page_as, bob):
    page = page_as(bob).get(f"/palette?on={ticket.number}&recent={ticket.number}")

    assert not any(ticket.number in label or ticket.number in url for label, url in entries(page).items())
    assert "Queue" in entries(page)


def test_recent_requests_come_in_their_order_without_the_open_one(ticket, page_as, amy, shop):
    from tests.factories import SYSTEM, ticket_body  # noqa: PLC0415 - keeps the cast short
    from tickets.actions.intake import open_ticket  # noqa: PLC0415
    from tickets.serializers import read_ticket  # noqa: PLC0415

    second = open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]
    page = page_as(amy).get(f"/palette?recent=no,{second.number},{ticket.number},'\"<,{second.number}")
    shown = [label for label in entries(page) if label.startswith("A")]

    assert [label.split()[0] for label in shown if "-" in label] == [second.number, ticket.number]
    assert ticket.number in page_as(amy).get(f"/palette?on={second.number}&recent={ticket.number}").text


def test_an_ended_request_offers_what_is_left(ticket, page_as, amy, as_staff):
    from tickets.models import Ticket  # noqa: PLC0415

    Ticket.objects.filter(pk=ticket.pk).update(stage="done", status="resolved", resolved_at=ticket.created_at)

    assert "Open again" in entries(page_as(amy).get(f"/palette?on={ticket.number}"))


def test_htmx_gets_the_list_alone_and_others_a_page(page_as, amy):
    part = page_as(amy).get("/palette", headers={"hx-request": "true"})

    assert part.text.lstrip().startswith('<div id="palette-list"')
    assert "<h1>Commands</h1>" in page_as(amy).get("/palette").text


@pytest.mark.parametrize(
    "query", ["on=" + "x" * 3000, "recent=" + "," * 5000, "on=%F0%9F%98%80", "recent=%27%22"]
)
def test_nonsense_is_answered(page_as, amy, query):
    assert page_as(amy).get(f"/palette?{query}").status_code == 200


def test_a_number_is_looked_up_in_full_and_by_its_ending(ticket, page_as, amy, drain):
    drain()
    for typed in (ticket.number.lower(), "TM260001", "TM 2600 01", "260001"):
        found = page_as(amy).get("/palette", {"q": typed}).text.partition("Go to")[0]

        assert "Found by its number" in found, typed
        assert f'href="/tickets/{ticket.number}"' in found
        assert (
            f'data-words="{ticket.number} {ticket.subject} {typed} TM260001"' in found
        )  # the browser shows it


def test_nothing_is_looked_up_for_a_stranger_or_for_a_letter(ticket, page_as, amy, bob, drain):
    drain()

    assert "data-looked-up" not in page_as(bob).get("/palette?q=TM260001").text
    assert "data-looked-up" not in page_as(amy).get("/palette?q=1").text
    assert "data-looked-up" not in page_as(amy).get("/palette", {"q": "9" * 300}).text


def test_what_is_looked_up_costs_the_same_for_one_and_for_many(ticket, page_as, amy, shop):
    from tests.factories import SYSTEM, ticket_body  # noqa: PLC0415 - keeps the cast short
    from tickets.actions.intake import open_ticket  # noqa: PLC0415
    from tickets.serializers import read_ticket  # noqa: PLC0415

    page = page_as(amy)
    page.get("/palette?q=TM260001")
    with CaptureQueriesContext(connection) as one:
        page.get("/palette?q=TM260001")
    for _n in range(3):
        open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        page.get("/palette?q=TM260001")

    assert len(one) == len(many)
