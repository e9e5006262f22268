"""From the clock on a request's head to the page that says why it is due when it is."""

import pytest
from playwright.sync_api import expect

from aftersales.versions.actions import draft, publish
from aftersales.versions.models import State, Version
from aftersales.versions.registry import forget
from tests.browser.conftest import shoot, violations
from tests.factories import SYSTEM
from tests.tickets.sla_cases import HOUR, policy_body, sync
from tickets.actions.clock_healing import heal_clocks
from tickets.actions.intake import open_ticket
from tickets.models import SlaClock, WaitingOn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = {"category": "quality_other", "channel": "phone", "subject": "杯子有裂纹", "message": "有裂纹"}
LOOKS = [
    {"width": 1440},
    {"width": 820, "height": 1180, "theme": "dark", "language": "zh-hans"},
    {"width": 390, "height": 844},
    {"width": 390, "height": 844, "theme": "dark", "language": "zh-hans"},
]


def publish_for(code, zh, en, **scope):
    body = policy_body(code, name={"zh": zh, "en": en}, calendar="cn_extended", **{"for": scope})
    publish(draft("sla", code, body, by=SYSTEM), by=SYSTEM)


@pytest.fixture
def told(shop):
    """A request under the rule for calls, that waited for the customer once."""
    publish_for("phone", "电话", "Calls", channels=["phone"])
    publish_for(
        "vip", "贵宾", "Important customers", customer_levels=["VIP", "gold"], channels=["phone", "chat"]
    )
    ticket = open_ticket(shop, BODY, by=SYSTEM)[0]
    sync(ticket, ticket.created_at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    yield sync(ticket, ticket.created_at + 3 * HOUR, waiting_on=WaitingOn.US)
    # Versions outlive a test that commits; no other is to have these rules.
    Version.objects.filter(code__in=["phone", "vip"]).update(state=State.RETIRED)
    forget()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_clock_leads_to_its_page_and_back(told, browse, amy, scripts):
    page = browse(amy, f"/tickets/{told.number}", scripts=scripts)
    page.locator(".clocks a", has_text="Resolution").click()

    expect(page.locator("h1")).to_have_text("Resolution")
    expect(page.locator("#main")).to_contain_text("Rule “Calls”, version")
    expect(page.locator("#main")).to_contain_text("Paused: waiting on Customer")
    page.get_by_role("link", name="Back to the request").click()
    expect(page.locator("h1")).to_have_text("杯子有裂纹")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_the_page_at_every_width(told, browse, amy, look):
    name = "-".join(map(str, look.values()))
    page = browse(amy, f"/tickets/{told.number}", **look)
    shoot(page, f"clock-head-{name}")
    assert violations(page) == []
    page.goto(f"{page.url}/clocks/resolution")
    shoot(page, f"clock-{name}")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_what_was_put_right_at_every_width(told, browse, leo, look):
    """A clock was lost past the actions; who leads the shop reads of it, and goes to the request."""
    SlaClock.objects.filter(ticket=told, target="resolution").delete()
    heal_clocks()

    page = browse(leo, "/clocks/healed", **look)

    row = page.locator("#healed tbody tr")
    expect(row).to_contain_text(told.number)
    assert violations(page) == []
    shoot(page, f"healed-{'-'.join(map(str, look.values()))}")
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("杯子有裂纹")
