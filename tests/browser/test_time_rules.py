"""A lead changes a calendar in the browser: typed, looked at, put in force; the clock that runs says so."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import shoot, violations
from tests.browser.leading import close_on, open_in_own_calendar, put_in_force, run_recounts
from tests.tickets.recount_cases import closed_for
from tests.tickets.sla_cases import clock_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = "/settings/time/demo/calendars/own"


@pytest.fixture
def request_of_ours(shop, leo):
    return open_in_own_calendar(shop, leo)


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
    close_on(page, closed_for(2)["holidays"][0]["days"])
    expect(page.locator("#recount")).to_contain_text("3 clocks run by this rule")
    expect(page.locator("#recount")).to_contain_text(request_of_ours.number)
    expect(page.locator("#recount")).to_contain_text("2 d")
    shoot(page, "time-rule-preview")
    assert violations(page) == []

    put_in_force(page)
    expect(page.locator("#recount-state")).to_have_text("Being counted")
    shoot(page, "recount-running")
    assert violations(page) == []
    run_recounts()
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
    run_recounts()
    page.reload()
    expect(page.locator("#recount-state")).to_have_text("Finished")
    assert clock_of(request_of_ours, "resolution").calendar.body["time_zone"] == "Asia/Tokyo"
