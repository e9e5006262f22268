"""Searching as Chinese is typed, and the palette by keyboard; both without breaking the page's policy."""

import re

import pytest
from playwright.sync_api import expect

from aftersales import due
from tests.browser.conftest import shoot, violations
from tests.factories import SYSTEM, ticket_body
from tickets.actions.conversation import hear_customer
from tickets.actions.intake import open_ticket
from tickets.models import Ticket
from tickets.queries import view_counts
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What Chromium's IME does to a field, as events: the text grows while it composes, and Enter ends it.
COMPOSE = """(field, words) => {
    const say = (kind, data) => field.dispatchEvent(new CompositionEvent(kind, {data, bubbles: true}));
    const press = (more) => new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...more});
    say("compositionstart", "");
    field.value = words;
    field.dispatchEvent(new InputEvent("input", {data: words, isComposing: true, bubbles: true}));
    const went = field.dispatchEvent(press({keyCode: 229, isComposing: true}));
    say("compositionend", words);
    return {during: !went, after: !field.dispatchEvent(press({keyCode: 13}))};
}"""


@pytest.fixture(autouse=True)
def _forget_counts():
    yield
    view_counts.forget()


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


@pytest.mark.parametrize(
    "look", [{"width": 1440}, {"width": 390, "height": 844, "theme": "dark"}, {"width": 820}]
)
def test_a_search_typed_with_an_ime_marks_what_was_found(two, browse, amy, look):
    page = browse(amy, "/queue", language="zh-hans", **look)
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.id === 'q' || location.pathname === '/search'")
    field = page.locator("#q")
    field.focus()
    composed = field.evaluate(COMPOSE, "裂纹")
    assert composed["after"]
    assert "q=" not in page.url
    page.wait_for_timeout(120)  # longer than Safari takes for the Enter of a composition
    page.keyboard.press("Enter")

    expect(page.locator("#found mark").first).to_have_text("裂纹")
    expect(page.locator("#found .step")).to_have_count(1)
    assert violations(page) == []
    shoot(page, f"search-{look['width']}")


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
    page.keyboard.type(ticket.number[-4:])
    expect(box.get_by_role("heading", name="Recent requests")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
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
    palette(page)
    page.keyboard.type(ticket.number.lower())
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/tickets/{ticket.number}$"))


def test_enter_within_a_composition_does_nothing(two, browse, amy):
    ticket, _other = two
    page = browse(amy, f"/tickets/{ticket.number}", language="zh-hans")
    palette(page)
    composed = page.locator("#palette-q").evaluate(COMPOSE, "接手")

    assert composed == {"during": True, "after": True}
    expect(page.locator("#palette")).to_be_visible()
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    shoot(page, "palette-zh")


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
