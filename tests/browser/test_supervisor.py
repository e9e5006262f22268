"""A supervisor's hour: a coming breach found on the wall and handed over, then a calendar that moves it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import shoot, violations
from tests.browser.leading import close_on, hand_over, open_in_own_calendar, put_in_force, run_recounts
from tests.tickets.recount_cases import morning
from tests.tickets.sla_cases import clock_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def coming(shop, leo):
    """A request of nobody whose first reply is due within the hour."""
    return open_in_own_calendar(shop, leo)


def number(page, *said):
    """The wall's number that is read out like this."""
    return page.locator("#wall-ahead").get_by_role("link", name=" · ".join(said), exact=True)


def test_from_a_coming_breach_to_the_calendar_that_moves_it(coming, browse, amy, leo):
    wall = browse(leo, "/wall?by=person")
    find_and_hand_over(wall, coming, amy)
    wall.locator(".rail").get_by_role("link", name="Wall").click()
    wall.locator("#wall-ahead").get_by_role("link", name="Person", exact=True).click()
    expect(number(wall, "1", "Amy", "in 1 h")).to_be_visible()
    expect(number(wall, "1", "nobody", "in 1 h")).to_have_count(0)
    shoot(wall, "supervisor-handed-over")

    close_today(browse(leo, "/settings/time"), coming)

    expect(number(wall, "1", "All", "in 1 h")).to_have_count(0)  # it hears of it by itself
    expect(number(wall, "1", "Amy", "in 1 h")).to_have_count(0)
    expect(number(wall, "1", "All", "open")).to_be_visible()
    assert violations(wall) == []
    shoot(wall, "supervisor-moved")


def find_and_hand_over(wall, coming, amy):
    """Two presses from the number to the request."""
    number(wall, "1", "nobody", "in 1 h").click()
    wall.locator(".q .step").first.click()
    expect(wall.locator("#ticket-head")).to_contain_text(coming.number)
    hand_over(wall, amy)
    coming.refresh_from_db()
    assert coming.assignee == amy


def close_today(page, coming):
    """Looked at first, then put in force, and the clocks that run are counted anew."""
    before = clock_of(coming, "first_response").due_at
    page.get_by_role("link", name=re.compile("^Our own$")).click()
    close_on(page, [morning()[1].isoformat()])
    expect(page.locator("#recount")).to_contain_text(coming.number)
    assert clock_of(coming, "first_response").due_at == before
    put_in_force(page)
    expect(page.locator("#recount-state")).to_have_text("Being counted")
    run_recounts()
    expect(page.locator("#recount-state")).to_have_text("Finished")
    assert clock_of(coming, "first_response").due_at > before
