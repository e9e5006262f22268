"""A lead looks at how the last weeks went, and goes from a number to the request that it counts."""

import pytest
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from tests.browser.conftest import fits, shoot, violations
from tests.browser.test_matrix import wrong_words
from tests.tickets.sla_cases import open_tickets, publish_policy
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import reply_to_customer
from tickets.actions.moves import reject_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {"history": "/wall/history", "history-behind": "/wall/history/requests?measure=sla"}
LOOKS = [(width, theme) for width in (1440, 820, 390) for theme in ("light", "dark")]


@pytest.fixture
def late(shop, amy, advance_clock, drain):
    """One request that was answered late, and others in time."""
    publish_policy(shop)
    late, *others = open_tickets(shop, 4)
    for ticket in others:
        take_ticket(ticket, by=Actor.staff(amy))
        reply_to_customer(ticket, body="Yes.", by=Actor.staff(amy))
    reject_ticket(others[0], reason="No.", by=Actor.staff(amy))
    advance_clock(minutes=70)
    drain()
    reply_to_customer(late, body="Late.", by=Actor.staff(amy))
    drain()
    return late


def test_a_lead_goes_from_a_number_to_the_request(late, browse, leo):
    page = browse(leo, "/wall/history")
    expect(page.locator("#history")).to_contain_text("75.0 %")
    shoot(page, "history")
    page.get_by_role("link", name="First reply · Missed: 1").click()
    expect(page.locator("#behind tbody tr")).to_have_count(1)
    shoot(page, "history-behind")
    page.locator("#behind").get_by_role("link", name=late.number).click()

    expect(page.locator("#ticket-head")).to_contain_text(late.number)


def test_a_lead_narrows_the_days_and_the_category(late, browse, leo):
    page = browse(leo, "/wall/history")
    page.get_by_label("90 days").check(force=True)
    page.get_by_label("Category").select_option("not_as_described")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("#history")).to_contain_text("No clock was decided in these days.")
    assert "days=90" in page.url
    assert "category=not_as_described" in page.url


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_sound_in_every_look(late, browse, leo, language):
    page = browse(leo, "/wall/history", language=language)
    wrong = {}
    for name, address in PAGES.items():
        page.goto(address)
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            shoot(page, f"{name}-{width}-{theme}-{language}")
            complaints = violations(page) + ([] if fits(page) else ["scrolls sideways"])
            if complaints:
                wrong[f"{address} {width} {theme}"] = complaints
        if words := wrong_words(page, language):
            wrong[f"{address}: words"] = words

    assert wrong == {}
