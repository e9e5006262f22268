"""One thing done to many, in a browser: ticked, looked at, asked for, watched, taken back; without scripts, too."""

import pytest
from playwright.sync_api import expect

from aftersales import due
from aftersales.clock import now
from tests.browser.conftest import shoot, violations
from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.models import Bulk, BulkRow, Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three(shop, order):
    made = [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(3)]
    Ticket.objects.filter(pk=made[0].pk).update(tags=["vip"])
    return made


def run():
    """As if its time had come."""
    BulkRow.objects.filter(state="waiting").update(next_try_at=now())
    Bulk.objects.update(starts_at=now())
    due.drain(due.KINDS["bulk"])


def test_many_at_once_with_one_that_refuses_and_all_of_it_taken_back(three, browse, amy):
    page = browse(amy, "/queue?view=all")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    for ticket in three[:2]:
        page.get_by_label(f"Select {ticket.number}").check()
    expect(bar).to_contain_text("2 selected")
    look_at(page, "What would happen")
    expect(bar).to_contain_text("1 request will change, 1 is left out")

    page.goto("/queue?view=all")
    page.get_by_label("Select all of this page").check()
    look_at(page, "The same for all 3 of this view")
    expect(bar).to_contain_text("2 requests will change, 1 is left out")
    refused = bar.locator("details", has_text="has the tag “vip” already")
    expect(refused).to_contain_text(three[0].number)

    page.get_by_role("button", name="Tag: 2 requests").click()
    expect(page.locator("#bulk-progress")).to_contain_text("2 waiting")
    run()
    expect(page.locator("#bulk-progress")).to_contain_text("2 of 3 done")
    expect(page.locator("#bulk-rows .tag-ok")).to_have_count(2)
    expect(page.locator("#bulk-rows")).to_contain_text("has the tag “vip” already")
    shoot(page, "bulk-done")
    assert violations(page) == []
    assert Ticket.objects.filter(tags__contains=["vip"]).count() == 3

    page.get_by_role("button", name="Take back what was done").click()
    expect(page.locator("#bulk-progress")).to_contain_text("Takes back:")
    run()
    expect(page.locator("#bulk-progress")).to_contain_text("2 of 2 done")
    assert [each.tags for each in Ticket.objects.order_by("pk")] == [["vip"], [], []]


def look_at(page, button):
    page.get_by_label("What to do with them").select_option("tag")
    page.locator("#bulk").get_by_role("button", name=button).click()
    page.get_by_label("Tag").fill("vip")
    page.get_by_role("button", name="What would happen").click()


def test_the_same_without_javascript(three, browse, amy):
    page = browse(amy, "/queue?view=all", scripts=False)
    for ticket in three:
        page.get_by_label(f"Select {ticket.number}").check()
    look_at(page, "What would happen")
    page.get_by_role("button", name="Tag: 2 requests").click()
    run()
    page.reload()
    expect(page.locator("#bulk-rows .tag-ok")).to_have_count(2)
    page.get_by_role("button", name="Take back what was done").click()
    run()
    assert Ticket.objects.filter(tags__contains=["vip"]).count() == 1


def test_by_keyboard_and_undone_before_it_starts(three, browse, amy):
    page = browse(amy, "/queue?view=all")
    page.locator("body").press("j")
    page.keyboard.press("x")
    page.get_by_label("What to do with them").select_option("follow")
    page.locator("body").press("Shift+Enter")
    expect(page.locator("#bulk")).to_contain_text("1 request will change")
    page.locator("body").press("Shift+Enter")
    expect(page.locator("#bulk-progress")).to_contain_text("1 waiting")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#bulk-progress")).to_contain_text("1 cancelled")
    run()
    assert not Ticket.objects.exclude(followers=[]).exists()
