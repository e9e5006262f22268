"""A lead changes a procedure in the browser: draft, compare, try, publish; what runs stays, what is new follows."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import shoot, violations
from tests.factories import SYSTEM, order_body, ticket_body
from tests.tickets.procedure_bodies import CODE
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.queries.runs import running_run
from tickets.serializers import read_order, read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = f"/settings/procedures/demo/{CODE}"


def opened(page):
    """The step beside the board: its own title, not the procedure's."""
    return page.locator("#sop-step")


def card(page, title):
    return page.locator(".stepc", has_text=title)


def test_a_procedure_is_drafted_compared_tried_and_published(browse, leo, ticket):
    first = running_run(ticket).procedure.steps[0]
    page = browse(leo, "/settings/procedures")
    shoot(page, "studio-list")
    assert violations(page) == []
    page.get_by_role("link", name="Fault: other goods").click()
    page.get_by_role("button", name="Edit").click()

    card(page, first.title["en"]).first.click()
    title = opened(page).get_by_label("Title (English)")
    title.fill("")
    expect(page.locator("#step-title_en-notes")).to_contain_text("This cannot be empty.")
    title.fill("What exactly is wrong?")
    expect(page.locator("#step-title_en-notes")).to_be_empty()
    page.get_by_role("button", name="Save the step").click()
    expect(card(page, "What exactly is wrong?")).to_contain_text("changed")
    shoot(page, "studio-step")
    assert violations(page) == []

    page.get_by_label("Kind of the new step in “Inspect”").select_option("photo")
    page.get_by_role("button", name="Add a step to “Inspect”").click()
    expect(page.locator("#problems")).to_contain_text("to put right")
    for label, text in (
        ("Title (English)", "A photo of the label"),
        ("Title (Chinese)", "拍标签"),
        ("Instruction (English)", "So that it can be read."),
        ("Instruction (Chinese)", "要看得清。"),
        ("Photos", "1"),
    ):
        opened(page).get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save the step").click()
    expect(page.locator("#problems")).to_have_count(0)
    page.get_by_role("button", name="“A photo of the label” to the stage after").click()
    expect(page.locator("[data-stage=resolve] .stepc").first).to_contain_text("A photo of the label")
    expect(page.locator("#sop-diff")).to_contain_text("2 changes")
    shoot(page, "studio-diff")
    assert violations(page) == []

    page.get_by_role("link", name="Try on a request").click()
    page.get_by_label("Request number").fill(ticket.number)
    page.get_by_role("button", name="Try").click()
    expect(page.locator(".tried")).to_contain_text("What exactly is wrong?")
    shoot(page, "studio-try")
    assert violations(page) == []
    page.go_back()
    page.go_back()

    page.get_by_role("link", name=re.compile("Publish 2 changes")).click()
    expect(page.locator("main")).to_contain_text(
        "1 request is running; it finishes on the version it began with."
    )
    shoot(page, "studio-publish")
    assert violations(page) == []
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".head .meta")).to_contain_text("version 2 the shop’s own")

    put_order(ticket.shop, "O-2", read_order(order_body(number="TM260002")), by=SYSTEM)
    fresh = open_ticket(ticket.shop, read_ticket(ticket_body(order="O-2")), by=SYSTEM)[0]
    page.goto(f"/tickets/{ticket.number}")
    expect(page.locator("#next-step h2")).to_have_text(first.title["en"])
    page.goto(f"/tickets/{fresh.number}")
    expect(page.locator("#next-step h2")).to_have_text("What exactly is wrong?")


def test_two_leads_at_one_step_lose_nothing(browse, leo, ada, shop):
    page = browse(leo, HERE)
    page.get_by_role("button", name="Edit").click()
    page.locator(".stepc").first.click()
    other = browse(ada, HERE)
    other.locator(".stepc").first.click()
    opened(other).get_by_label("Title (English)").fill("Ada's words")
    other.get_by_role("button", name="Save the step").click()
    expect(other.locator(".stepc").first).to_contain_text("Ada's words")

    opened(page).get_by_label("Title (English)").fill("Leo's words")
    page.get_by_role("button", name="Save the step").click()

    expect(page.locator("#sop-step [role=alert]")).to_contain_text("Ada has changed this draft")
    expect(opened(page).get_by_label("Title (English)")).to_have_value("Leo's words")
    shoot(page, "studio-stale")
    page.get_by_role("button", name="Save the step").click()
    expect(page.locator(".stepc").first).to_contain_text("Leo's words")


def test_a_step_is_moved_without_scripts(browse, leo, shop):
    page = browse(leo, HERE, scripts=False)
    page.get_by_role("button", name="Edit").click()
    title = page.locator(".stepc b").first.inner_text()

    page.get_by_role("button", name=f"“{title}” down", exact=True).click()

    assert page.locator(".stepc b").nth(1).inner_text() == title


def test_a_card_is_dragged_to_another_stage(browse, leo, shop):
    page = browse(leo, HERE)
    page.get_by_role("button", name="Edit").click()
    title = page.locator("[data-stage=communicate] .stepc b").first.inner_text()

    page.locator("[data-stage=communicate] [data-step-code]").first.drag_to(
        page.locator("[data-stage=inspect] header")
    )

    expect(page.locator("[data-stage=inspect] .stepc b").first).to_have_text(title)
