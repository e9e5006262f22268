"""Two agents at the same request: they see each other, neither loses a word, and "next" never gives both the same."""

import re

import pytest
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from staff.actions import add_member
from tests.browser.conftest import shoot
from tests.factories import SYSTEM, new_user, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.models import Message, Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHANGED = "() => { htmx.trigger(document.body, 'ticket.changed', {}); }"


@pytest.fixture
def kim(stage):
    """A second agent of the same team."""
    kim = new_user("kim", "agent", "金", "Kim")
    add_member(stage.team, kim)
    return kim


def test_two_agents_on_one_request(ticket, browse, amy, kim):
    hers, his = (browse(person, f"/tickets/{ticket.number}") for person in (amy, kim))
    expect(hers.locator("[data-here]")).to_have_text("Kim is here too")
    expect(his.locator("[data-here]")).to_have_text("Amy is here too")

    his.locator("#reply").click()
    his.keyboard.type("We send you a new cup today.")
    expect(hers.locator("[data-here]")).to_have_text("Kim (writing) is here too")
    hers.locator("#reply").click()
    hers.keyboard.type("Could you send us a photo?")
    hers.keyboard.press("Alt+Enter")
    expect(hers.locator("#timeline .msg.out")).to_contain_text("a photo")

    his.keyboard.press("Alt+Enter")
    told = his.locator("#composer [role=alert]")
    expect(told).to_contain_text("Amy")
    expect(told).to_contain_text("What you typed is kept")
    shoot(his, "two-agents-stale")
    expect(his.locator("#reply")).to_have_value("We send you a new cup today.")
    expect(his.locator("#timeline .msg.out")).to_contain_text("a photo")
    assert Message.objects.filter(author_kind="staff").count() == 1

    his.keyboard.press("Alt+Enter")
    expect(his.locator("#timeline .msg.out")).to_have_count(2)
    expect(hers.locator("#live")).to_be_visible()


def test_next_pressed_by_both_at_once_gives_each_another(ticket, shop, browse, amy, kim):
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    held = []

    def hold(route):
        held.append(route)

    pages = [browse(person, "/queue") for person in (amy, kim)]
    for page in pages:
        page.route("**/queue/next", hold)
        with page.expect_request("**/queue/next"):
            page.keyboard.press("n")
    for route in held:
        route.continue_()

    for page in pages:
        expect(page).to_have_url(re.compile("/tickets/"))
    assert {each.assignee for each in Ticket.objects.all()} == {amy, kim}


def test_a_part_that_is_on_its_way_does_not_swallow_the_next_change(ticket, browse, amy):
    """The part asked for first is out of date when it comes: what was asked for last is what stays."""
    page = browse(amy, f"/tickets/{ticket.number}")
    late = []

    def keep_the_first(route):
        if route.request.headers.get("hx-target") == "ticket-head" and not late:
            late.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(f"**/tickets/{ticket.number}", keep_the_first)
    page.evaluate(CHANGED)
    while not late:
        page.wait_for_timeout(20)  # lets Playwright hand over what has arrived
    take_ticket(ticket, by=Actor.staff(amy))
    page.evaluate(CHANGED)
    route, answer = late[0]
    route.fulfill(response=answer)
    expect(page.locator("#ticket-head")).to_contain_text("Amy")
