"""A return as the agent goes through it, with every click and key counted; the dock, the inspector and the shop
answer from outside."""

import pytest
from playwright.sync_api import expect

from aftersales import due
from aftersales.events.actors import Actor
from returns.models import Refund
from tests.browser.conftest import fits, shoot, violations
from tests.factories import SYSTEM, order_body, ticket_body
from tests.returns.shortcuts import photograph_for
from tickets.actions.intake import open_ticket
from tickets.actions.orders import put_order
from tickets.models import Message, Ticket
from tickets.serializers import read_order, read_ticket
from tickets.verbs import perform

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_CLICKS, MOST_KEYS = 6, 20
CHEAP = {"unit_price_minor": 12900, "paid_minor": 12900}


class Counting:
    """A page whose clicks and key presses are counted; words that a person writes freely are counted apart."""

    def __init__(self, page):
        self.page, self.clicks, self.keys, self.typed = page, 0, 0, 0

    def click(self, locator):
        self.clicks += 1
        locator.click()

    def press(self, key):
        self.keys += 1
        self.page.keyboard.press(key)

    def write(self, locator, words):
        self.typed += len(words)
        locator.fill(words)


@pytest.fixture
def returning(shop):
    """A kettle for ¥129.00 that somebody no longer wants, delivered two days ago."""
    shop.return_address = {"name": "退货组", "phone": "0571", "address": "杭州市示例路1号"}
    shop.save()
    mugs, kettle = order_body()["lines"]
    payments = [order_body()["payments"][0] | {"captured_minor": 22900}]
    put_order(shop, "O-1", read_order(order_body(lines=[mugs, kettle | CHEAP], payments=payments)), by=SYSTEM)
    lines = [{"order_line": "2", "quantity": 1, "reason": "c_no_reason"}]
    body = ticket_body(category="no_reason_return", lines=lines, subject="不想要了")
    return open_ticket(shop, read_ticket(body), by=SYSTEM)[0]


def elsewhere(ticket, *moves):
    """What others do: [(actor or person, verb, fields)]."""
    for person, verb, fields in moves:
        photograph_for(ticket, verb)
        actor = person if isinstance(person, Actor) else Actor.staff(person)
        perform(Ticket.objects.get(pk=ticket.pk), verb, fields, by=actor)


def card(page):
    return page.locator("#next-step")


def settled(page, *, head, facts, timeline):
    """All parts of the page have followed the click, so that what comes next is news."""
    expect(page.locator("#ticket-head")).to_contain_text(head)
    expect(page.locator("#facts")).to_contain_text(facts)
    expect(page.locator("#timeline")).to_contain_text(timeline)


def looked_again(hand):
    """The page says that something changed; one click shows it."""
    changed = hand.page.locator("#live a")
    expect(changed).to_be_visible()
    hand.click(changed)


def test_a_no_reason_return_takes_few_clicks(
    returning, browse, amy, wen, ines, finn, shop_key, advance_clock
):
    shop_system = Actor.shop(shop_key[0])
    page = browse(amy, f"/tickets/{returning.number}")
    hand = Counting(page)

    expect(card(page).locator("h2")).to_have_text("Approve the return and issue the label")
    expect(card(page).locator("select[name=goods_back]")).to_have_value("true")
    hand.click(card(page).get_by_role("button", name="Approve"))
    expect(card(page).locator("h2")).to_have_text("Wait for the parcel")
    settled(page, head="Customer", facts="to come back", timeline="The request was approved")

    elsewhere(
        returning,
        (shop_system, "ship", {"carrier": "sf", "waybill": "SF1000200030"}),
        (wen, "receive", {}),
        (wen, "complete_step", {"answer": "pass"}),
        (ines, "inspect", {"grade": "A"}),
    )
    looked_again(hand)
    expect(card(page).locator("h2")).to_have_text("Propose the refund")
    expect(card(page).locator("input[name=amount]")).to_be_visible()
    shoot(page, "flow-refund")
    hand.click(card(page).get_by_role("button", name="Propose a refund"))
    expect(card(page)).to_contain_text("Settle the invoice")
    settled(page, head="Take the payment back", facts="being carried out", timeline="Proposed: Refund")

    elsewhere(returning, (finn, "complete_step", {}))
    advance_clock(11)
    due.drain(due.KINDS["refund"])
    refund = Refund.objects.get()
    elsewhere(
        returning, (shop_system, "record_refund_result", {"refund": str(refund.key), "status": "succeeded"})
    )
    looked_again(hand)
    expect(card(page).locator("h2")).to_have_text("Tell the result and close")
    assert "¥129.00已原路退回" in card(page).locator("textarea[name=body]").input_value()
    assert violations(page) == []
    shoot(page, "flow-close")
    hand.click(card(page).get_by_role("button", name="Send and mark resolved"))
    expect(card(page)).to_contain_text("Outcome")

    print(f"no_reason_return: {hand.clicks} clicks, {hand.keys} keys")  # noqa: T201 - the figure that this journey is about
    assert hand.clicks <= MOST_CLICKS
    assert hand.keys <= MOST_KEYS
    assert hand.typed == 0
    after = Ticket.objects.get(pk=returning.pk)
    assert (after.status, after.outcome, refund.amount_minor) == ("resolved", "refund", 12900)
    words = " ".join(Message.objects.filter(ticket=after).values_list("body", flat=True))
    assert "{" not in words
    assert "待定" not in words


def test_dock_and_inspection_ask_for_photos_and_fit(returning, browse, amy, wen, ines):
    elsewhere(returning, (amy, "approve", {}), (amy, "ship", {"carrier": "sf", "waybill": "SF1000200030"}))
    page = browse(wen, f"/receive?code={returning.number}")
    expect(page.locator("#photo-1")).to_be_visible()
    page.locator("[form=receipt]").click()
    expect(page.locator("main").get_by_role("alert")).to_contain_text("needs 2 photos; 0 are here")
    sound(page, "flow-dock")

    elsewhere(returning, (wen, "receive", {}), (wen, "complete_step", {"answer": "pass"}))
    page = browse(ines, f"/inspect/{returning.number}")
    expect(page.locator("#photo-packaging")).to_be_visible()
    sound(page, "flow-inspect")


def sound(page, name):
    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 1000})
        assert violations(page) == []
        assert fits(page)
        shoot(page, f"{name}-{width}")
