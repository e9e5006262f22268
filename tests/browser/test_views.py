"""Filters and views in a browser: made, kept and used, with scripts and without."""

import pytest
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.saved_views import save_view
from tickets.models import SavedView
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MUGS = {
    "all": [
        {"field": "sku", "op": "is", "value": "MUG"},
        {"any": [{"field": "created", "op": "newer", "value": "3d"}]},
    ]
}


@pytest.fixture
def plain(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=[], category="usage_help")), by=SYSTEM)[0]


def rows(page):
    return page.locator(".q tbody tr")


def add_condition(page, field):
    page.locator("#add").select_option(field)
    before = page.locator(".frow").count()
    page.locator("button[value='add:']").click()
    expect(page.locator(".frow")).to_have_count(before + 1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_filter_is_made_kept_and_taken_away(ticket, plain, browse, amy, scripts):
    page = browse(amy, "/queue?view=all", scripts=scripts)
    page.get_by_role("link", name="Filter", exact=True).click()
    add_condition(page, "sku")
    add_condition(page, "stage")
    page.get_by_label("SKU").last.fill("MUG, KETTLE")
    page.get_by_role("checkbox", name="Communicate").check()
    page.get_by_role("button", name="Show these").last.click()
    expect(rows(page)).to_have_count(1)

    page.get_by_role("link", name="Save", exact=True).click()
    page.get_by_label("Name of the view").fill("Mugs")
    page.get_by_role("button", name="Save the view").click()
    expect(page.locator(".views a[aria-current]")).to_contain_text("Mugs")

    page.get_by_role("link", name="This view").click()
    page.get_by_label("Name of the view").fill("Cups")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator("h1")).to_have_text("Cups")
    page.get_by_role("link", name="This view").click()
    page.get_by_role("button", name="Take the view away").click()
    expect(page.locator(".views a", has_text="Cups")).to_have_count(0)
    if scripts:
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#toasts")).to_contain_text("is back")
        assert SavedView.objects.get().removed_at is None


def test_a_saved_view_holds_still_and_is_told_of_changes(ticket, shop, browse, amy, leo):
    view = save_view("Faults", by=Actor.staff(amy), filter={"all": MUGS["all"][1:]})
    page = browse(amy, f"/queue?view={view.code}")
    expect(rows(page)).to_have_count(1)

    take_ticket(ticket, by=Actor.staff(leo))
    open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)

    expect(page.locator(".changed")).to_have_text("Leo took the request")
    expect(page.locator("#live")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    page.keyboard.press(".")
    expect(rows(page)).to_have_count(2)


def test_the_key_n_leads_to_the_next_request(ticket, plain, browse, amy):
    page = browse(amy, "/queue")
    page.keyboard.press("n")
    expect(page.locator("#ticket-head")).to_be_visible()
    page.get_by_role("button", name="To my next request").click()
    expect(page.locator("#ticket-head")).to_be_visible()
    for request in (ticket, plain):
        request.refresh_from_db()
    assert (ticket.assignee, plain.assignee) == (amy, amy)
