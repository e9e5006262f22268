"""The quiet pulse: nothing is read for a question that was just answered with nothing, and no news is kept back."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.events import recent as recent_module
from aftersales.events.actors import Actor
from aftersales.events.recent import recent
from aftersales.web import quiet
from aftersales.web.presence import greet
from tests.clients import ask_pulse
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


@pytest.mark.parametrize("question", ["listed", "looking"])
def test_the_same_question_again_reads_only_what_is_new(
    question, request, page_as, amy, django_assert_num_queries
):
    client, asked = page_as(amy), request.getfixturevalue(question)
    assert ask_pulse(client, asked).status_code == 204

    with django_assert_num_queries(1):  # the look for what is new, which all share
        assert ask_pulse(client, asked).status_code == 204


@pytest.mark.parametrize("question", ["listed", "looking"])
def test_a_change_of_what_is_shown_is_told_at_once(question, request, ticket, page_as, amy, leo):
    client, asked = page_as(amy), request.getfixturevalue(question)
    ask_pulse(client, asked)
    take_ticket(ticket, by=Actor.staff(leo))

    assert [row["text"] for row in ask_pulse(client, asked).json()["changed"]] == ["Leo took the request"]


def test_new_rows_are_told_some_seconds_later(shop, listed, page_as, amy, monkeypatch):
    client = page_as(amy)
    ask_pulse(client, listed)
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    view_counts.forget()
    assert ask_pulse(client, listed).status_code == 204

    monkeypatch.setattr(quiet, "NEWS_SECONDS", 0.0)
    assert ask_pulse(client, listed).json()["new"] == 1


def test_what_happens_in_another_shop_is_no_news(other_shop, listed, page_as, amy, monkeypatch):
    monkeypatch.setattr(quiet, "NEWS_SECONDS", 0.0)
    client = page_as(amy)
    ask_pulse(client, listed)
    put_order(other_shop, "O-1", read_order(order_body()), by=SYSTEM)
    open_ticket(other_shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    assert ask_pulse(client, listed).status_code == 204


def test_who_comes_is_told_at_once(ticket, looking, page_as, amy, leo):
    client = page_as(amy)
    ask_pulse(client, looking)
    greet(f"ticket:{ticket.number}", leo.pk, {"zh": "陆鸣", "en": "Leo", "typing": True})

    assert ask_pulse(client, looking).json()["here"] == ["Leo (writing)"]


def test_the_session_is_asked_again_after_a_while(listed, page_as, amy, monkeypatch):
    client = page_as(amy)
    ask_pulse(client, listed)
    amy.is_active = False
    amy.save(update_fields=["is_active"])
    assert ask_pulse(client, listed).status_code == 204

    monkeypatch.setattr(quiet, "TRUSTED_SECONDS", -1.0)
    assert ask_pulse(client, listed).status_code == 302


def test_another_session_does_not_profit(listed, page_as, amy):
    client = page_as(amy)
    ask_pulse(client, listed)
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody-elses"

    assert ask_pulse(client, listed).status_code == 302


def test_no_more_is_remembered_than_there_is_room_for(listed, page_as, amy, monkeypatch):
    monkeypatch.setattr(quiet, "MOST_REMEMBERED", 1)
    client = page_as(amy)
    other = listed | {"view": "queue?view=due"}
    for asked in (listed, other):
        ask_pulse(client, asked)

    assert [len(known) for known in remembered(client)] == [1]


def test_what_nobody_trusts_any_more_is_forgotten(listed, page_as, amy, monkeypatch):
    monkeypatch.setattr(quiet, "TRUSTED_SECONDS", 0.0)
    client = page_as(amy)
    for view in ("all", "due", "unassigned", "waiting"):
        ask_pulse(client, listed | {"view": f"queue?view={view}"})

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


def test_a_body_that_is_too_long_is_answered_and_not_kept(listed, page_as, amy):
    client, asked = page_as(amy), listed | {"padding": "x" * quiet.LONGEST}
    assert ask_pulse(client, asked).status_code == 204

    with CaptureQueriesContext(connection) as statements:
        assert ask_pulse(client, asked).status_code == 204
    assert len(statements) > 1
