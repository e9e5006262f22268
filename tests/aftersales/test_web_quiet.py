"""The quiet pulse: nothing is read for a question that was just answered with nothing, and no news is kept back."""

import json

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.clock import now
from aftersales.events import recent as recent_module
from aftersales.events.actors import Actor
from aftersales.events.recent import recent
from aftersales.web import quiet
from aftersales.web.presence import greet
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.queries import view_counts
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch):
    """As if a second had passed between any two questions."""
    monkeypatch.setattr(recent_module, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr(recent_module, "OVERLAP_SECONDS", 0.0)
    recent.look()


@pytest.fixture
def queue(ticket):
    """What a queue that shows this ticket asks."""
    shown = [f"{ticket.number}:{ticket.version}"]
    return {"view": "queue?view=all", "shown": shown, "since": now().isoformat(), "typing": False}


@pytest.fixture
def page(ticket):
    """What the page of this ticket asks."""
    return {"view": f"ticket:{ticket.number}", "shown": [f"{ticket.number}:{ticket.version}"]}


def ask(client, question):
    return client.post("/pulse", json.dumps(question), "application/json")


@pytest.mark.parametrize("question", ["queue", "page"])
def test_the_same_question_again_reads_only_what_is_new(
    question, request, page_as, amy, django_assert_num_queries
):
    client, asked = page_as(amy), request.getfixturevalue(question)
    assert ask(client, asked).status_code == 204

    with django_assert_num_queries(1):  # the look for what is new, which all share
        assert ask(client, asked).status_code == 204


@pytest.mark.parametrize("question", ["queue", "page"])
def test_a_change_of_what_is_shown_is_told_at_once(question, request, ticket, page_as, amy, leo):
    client, asked = page_as(amy), request.getfixturevalue(question)
    ask(client, asked)
    take_ticket(ticket, by=Actor.staff(leo))

    assert [row["text"] for row in ask(client, asked).json()["changed"]] == ["Leo took the request"]


def test_new_rows_are_told_some_seconds_later(shop, queue, page_as, amy, monkeypatch):
    client = page_as(amy)
    ask(client, queue)
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    view_counts.forget()
    assert ask(client, queue).status_code == 204

    monkeypatch.setattr(quiet, "NEWS_SECONDS", 0.0)
    assert ask(client, queue).json()["new"] == 1


def test_what_happens_in_another_shop_is_no_news(other_shop, queue, page_as, amy, monkeypatch):
    monkeypatch.setattr(quiet, "NEWS_SECONDS", 0.0)
    client = page_as(amy)
    ask(client, queue)
    put_order(other_shop, "O-1", read_order(order_body()), by=SYSTEM)
    open_ticket(other_shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    assert ask(client, queue).status_code == 204


def test_who_comes_is_told_at_once(ticket, page, page_as, amy, leo):
    client = page_as(amy)
    ask(client, page)
    greet(f"ticket:{ticket.number}", leo.pk, {"zh": "陆鸣", "en": "Leo", "typing": True})

    assert ask(client, page).json()["here"] == ["Leo (writing)"]


def test_the_session_is_asked_again_after_a_while(queue, page_as, amy, monkeypatch):
    client = page_as(amy)
    ask(client, queue)
    amy.is_active = False
    amy.save(update_fields=["is_active"])
    assert ask(client, queue).status_code == 204

    monkeypatch.setattr(quiet, "TRUSTED_SECONDS", -1.0)
    assert ask(client, queue).status_code == 302


def test_another_session_does_not_profit(queue, page_as, amy):
    client = page_as(amy)
    ask(client, queue)
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody-elses"

    assert ask(client, queue).status_code == 302


def test_no_more_is_remembered_than_there_is_room_for(queue, page_as, amy, monkeypatch):
    monkeypatch.setattr(quiet, "MOST_REMEMBERED", 1)
    client = page_as(amy)
    other = queue | {"view": "queue?view=due"}
    for asked in (queue, other):
        ask(client, asked)

    assert [len(known) for known in remembered(client)] == [1]


def test_what_nobody_trusts_any_more_is_forgotten(queue, page_as, amy, monkeypatch):
    monkeypatch.setattr(quiet, "TRUSTED_SECONDS", 0.0)
    client = page_as(amy)
    for view in ("all", "due", "unassigned", "waiting"):
        ask(client, queue | {"view": f"queue?view={view}"})

    assert [len(known) for known in remembered(client)] == [1]


def remembered(client):
    """What each process, here the client's one handler, remembers."""
    return [
        layer.answered for layer in layers(client.handler) if isinstance(layer, quiet.QuietPulseMiddleware)
    ]


def layers(handler):
    """The middlewares of a client's handler, from outside in."""
    layer = handler._middleware_chain
    while layer is not None:
        inner = getattr(layer, "__wrapped__", layer)
        yield inner
        layer = getattr(inner, "get_response", None)


def test_a_body_that_is_too_long_is_answered_and_not_kept(queue, page_as, amy):
    client, asked = page_as(amy), queue | {"padding": "x" * quiet.LONGEST}
    assert ask(client, asked).status_code == 204

    with CaptureQueriesContext(connection) as statements:
        assert ask(client, asked).status_code == 204
    assert len(statements) > 1
