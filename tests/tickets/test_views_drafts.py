"""The composer: what is typed is kept, restored, refused and sent, with and without JavaScript."""

import re
import uuid

import pytest

from aftersales.events.actors import Actor
from tests.tickets.composer_sheet import COMPOSER, HTMX, box, hidden, post, sheet
from tickets.actions.assignment import take_ticket
from tickets.actions.moves import cancel_ticket
from tickets.models import Draft, Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]
TYPING = HTMX | {"hx-target": "draft-state"}


@pytest.fixture
def me(page_as, amy):
    return page_as(amy)


def test_what_is_typed_is_there_again_when_the_page_is_opened_anew(me, ticket):
    drawn = sheet(me, ticket, body="您好，\r\n我来处理")

    answer = post(me, ticket, "draft", drawn, **TYPING)

    assert re.match(r'<div class="draft-state" id="draft-state".*Draft saved <time', answer.text, re.DOTALL)
    assert hidden(answer, "draft_version") == "1"
    page = me.get(f"/tickets/{ticket.number}")
    assert (box(page), hidden(page, "composing")) == ("您好，\n我来处理", drawn["composing"])


def test_a_save_while_typing_draws_nothing_of_the_composer(
    me, ticket, monkeypatch, django_assert_max_num_queries
):
    """Asked with every pause in typing: neither replies nor answers are looked up for it."""
    drawn = sheet(me, ticket, body="您好")
    post(me, ticket, "draft", drawn, **TYPING)
    for name in ("answers", "macros_for", "kind_shown"):
        monkeypatch.delattr(f"tickets.views.composer.{name}")

    with django_assert_max_num_queries(14):
        answer = post(me, ticket, "draft", drawn | {"body": "您好，", "draft_version": "1"}, **TYPING)

    assert answer.status_code == 200
    assert hidden(answer, "draft_version") == "2"


def test_without_javascript_a_button_saves_and_the_page_shows_it(me, ticket):
    answer = post(me, ticket, "draft", sheet(me, ticket, body="later", kind="note", save="1"))

    assert answer["Location"] == f"/tickets/{ticket.number}?kind=note#composer"
    page = me.get(answer["Location"])
    assert box(page) == "later"
    assert re.search(r'value="note" checked', page.text)


def test_a_draft_is_its_writers_alone(me, ticket, page_as, leo, bob):
    post(me, ticket, "draft", sheet(me, ticket, body="only mine"))

    assert "only mine" not in page_as(leo).get(f"/tickets/{ticket.number}").text
    assert post(page_as(bob), ticket, "draft", {"kind": "reply", "body": "x"}).status_code == 404


def test_an_older_window_keeps_its_words_and_may_choose(me, ticket):
    old = sheet(me, ticket, body="one")
    post(me, ticket, "draft", old, **TYPING)
    post(me, ticket, "draft", old | {"body": "two", "draft_version": "1"}, **TYPING)

    answer = post(me, ticket, "draft", old | {"body": "three", "draft_version": "1"}, **TYPING)

    assert answer.status_code == 412
    assert "Another window of yours saved other words" in answer.text
    assert "two" in answer.text
    assert hidden(answer, "draft_version") == "1"  # so that typing on writes nothing over
    post(me, ticket, "draft", old | {"body": "three", "draft_version": "1", "over": "2"}, **COMPOSER)
    assert Draft.objects.get().body == "three"


def test_sending_from_an_older_window_is_refused_with_both_texts(me, ticket):
    old = sheet(me, ticket, body="one")
    post(me, ticket, "draft", old, **TYPING)
    post(me, ticket, "draft", old | {"body": "two", "draft_version": "1"}, **TYPING)

    answer = post(me, ticket, "say", old | {"body": "three", "draft_version": "1"})

    assert answer.status_code == 412
    assert (box(answer), "two" in answer.text) == ("three", True)
    assert not Message.objects.filter(author_kind="staff").exists()


def test_sent_twice_is_said_once_and_no_draft_is_left(me, ticket):
    drawn = sheet(me, ticket, body="Hello")
    post(me, ticket, "draft", drawn, **TYPING)
    drawn["draft_version"] = "1"

    answers = [post(me, ticket, "say", drawn), post(me, ticket, "say", drawn)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert list(Message.objects.filter(author_kind="staff").values_list("body", flat=True)) == ["Hello"]
    post(me, ticket, "draft", drawn | {"body": "Hell"}, **TYPING)  # was on its way
    assert not Draft.objects.exists()


def test_a_refused_message_is_kept_even_if_the_window_closes(me, ticket, leo):
    drawn = sheet(me, ticket, body="my careful words")
    take_ticket(ticket, by=Actor.staff(leo))

    answer = post(me, ticket, "say", drawn)

    assert answer.status_code == 412
    assert "Leo took the request" in answer.text
    assert box(answer) == "my careful words"
    assert box(me.get(f"/tickets/{ticket.number}")) == "my careful words"


def test_what_is_typed_on_a_request_that_ended_is_kept(me, ticket, leo):
    drawn = sheet(me, ticket, body="too late?")
    cancel_ticket(ticket, by=Actor.staff(leo))

    answer = post(me, ticket, "say", drawn)

    assert answer.status_code == 412
    assert Draft.objects.get().body == "too late?"


@pytest.mark.parametrize(("length", "kept"), [(20_001, True), (1_000_000, False)])
def test_a_body_too_long_is_refused_in_a_sentence_and_stands_in_the_box(me, ticket, length, kept):
    answer = post(me, ticket, "say", sheet(me, ticket, body="x" * length))

    assert answer.status_code == 422
    assert "characters" in answer.text
    assert len(box(answer)) == length
    assert Draft.objects.exists() is kept


def test_a_body_beyond_all_bounds_is_a_page_that_says_so(me, ticket):
    answer = post(me, ticket, "say", sheet(me, ticket, body="x" * 3_000_000))

    assert answer.status_code in (400, 413)
    assert "<html" in answer.text


def test_the_switch_takes_the_words_along(me, ticket):
    post(me, ticket, "draft", sheet(me, ticket, body="not for the customer"))

    answer = post(
        me, ticket, "draft", sheet(me, ticket, kind="note", body="not for the customer", turn="1"), **COMPOSER
    )

    assert box(answer) == "not for the customer"
    assert Draft.objects.get().visibility == "internal"


def test_each_side_shows_that_a_draft_waits_on_the_other(me, ticket):
    post(me, ticket, "draft", sheet(me, ticket, body="a note", kind="note"))
    answer = post(
        me,
        ticket,
        "draft",
        sheet(me, ticket, body="a reply", kind="reply", composing=uuid.uuid4()),
        **COMPOSER,
    )

    assert box(answer) == "a reply"
    assert re.search(r'Internal note <i class="changed">draft</i>', answer.text)


def test_throwing_away_empties_the_box(me, ticket):
    post(me, ticket, "draft", sheet(me, ticket, body="no"))

    answer = post(me, ticket, "draft", sheet(me, ticket, body="no", discard="1"), **COMPOSER)

    assert (box(answer), Draft.objects.count()) == ("", 0)
