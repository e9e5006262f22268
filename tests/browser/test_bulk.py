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


@pytest.mark.parametrize("scripts", [True, False])
def test_ticked_requests_are_tagged_and_it_is_taken_back(three, browse, amy, scripts):
    page = browse(amy, "/queue?view=all", scripts=scripts)
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    if scripts:
        page.get_by_label("Select all of this page").check()
        expect(bar).to_contain_text("3 selected")
    else:
        for ticket in three:
            page.get_by_label(f"Select {ticket.number}").check()
    page.get_by_label("What to do with them").select_option("tag")
    bar.get_by_role("button", name="What would happen").click()
    page.get_by_label("Tag").fill("vip")
    page.get_by_role("button", name="What would happen").click()
    expect(page.locator("#bulk")).to_contain_text("2 requests will change, 1 is left out")
    expect(page.locator("#bulk")).to_contain_text("has the tag “vip” already")

    page.get_by_role("button", name="Tag: 2 requests").click()
    expect(page.locator("#bulk-progress")).to_contain_text("2 waiting")
    run()
    if not scripts:
        page.reload()
    expect(page.locator("#bulk-progress")).to_contain_text("2 of 3 done")
    expect(page.locator("#bulk-rows .tag-ok")).to_have_count(2)

    page.get_by_role("button", name="Take back what was done").click()
    expect(page.locator("#bulk-progress")).to_contain_text("Takes back:")
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


LOOKS = [
    {"width": 1440},
    {"width": 820, "height": 1180, "theme": "dark", "language": "zh-hans"},
    {"width": 390, "height": 844, "theme": "dark", "language": "zh-hans"},
]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: str(look["width"]))
def test_the_pages_are_sound_in_every_look(three, browse, leo, look):
    def sound(page, name):
        shoot(page, f"bulk-{name}-{look['width']}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page = browse(leo, "/queue?view=all", **look)
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    sound(page, "queue")
    page.locator("#bulk-verb").select_option("tag")
    page.locator("#bulk .btn-primary").click()
    page.locator("[name=with-tag]").fill("vip")
    page.locator("#bulk .btn-primary").click()
    expect(page.locator("#foreseen")).to_be_visible()
    sound(page, "new")
    page.locator("#bulk .btn-primary").click()
    expect(page.locator("#bulk-progress")).to_be_visible()
    run()
    expect(page.locator("#bulk-rows .tag-ok")).to_have_count(2)
    sound(page, "one")
    page.goto(page.url.rpartition("/")[0])
    sound(page, "list")
