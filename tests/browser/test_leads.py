"""Who decides and who watches: finance approves what is above a supervisor's limit; a lead works from the wall."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from aftersales.clock import now
from returns.models import Resolution
from tests.browser.conftest import shoot, violations
from tests.browser.leading import hand_over
from tests.factories import SYSTEM, ticket_body
from tests.returns.shortcuts import propose_dear_refund
from tests.tickets.sla_cases import publish_policy
from tickets.actions.intake import open_ticket
from tickets.models import Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ABOVE_SUPERVISORS = 299_000


@pytest.fixture
def dear(stage):
    """¥2,990.00 that Amy proposes to pay back; a supervisor may approve ¥2,000.00."""
    return propose_dear_refund(stage, ABOVE_SUPERVISORS)


@pytest.fixture
def timed(shop, order):
    """A request whose first reply is due within an hour, round the clock."""
    publish_policy(shop)
    return open_ticket(shop, read_ticket(ticket_body()), by=SYSTEM)[0]


def card(page):
    return page.locator("#next-step")


# -- finance ------------------------------------------------------------------------------


def test_finance_approves_what_is_above_the_supervisors_limit(dear, browse, finn):
    page = browse(finn, "/inbox")
    expect(page.locator("#inbox")).to_contain_text("asks for your approval")
    shoot(page, "finance-inbox")
    page.goto(page.url.replace("/inbox", "/queue"))
    page.get_by_role("link", name=re.compile("Needs approval")).click()
    shoot(page, "finance-queue")
    page.locator(".q .step").first.click()

    expect(card(page)).to_contain_text("Amy proposes: Refund, ¥2,990.00.")
    page.locator("#next-step .tells summary").click()
    assert violations(page) == []
    shoot(page, "finance-card")
    card(page).get_by_role("button", name="Approve the proposal").click()

    expect(card(page).locator("h2")).not_to_have_text("Approve the refund")
    expect(page.locator("#timeline")).to_contain_text("Finn")
    shoot(page, "finance-approved")
    assert (Resolution.objects.get().state, Resolution.objects.get().approved_by) == ("approved", finn)
    assert Ticket.objects.get().step_code == "inv"


def test_neither_who_proposed_it_nor_a_supervisor_approves_it(dear, browse, amy, leo):
    for person in (amy, leo):
        page = browse(person, f"/tickets/{dear.number}")
        expect(card(page)).to_contain_text("Waits for: Finance.")
        expect(page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
        shoot(page, f"awaited-{person.username}")


def test_finance_declines_without_javascript_and_in_chinese(dear, browse, finn):
    page = browse(finn, f"/tickets/{dear.number}", language="zh-hans", scripts=False)
    expect(card(page)).to_contain_text("提议：退款，¥2,990.00。")
    shoot(page, "finance-card-zh")
    page.locator("#next-step .tells summary").click()
    page.locator("#step_decline_resolution_reason").fill("封条已拆")
    page.locator("#next-step .tells").get_by_role("button").click()

    expect(card(page)).not_to_contain_text("提议：退款")
    assert Resolution.objects.get().state == "declined"


# -- a lead at the wall -------------------------------------------------------------------


def test_a_lead_goes_from_the_wall_to_a_clock_and_hands_the_request_over(timed, browse, amy, leo):
    page = browse(leo, "/wall")
    expect(page.locator("#horizon")).to_contain_text("After-sales")
    expect(page.locator("#first-to-go")).to_contain_text(timed.number)
    shoot(page, "wall")
    assert violations(page) == []
    page.locator("#horizon td a").first.click()
    expect(page.locator(".qtools")).to_contain_text("Stage: ")
    expect(page.locator(".q tbody tr")).to_have_count(1)
    shoot(page, "wall-queue")
    page.locator(".q .step").first.click()

    clock = page.locator(".clock").first
    clock.get_by_role("link").focus()
    told = clock.get_by_role("tooltip")
    expect(told).to_be_visible()
    for words in ("Target", "Started", "Paused", "Due", "Rule “", "version 1, calendar "):
        expect(told).to_contain_text(words)
    shoot(page, "lead-clock")

    hand_over(page, amy)
    shoot(page, "lead-assigned")
    timed.refresh_from_db()
    assert timed.assignee == amy


def test_what_is_late_stands_first_in_chinese(timed, browse, leo, advance_clock):
    advance_clock(days=9)
    page = browse(leo, "/wall", language="zh-hans")
    shoot(page, "wall-zh")
    page.locator("#horizon td a.w3").first.click()

    expect(page.locator(".q tbody tr")).to_have_count(1)
    assert Ticket.objects.get(next_due_at__lt=now() - timedelta(hours=1)) == timed


def test_the_wall_keeps_itself_fresh_but_not_under_the_pointer(timed, browse, leo, shop):
    page = browse(leo, "/wall")
    ahead, late = page.locator("#wall-ahead"), page.locator("#wall-stages")
    ahead.hover()

    open_ticket(shop, read_ticket(ticket_body(lines=[], external_id="")), by=SYSTEM)

    expect(late.get_by_role("link", name=re.compile("^2 · Communicate$"))).to_be_visible()
    expect(page.locator("#wall-newer")).to_be_visible()
    expect(ahead.get_by_role("link", name=re.compile("^2 · All · open$"))).to_have_count(0)
    page.locator("h1").hover()
    expect(ahead.get_by_role("link", name=re.compile("^2 · All · open$"))).to_be_visible()
    expect(page.locator("#wall-newer")).to_be_hidden()


def test_the_screen_fits_and_refreshes_by_itself(timed, browse, leo, shop):
    page = browse(leo, "/wall?screen=1")
    page.set_viewport_size({"width": 1920, "height": 1080})
    shoot(page, "wall-screen")
    assert violations(page) == []
    assert page.evaluate("() => document.scrollingElement.scrollHeight <= window.innerHeight")
    assert (
        page.locator(".tiles b").first.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)") > 100
    )
    assert page.locator(".rail").count() == 0

    open_ticket(shop, read_ticket(ticket_body(lines=[], external_id="")), by=SYSTEM)

    expect(page.locator("#wall-as-of")).to_contain_text("2 open requests")
