"""The pulse: what changed, what is new, who is here; an empty answer when there is nothing to say."""

import json
import re
from html import unescape

import pytest

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.web import presence
from tests.clients import ask_pulse
from tests.factories import SYSTEM, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.saved_views import save_view
from tickets.models import Ticket
from tickets.queries import view_counts
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
# What the database cannot keep, and what nobody can read.
UNKEPT = [
    '{"shown": ["A\\u0000:1"]}',
    '{"shown": ["A\\ud800:1"]}',
    '{"view": "queue?x=\\u0000"}',
    "[" * 100_000,
]


def test_nothing_new_is_an_empty_answer(listed, page_as, amy):
    assert ask_pulse(page_as(amy), listed).status_code == 204


def test_a_changed_row_is_named_with_what_happened(ticket, listed, page_as, amy, leo):
    take_ticket(ticket, by=Actor.staff(leo))
    news = ask_pulse(page_as(amy), listed).json()

    assert news["changed"] == [{"id": listed["shown"][0], "text": "Leo took the request"}]
    assert (news["new"], news["counters"]["all"]) == (0, "1")


def test_what_was_told_is_not_told_again(ticket, listed, page_as, amy, leo):
    client = page_as(amy)
    take_ticket(ticket, by=Actor.staff(leo))
    since = ask_pulse(client, listed).json()["since"]

    assert ask_pulse(client, listed | {"since": since}).status_code == 204


def test_ones_own_change_is_no_news(ticket, listed, page_as, amy):
    client = page_as(amy)
    take_ticket(ticket, by=Actor.staff(amy))

    assert ask_pulse(client, listed).status_code == 204


def test_new_rows_are_counted_once(shop, ticket, listed, page_as, amy):
    client = page_as(amy)
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    first = ask_pulse(client, listed).json()
    view_counts.forget()
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    second = ask_pulse(client, listed | {"since": first["since"]}).json()

    assert (first["new"], second["new"]) == (1, 1)
    assert second["counters"]["all"] == "3"


def test_rows_outside_the_view_or_behind_the_page_are_not_new(shop, ticket, listed, page_as, amy):
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    client = page_as(amy)
    padded = [*listed["shown"], *(f"A26-{number:06}:1" for number in range(50))]
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=now())

    assert ask_pulse(client, listed | {"view": "queue?view=all&stage=inspect"}).status_code == 204
    assert ask_pulse(client, listed | {"shown": padded}).status_code == 204


def test_the_stranger_hears_nothing(ticket, listed, looking, page_as, bob, amy, leo):
    take_ticket(ticket, by=Actor.staff(leo))
    client = page_as(bob)

    assert ask_pulse(client, listed).status_code == 204
    assert ask_pulse(client, looking).status_code == 204
    assert ask_pulse(page_as(amy), looking).json()["here"] == []


def test_two_people_at_one_request_see_each_other(looking, page_as, amy, leo, wen):
    assert ask_pulse(page_as(leo), looking).status_code == 204
    assert ask_pulse(page_as(wen), looking | {"typing": True}).json()["here"] == ["Leo"]
    assert ask_pulse(page_as(amy), looking).json()["here"] == ["Leo", "Wen (writing)"]


def test_without_redis_nobody_is_seen_and_nothing_breaks(looking, page_as, amy, monkeypatch):
    nowhere = presence.redis.Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(presence, "_client", nowhere)
    monkeypatch.setattr(presence, "_away_until", 0.0)

    assert ask_pulse(page_as(amy), looking).status_code == 204
    assert presence._away_until > 0
    assert ask_pulse(page_as(amy), looking).status_code == 204


@pytest.mark.parametrize("body", ["", "[]", "null", '{"shown": 7}', '{"shown": {"a": 1}}', *UNKEPT])
def test_what_is_no_question_is_refused(page_as, amy, body):
    assert page_as(amy).post("/pulse", body, "application/json").status_code == 400


@pytest.mark.parametrize("since", ["", "yesterday", "2026-01-01T00:00:00", "x~y~z", "~9~"])
def test_a_since_that_is_not_ours_does_no_harm(listed, page_as, amy, since):
    assert ask_pulse(page_as(amy), listed | {"since": since}).status_code in (200, 204)


def test_the_pulse_is_asked_by_people_only(client, listed):
    assert ask_pulse(client, listed).status_code == 302
    assert client.get("/pulse").status_code in (302, 405)


# -- saved views and unsaved filters -----------------------------------------------------------


def test_the_pulse_of_a_saved_view_counts_what_it_gains_and_marks_what_changed(
    shop, ticket, listed, page_as, amy, leo
):
    ours = {"all": [{"field": "category", "op": "is", "value": "quality_other"}]}
    view = save_view("Faults", by=Actor.staff(amy), filter=ours, sort="newest")
    client = page_as(amy)
    for category in ("quality_other", "usage_help"):
        open_ticket(shop, read_ticket(ticket_body(lines=[], category=category)), by=SYSTEM)
    take_ticket(ticket, by=Actor.staff(leo))

    news = ask_pulse(client, listed | {"view": f"queue?view={view.code}"}).json()

    assert (news["new"], news["counters"][view.code]) == (1, "2")
    assert [row["text"] for row in news["changed"]] == ["Leo took the request"]


def test_the_pulse_obeys_a_filter_as_long_as_an_address_may_be(shop, ticket, listed, page_as, amy):
    texts = [f"中文型号{number:03}" for number in range(40)]
    sku = {
        "any": [
            {"field": "sku", "op": "any_of", "value": texts},
            {"field": "channel", "op": "is", "value": "phone"},
        ]
    }
    page = page_as(amy).get("/queue", {"view": "all", "filter": json.dumps(sku)})
    view = unescape(re.search(r'data-pulse-view="([^"]+)"', page.text)[1])
    open_ticket(shop, read_ticket(ticket_body(lines=[], channel="phone")), by=SYSTEM)
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    news = ask_pulse(page_as(amy), listed | {"view": view, "shown": []}).json()

    assert len(view) > 1500
    assert news["new"] == 1


@pytest.mark.parametrize(("sort", "new"), [("newest", 1), ("changed", 1), ("oldest", 0), ("untouched", 0)])
def test_what_comes_behind_the_page_is_no_news_in_any_order(shop, ticket, listed, page_as, amy, sort, new):
    padded = [*listed["shown"], *(f"A26-{number:06}:1" for number in range(50))]
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    answer = ask_pulse(page_as(amy), listed | {"view": f"queue?view=all&sort={sort}", "shown": padded})

    assert (answer.json()["new"] if answer.content else 0) == new


@pytest.mark.parametrize(
    "view", ["queue?view=all&filter=%7B", "queue?filter=[]&sort=x", "queue?" + "x" * 20000]
)
def test_a_filter_that_cannot_be_read_has_no_news(shop, ticket, listed, page_as, amy, view):
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    assert ask_pulse(page_as(amy), listed | {"view": view}).status_code in (200, 204)
