"""Searching as Chinese is typed, and the palette by keyboard; both without breaking the page's policy."""

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import expect

from aftersales import due
from tests.browser.conftest import shoot, violations
from tests.browser.ime import Ime
from tests.factories import SYSTEM, ticket_body
from tickets.actions.conversation import hear_customer
from tickets.actions.intake import open_ticket
from tickets.models import Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(ticket, shop):
    """A request with a message, and another; both in the index."""
    hear_customer(ticket, by=SYSTEM, body="收到的杯子杯口有 <b>裂纹</b>，想退货")
    other = open_ticket(
        shop, read_ticket(ticket_body(lines=[], subject="发票", message="请开发票")), by=SYSTEM
    )[0]
    due.drain_all()
    return ticket, other


def palette(page):
    page.keyboard.press("Control+k")
    expect(page.locator("#palette section").first).to_be_visible()
    return page.locator("#palette")


def first_of(box):
    return box.locator(".cur")


def test_chinese_is_searched_as_it_is_typed(two, browse, amy):
    ticket, _other = two
    page, asked = browse(amy, "/search", language="zh-hans"), []
    page.on("request", lambda request: asked.append(request.url))
    ime = Ime(page)
    expect(page.locator("#q")).to_be_focused()
    ime.compose("l", "lie", "lie'wen")
    ime.press("Enter")  # takes the letters as they are, in many an input method
    ime.compose("lie'w", "lie'wen")
    ime.commit("裂纹")
    expect(page.locator("#q")).to_have_value("裂纹")
    assert not [url for url in asked if "q=" in url]  # neither raw pinyin nor half a word was looked for
    page.wait_for_timeout(100)  # longer than Safari takes for the Enter of a composition
    page.keyboard.press("Enter")

    expect(page.locator("#found mark").first).to_have_text("裂纹")
    expect(page.locator("#found .step")).to_have_count(1)
    expect(page.locator("#found")).to_contain_text(ticket.number)
    expect(page.locator("#found")).to_contain_text("<b>")  # what people typed is shown, never run
    assert "q=%E8%A3%82%E7%BA%B9" in page.url
    shoot(page, "search-zh")


def test_what_narrows_while_one_types_waits_for_the_word(two, browse, amy):
    page, asked = browse(amy, f"/tickets/{two[0].number}", language="zh-hans"), []
    page.on("request", lambda request: asked.append(unquote_plus(request.post_data or "")))
    page.locator("#find-answer").focus()
    ime = Ime(page)
    with page.expect_response("**/draft"):
        for grown in ("f", "fa", "fa'piao"):
            ime.compose(grown)
            page.wait_for_timeout(150)  # as fast as people type; a request leaves after a pause of 300 ms
        page.wait_for_timeout(400)
        ime.commit("发票")

    expect(page.locator("#answers li").first).to_contain_text("发票")
    assert any("发票" in each for each in asked)
    assert not any("fa" in each for each in asked if "sought" in each)


def test_a_search_without_scripts(two, browse, amy):
    page = browse(amy, "/search", scripts=False)
    page.locator("#q").fill("杯子 裂纹")
    page.locator("#filter-is").select_option("open")
    page.locator("main").get_by_role("button", name="Search").click()

    expect(page.locator("#found .step")).to_have_count(1)
    expect(page.locator("#found")).to_contain_text("<b>裂纹</b>")
    page.goto(re.sub(r"\?.*", "?q=没有这个词", page.url))
    expect(page.locator("#found")).to_contain_text("No request matches")


def test_the_palette_does_a_verb_by_keyboard_alone(two, browse, amy):
    ticket, _other = two
    page = browse(amy, f"/tickets/{ticket.number}")
    box = palette(page)
    expect(box.get_by_role("heading", name="This request")).to_be_visible()
    assert violations(page) == []
    shoot(page, "palette")
    page.keyboard.type("接手")
    expect(first_of(box)).to_contain_text("Take")
    page.keyboard.press("Enter")

    expect(page.locator("#ticket-head")).to_contain_text("Amy")
    assert Ticket.objects.get(pk=ticket.pk).assignee == amy


def test_the_palette_goes_places_and_comes_back(two, browse, amy):
    ticket, other = two
    page = browse(amy, f"/tickets/{ticket.number}")
    page.goto(page.url.replace(ticket.number, other.number))
    box = palette(page)
    page.keyboard.type(ticket.number[:3].lower())
    expect(box.get_by_role("heading", name="Recent requests")).to_be_visible()
    box.locator("a", has_text=ticket.number).last.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(ticket.number))

    box = palette(page)
    page.keyboard.type("hold")
    page.keyboard.press("Enter")
    expect(page.locator("#verb")).to_contain_text("Put on hold")

    palette(page)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()


def test_a_number_typed_into_the_palette_is_looked_up(two, browse, amy):
    ticket, _other = two
    page = browse(amy, "/wall")
    box = palette(page)
    page.keyboard.type(ticket.order.number[-5:])
    expect(box.locator("[data-looked-up] a")).to_have_count(2)
    shoot(page, "palette-order")
    page.locator("#palette-q").fill(ticket.number.lower())
    expect(first_of(box)).to_contain_text(ticket.number)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/tickets/{ticket.number}$"))


def test_the_keys_are_on_a_map_and_all_commands_are_links(two, browse, amy):
    page = browse(amy, "/search")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("All commands")
    shoot(page, "keys")

    page = browse(amy, f"/palette?on={two[0].number}", scripts=False)
    assert page.locator("main a, main button").count() > 10
    page = browse(amy, f"/palette?on={two[0].number}", language="zh-hans")
    assert violations(page) == []
    shoot(page, "palette-page")
