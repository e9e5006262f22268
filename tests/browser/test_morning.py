"""An agent's morning on the keyboard alone: every key has its place, and the focus is where one left it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import shoot
from tests.browser.ime import Ime
from tests.factories import PASSWORD, SYSTEM, order_body, ticket_body
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import Message, Ticket
from tickets.serializers import read_order, read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three(ticket, shop):
    """Three requests, the last of them about another order."""
    put_order(shop, "O-2", read_order(order_body(number="TM269999")), by=SYSTEM)
    second = open_ticket(shop, read_ticket(ticket_body(lines=[], subject="发票")), by=SYSTEM)[0]
    third = open_ticket(shop, read_ticket(ticket_body(order="O-2", subject="壶漏水")), by=SYSTEM)[0]
    return ticket, second, third


def press(page, *keys):
    """As soon as the page that stands there listens: no hand is quicker than a page that is being read."""
    page.wait_for_load_state("domcontentloaded")
    for key in keys:
        page.keyboard.press(key)


def expect_focus(page, selector):
    """There, and to be seen there."""
    place = page.locator(f"{selector}:focus-visible")
    expect(place).to_have_count(1)
    expect(place).not_to_have_css("outline-style", "none")


def here(row):
    return row.locator(".sub").first.inner_text().split(" ")[0]


def test_an_agents_morning_on_the_keyboard_alone(three, browse, amy, leo):
    page = browse(None, "/")
    signs_in(page)
    number = finds_her_way_in_the_queue(page)
    writes_and_takes_back(page)
    does_the_step_and_hands_over(page, number, leo)
    goes_elsewhere_by_the_palette(page, three, number)
    goes_back_and_on(page, three)


def signs_in(page):
    expect_focus(page, "#id_username")
    page.keyboard.type("amy")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page).to_have_url(re.compile("/queue"))


def finds_her_way_in_the_queue(page):
    rows = page.locator(".q tbody tr")
    expect(rows).to_have_count(3)
    page.wait_for_load_state("domcontentloaded")
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#keys")).to_be_hidden()
    press(page, "j", "j", "k", "j")
    expect(rows.nth(1)).to_have_class("cur")
    expect_focus(page, ".q tr.cur .step")
    number = here(rows.nth(1))
    press(page, "Enter")
    expect(page.locator("#ticket-head")).to_contain_text(number)
    return number


def writes_and_takes_back(page):
    press(page, "r")
    expect_focus(page, "#reply")
    page.keyboard.type("Just j k n u x z ? / . a moment")
    expect(page.locator("#keys")).to_be_hidden()
    press(page, "Alt+Enter")
    said = page.locator("#timeline .msg.out", has_text="a moment")
    expect(said).to_have_count(1)
    press(page, "Escape", "z")
    expect(said).to_have_count(0)
    expect_focus(page, "#reply")
    expect(page.locator("#reply")).to_have_value("Just j k n u x z ? / . a moment")
    press(page, "Alt+Enter")
    expect(said).to_have_count(1)

    press(page, "Escape", "n")
    expect(page.locator("#kind-note")).to_be_checked()
    expect_focus(page, "#reply")
    page.keyboard.type("Lot 2409 again")
    press(page, "Alt+Enter")
    expect(page.locator("#timeline .msg.internal")).to_contain_text("Lot 2409 again")


def does_the_step_and_hands_over(page, number, leo):
    card = page.locator("#next-step h2")
    before = card.inner_text()
    press(page, "Escape", "e")
    expect(page.locator("#next-step :focus")).to_have_count(1)
    press(page, "Control+Enter")
    expect(card).not_to_have_text(before)
    expect_focus(page, "#next-step-title")

    press(page, "Control+k")
    page.keyboard.type("asgn")
    expect(page.locator("#palette .cur")).to_contain_text("Assign")
    press(page, "Enter")
    expect_focus(page, "#assign_to")
    page.keyboard.type("Leo")
    press(page, "Control+Enter")
    expect(page.locator("#ticket-head")).to_contain_text("Leo")
    expect_focus(page, "#next-step-title")
    assert Ticket.objects.get(number=number).assignee == leo


def goes_elsewhere_by_the_palette(page, three, number):
    other = next(each.number for each in (three[2], three[0]) if each.number != number)
    order = Ticket.objects.get(number=other).order.number
    press(page, "Control+k")
    page.keyboard.type(order)
    expect(page.locator("#palette [data-looked-up] .cur")).to_contain_text(order)
    shoot(page, "morning-palette")
    press(page, "Enter")
    expect(page).to_have_url(re.compile("/tickets/"))
    expect(page.locator("#ticket-head")).to_contain_text(order[:4])

    press(page, "Control+k")
    page.keyboard.type(number)
    expect(page.locator("#palette .cur")).to_contain_text(number)
    press(page, "Enter")
    expect(page).to_have_url(re.compile(f"{number}$"))


def goes_back_and_on(page, three):
    press(page, "u")
    expect(page).to_have_url(re.compile("/queue"))
    expect(page.locator(".q tr.cur")).to_have_count(1)
    expect_focus(page, ".q tr.cur .step")
    first = here(page.locator(".q tbody tr").first)
    press(page, "k", "k", "Enter")
    expect(page.locator("#ticket-head")).to_contain_text(first)
    press(page, "j")
    expect(page.locator("#ticket-head")).not_to_contain_text(first)
    press(page, "k")
    expect(page.locator("#ticket-head")).to_contain_text(first)
    press(page, "Shift+N")
    expect(page.locator("#ticket-head")).not_to_contain_text(first)
    expect(page.locator("#ticket-head")).to_contain_text("Amy")


def test_an_input_method_has_the_keyboard_to_itself(ticket, browse, amy):
    page = browse(amy, f"/tickets/{ticket.number}", language="zh-hans")
    ime = Ime(page)
    press(page, "r")
    ime.compose("n", "ni", "ni'hao")
    ime.press("Enter")
    ime.press("Enter", alt=True)
    ime.press("Enter", control=True)
    ime.press("n")
    ime.press("Escape")
    expect_focus(page, "#reply")
    ime.commit("您好")
    expect(page.locator("#draft-state")).to_contain_text("草稿")
    assert not Message.objects.filter(author_kind="staff").exists()
    press(page, "Alt+Enter")
    expect(page.locator("#timeline .msg.out")).to_contain_text("您好")

    press(page, "Escape", "Control+k")
    ime.compose("jie", "jie'shou")
    ime.press("Enter")
    expect(page.locator("#palette")).to_be_visible()
    ime.commit("接手")
    expect(page.locator("#palette .cur")).to_contain_text("接手")
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    shoot(page, "palette-zh")
