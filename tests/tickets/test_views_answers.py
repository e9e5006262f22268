"""Answers beside the composer: suggested with their reason, found by words, put into the reply."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales.errors import Invalid
from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tests.tickets.test_queries_knowledge import OWN
from tests.tickets.test_views_drafts import box, sheet
from tickets.actions.articles import add_article
from tickets.actions.conversation import add_note, hear_customer
from tickets.actions.intake import open_ticket
from tickets.models import Article, Category, Draft, Message
from tickets.queries.knowledge import knowledge_of
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
HOSTILE = '<img src=x onerror="alert(1)">{{ 7*7 }}{% now %}'


@pytest.fixture
def asked(ticket):
    """The customer wants to know when the money comes."""
    return hear_customer(ticket, by=SYSTEM, body="退款什么时候到账？")


@pytest.fixture
def own(shop, leo):
    usage = Category.objects.get(code="usage_help")
    return add_article(shop, by=Actor.staff(leo), category=usage, **OWN)


def page_of(ticket, query=""):
    return f"/tickets/{ticket.number}{query}"


def compose(client, ticket, htmx="", **data):
    """One of the composer's buttons, pressed on the page as it was drawn; without scripts to the end."""
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    typed = sheet(client, ticket, **data)
    return client.post(page_of(ticket, "/draft"), typed, headers=headers, follow=not htmx)


# -- suggested -------------------------------------------------------------------------


def test_what_the_customer_wrote_suggests_an_answer_with_the_words_that_say_so(asked, page_as, amy):
    page = page_as(amy).get(page_of(asked))
    answers = page.text.split('id="answers"')[1]

    assert "How long does a refund take?" in answers.split("<li")[1]
    assert "<mark>退款</mark>" in answers
    assert 'name="answer" value="refund_time"' in answers


def test_another_category_is_named_when_the_words_point_to_it(asked, page_as, amy):
    page = page_as(amy).get(page_of(asked))

    assert "The words point to another category, “Refund progress”:" in page.text
    opened = page_as(amy).get(page_of(asked, "?do=recategorise&category=refund_progress"))
    assert 'value="refund_progress"' in opened.text


def test_a_note_is_no_question_and_what_was_taken_back_neither(asked, page_as, amy):
    add_note(asked, by=Actor.staff(amy), body="Where is the invoice?")

    assert "How long does a refund take?" in page_as(amy).get(page_of(asked)).text


@pytest.mark.parametrize("role", ["wen", "audrey", "quinn"])
def test_who_does_not_speak_to_customers_is_suggested_nothing(asked, page_as, stage, role):
    page = page_as(getattr(stage, role)).get(page_of(asked))

    assert 'id="find-answer"' not in page.text
    assert "How long does a refund take?" not in page.text


def test_the_stranger_finds_nothing(asked, page_as, bob):
    typed = {"kind": "reply", "find": "1", "sought": "refund"}
    assert page_as(bob).post(page_of(asked, "/draft"), typed).status_code == 404


# -- found and inserted ------------------------------------------------------------------


def test_an_answer_goes_below_what_is_typed_without_javascript(asked, page_as, amy):
    page = compose(page_as(amy), asked, answer="refund_time", body="王小明您好，")

    assert page.status_code == 200
    assert box(page).startswith("王小明您好，\n\n")
    assert Article.objects.get(code="refund_time").answer["zh"] in box(page)
    assert Message.objects.filter(author_user=amy).count() == 0


def test_the_search_keeps_what_is_typed_and_narrows_by_htmx(asked, page_as, amy):
    whole = compose(page_as(amy), asked, find="1", sought="invoice title", body="Dear")
    part = compose(page_as(amy), asked, "answers", find="1", sought="invoice title", body="Dear")

    assert box(whole) == "Dear"
    assert 'value="invoice_title"' in whole.text
    assert part.text.strip().startswith('<div id="answers"')
    assert 'value="invoice_title"' in part.text
    assert "<textarea" not in part.text


def test_placeholders_are_filled_in(shop, asked, page_as, amy, own):
    page = compose(page_as(amy), asked, answer=own.code)

    assert box(page) == "王小明，可以。"


def test_an_answer_that_was_inserted_is_kept_in_the_draft(asked, page_as, amy, leo):
    compose(page_as(amy), asked, "composer", answer="refund_time", body="王小明您好，")

    draft = Draft.objects.get(user=amy)
    assert draft.body.endswith(Article.objects.get(code="refund_time").answer["zh"])
    assert not draft.is_by_model
    assert box(page_as(amy).get(page_of(asked))) == draft.body
    assert draft.body not in page_as(leo).get(page_of(asked)).text


def test_what_the_desk_does_not_know_is_left_to_fill_in(shop, page_as, amy, leo):
    usage = Category.objects.get(code="usage_help")
    article = add_article(
        shop,
        by=Actor.staff(leo),
        category=usage,
        **OWN | {"answer": {"zh": "{order_no}", "en": "{order_no}"}},
    )
    body = ticket_body(lines=[])
    del body["order"]
    ticket = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    page = compose(page_as(amy), ticket, answer=article.code)

    assert box(page) == "{order_no}"
    assert "To fill in before it is sent" in page.text


def test_an_answer_that_is_gone_is_a_sentence_and_nothing_is_lost(asked, page_as, amy):
    page = compose(page_as(amy), asked, answer="no_such", body="Dear")

    assert "There is no answer “no_such”." in page.text
    assert box(page) == "Dear"


# -- hostile words -----------------------------------------------------------------------


@pytest.mark.parametrize("words", [HOSTILE, "\u202e", "🙂" * 200, "%27--", "../../etc/passwd", "a" * 5000])
def test_what_is_searched_is_only_text(asked, page_as, amy, words):
    page = compose(page_as(amy), asked, find="1", sought=words)

    assert page.status_code == 200
    assert "<img src=x" not in page.text


def test_what_an_article_says_is_only_text(shop, order, page_as, amy, leo):
    usage = Category.objects.get(code="usage_help")
    texts = {"zh": [f"洗碗机 {HOSTILE}"], "en": [f"Dishwasher {HOSTILE}"]}
    answer = {"zh": f"洗碗机可以 {HOSTILE}", "en": f"Dishwasher yes {HOSTILE}"}
    with pytest.raises(Invalid, match="placeholder"):
        add_article(
            shop,
            by=Actor.staff(leo),
            category=usage,
            questions=texts,
            answer={"zh": "{evil}", "en": "{evil}"},
        )
    article = add_article(shop, by=Actor.staff(leo), category=usage, questions=texts, answer=answer)
    body = ticket_body(message="洗碗机能用吗", category="usage_help", lines=[])
    ticket = open_ticket(shop, read_ticket(body), by=SYSTEM)[0]

    page = page_as(amy).get(page_of(ticket))
    inserted = compose(page_as(amy), ticket, answer=article.code)

    assert "<img src=x" not in page.text + inserted.text
    assert "{{ 7*7 }}" in page.text
    assert "49" not in box(inserted)


# -- what it costs -----------------------------------------------------------------------


def test_suggestions_cost_two_statements_at_most(asked, page_as, amy):
    client = page_as(amy)
    knowledge_of(asked.shop_id)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(page_of(asked))
    about = [query["sql"] for query in queries if "tickets_article" in query["sql"]]
    said = [
        query["sql"]
        for query in queries
        if 'FROM "tickets_message"' in query["sql"] and "'customer'" in query["sql"]
    ]

    assert len(about) + len(said) <= 2
