"""A lead changes a calendar in the browser: typed, looked at, put in force; the clock that runs says so."""

import pytest
from playwright.sync_api import expect

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.browser.conftest import shoot, violations
from tests.tickets.recount_cases import calendar_body, closed_for
from tests.tickets.sla_cases import clock_of, open_tickets, publish_policy
from tickets.actions.recounts import change_rule
from tickets.models import Recount

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = "/settings/time/demo/calendars/own"


@pytest.fixture
def request_of_ours(shop, leo):
    """One that runs in the shop's own calendar, which is always open."""
    change_rule(shop, "calendar", "own", calendar_body(), by=Actor.staff(leo))
    publish_policy(shop, calendar="own")
    return open_tickets(shop, 1)[0]


def run():
    """As if its time had come."""
    Recount.objects.filter(state="running").update(next_try_at=now())
    due.drain(due.KINDS["recount"])


def put_in_force(page):
    page.get_by_label("are counted anew").check()
    page.get_by_role("button", name="Put it in force").click()


def test_a_calendar_is_changed_with_open_eyes(request_of_ours, browse, leo):
    before = clock_of(request_of_ours, "resolution").due_at
    page = browse(leo, "/settings/time")
    shoot(page, "time-rules")
    assert violations(page) == []
    page.get_by_role("link", name="Our own").click()

    page.get_by_label("Monday").fill("09:00-12:00, 11:00-13:00")
    expect(page.locator("#rule-weekly_mon-notes")).to_contain_text("overlap")
    page.get_by_role("button", name="Look at what changes").click()
    expect(page.locator("#rule-weekly_mon-notes")).to_contain_text("overlap")
    expect(page.get_by_label("Monday")).to_have_value("09:00-12:00, 11:00-13:00")
    shoot(page, "time-rule-wrong")
    assert violations(page) == []

    page.get_by_label("Monday").fill("00:00-24:00")
    expect(page.locator("#rule-weekly_mon-notes")).to_be_empty()
    days = ", ".join(closed_for(2)["holidays"][0]["days"])
    page.get_by_label("Holiday (English) 1").fill("Flood")
    page.get_by_label("Days 1").fill(days)
    page.get_by_role("button", name="Look at what changes").click()
    expect(page.locator("#recount")).to_contain_text("3 clocks run by this rule")
    expect(page.locator("#recount")).to_contain_text(request_of_ours.number)
    expect(page.locator("#recount")).to_contain_text("2 d")
    shoot(page, "time-rule-preview")
    assert violations(page) == []

    put_in_force(page)
    expect(page.locator("#recount-state")).to_have_text("Being counted")
    shoot(page, "recount-running")
    assert violations(page) == []
    run()
    expect(page.locator("#recount-state")).to_have_text("Finished")
    shoot(page, "recount-finished")
    assert violations(page) == []

    assert clock_of(request_of_ours, "resolution").due_at > before
    page.locator("[aria-labelledby=largest] a").first.click()
    expect(page.locator("main")).to_contain_text("Flood")
    expect(page.locator("main")).to_contain_text("Our own, version 2")


def test_the_same_without_javascript(request_of_ours, browse, leo):
    page = browse(leo, HERE, scripts=False)
    page.get_by_label("Time zone").fill("Mars/Base")
    page.get_by_role("button", name="Look at what changes").click()
    expect(page.locator("#rule-time_zone-notes")).to_contain_text("is not a time zone")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_role("button", name="More rows").click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_role("button", name="Look at what changes").click()
    put_in_force(page)
    run()
    page.reload()
    expect(page.locator("#recount-state")).to_have_text("Finished")
    assert clock_of(request_of_ours, "resolution").calendar.body["time_zone"] == "Asia/Tokyo"
