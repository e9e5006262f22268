"""An agent answers with what the desk knows: suggested, found by words, put into the reply; a lead edits it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import shoot, violations
from tests.factories import SYSTEM
from tickets.actions.conversation import hear_customer
from tickets.models import Article, Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(ticket):
    return hear_customer(ticket, by=SYSTEM, body="退款什么时候到账？已经等了好几天了。")


def test_an_agent_inserts_a_suggested_answer_and_sends_it(asked, browse, amy):
    page = browse(amy, f"/tickets/{asked.number}")
    first = page.locator("#answers li").first
    expect(first).to_contain_text("because of 退款")
    first.locator("summary").click()
    expect(first.locator("details p")).to_be_visible()
    assert violations(page) == []
    page.locator("#reply").fill("王小明您好，")
    first.get_by_role("button", name=re.compile("Insert the answer")).click()

    answer = Article.objects.get(code="refund_time").answer["zh"]
    expect(page.locator("#reply")).to_have_value(f"王小明您好，\n\n{answer}")
    shoot(page, "knowledge-inserted")
    page.locator("#composer").get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator("#timeline")).to_contain_text(answer[:20])
    assert Message.objects.filter(author_user=amy).get().body.endswith(answer)


def test_words_narrow_the_answers_while_typing(asked, browse, amy):
    page = browse(amy, f"/tickets/{asked.number}")
    page.locator("#reply").fill("Typed.")
    page.locator("#find-answer").press_sequentially("发票抬头")

    expect(page.locator("#answers li").first).to_contain_text(re.compile("invoice", re.IGNORECASE))
    expect(page.locator("#find-answer")).to_be_focused()
    expect(page.locator("#reply")).to_have_value("Typed.")
    shoot(page, "knowledge-found")
    assert violations(page) == []


def test_without_javascript_an_answer_is_found_and_inserted(asked, browse, amy):
    page = browse(amy, f"/tickets/{asked.number}", language="zh-hans", scripts=False)
    page.locator("#reply").fill("您好，")
    page.locator("#find-answer").fill("发票抬头")
    page.locator(".answers button[name=find]").click()
    page.locator("#answers li", has_text="抬头").first.locator("button[name=answer]").click()

    expect(page.locator("#reply")).to_have_value(re.compile("^您好，\n\n.*抬头", re.DOTALL))
    shoot(page, "knowledge-no-script")


def test_a_lead_rewrites_an_answer_and_it_is_the_shops(browse, leo, shop):
    page = browse(leo, "/answers?q=refund")
    page.get_by_role("link", name="How long does a refund take?").click()
    page.get_by_label("Answer in English").fill("Within {day}.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#article")).to_contain_text("Both languages need the same placeholders")
    shoot(page, "knowledge-refused")
    assert violations(page) == []
    page.get_by_label("Answer in English").fill("Within three days.")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#article")).to_contain_text("The shop's own")
    assert Article.objects.get(code="refund_time", shop_id=shop.pk).answer["en"] == "Within three days."


def test_the_new_requests_form_says_what_the_words_ask_for(order, browse, amy):
    page = browse(amy, "/tickets/new?order=TM260001")
    page.get_by_label("What the customer said").press_sequentially(
        "Please send me an invoice with a new title"
    )

    expect(page.locator("#hint")).to_contain_text("because of")
    expect(page.locator("#hint mark").first).to_be_visible()
    shoot(page, "knowledge-opening")
    assert violations(page) == []
    page.get_by_role("button", name="Choose it").click()
    expect(page.get_by_label("Category")).to_have_value("invoice")
