"""What a lead does on the pages, journey after journey: hand a request over, change a calendar, count anew."""

from playwright.sync_api import expect

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.tickets.recount_cases import calendar_body
from tests.tickets.sla_cases import open_tickets, publish_policy
from tickets.actions.recounts import change_rule
from tickets.models import Recount


def open_in_own_calendar(shop, lead):
    """A request that runs in the shop's own calendar, which is always open."""
    change_rule(shop, "calendar", "own", calendar_body(), by=Actor.staff(lead))
    publish_policy(shop, calendar="own")
    return open_tickets(shop, 1)[0]


def hand_over(page, person):
    page.locator("#next-step").get_by_role("link", name="Hand over").click()
    page.locator("#verb select").first.select_option(person.username)
    page.locator("#verb").get_by_role("button", name="Assign").click()
    expect(page.locator("#ticket-head")).to_contain_text(person.name_en)


def close_on(page, days):
    """Typed into the calendar that is open, and looked at."""
    page.get_by_label("Holiday (English) 1").fill("Flood")
    page.get_by_label("Days 1").fill(", ".join(days))
    page.get_by_role("button", name="Look at what changes").click()


def put_in_force(page):
    page.get_by_label("are counted anew").check()
    page.get_by_role("button", name="Put it in force").click()


def run_recounts():
    """As if their time had come."""
    Recount.objects.filter(state="running").update(next_try_at=now())
    due.drain(due.KINDS["recount"])
