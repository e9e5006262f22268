"""Two requests that are one: merged by a click, read together, and taken apart again."""

import pytest
from playwright.sync_api import expect

from tests.factories import SYSTEM, ticket_body
from tickets.actions.intake import open_ticket
from tickets.models import Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]


@pytest.fixture
def again(shop, order):
    return lambda **changes: open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


def panel(page):
    return page.locator("#relations")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_duplicate_is_merged_by_a_click_and_taken_apart_again(ticket, again, browse, amy, scripts):
    younger = again(lines=ONE_MUG, subject="杯子又裂了", message="又发现一只有裂纹")
    before = standing()
    page = browse(amy, f"/tickets/{younger.number}", scripts=scripts)

    expect(panel(page)).to_contain_text("Both are about MUG of the same order.")
    panel(page).get_by_role("button", name="Merge this one into it").click()

    expect(page.locator("#ticket-head")).to_contain_text(ticket.number)
    expect(page.locator("#toasts")).to_contain_text(f"{younger.number} was merged into this request")
    expect(page.locator("#timeline")).to_contain_text("又发现一只有裂纹")
    expect(page.locator("#order")).to_contain_text("2 of 3 claimed")
    panel(page).get_by_role("button", name="Take apart").click()

    expect(page.locator("#ticket-head")).to_contain_text(younger.number)
    expect(page.locator("#order")).to_contain_text("1 of 3 claimed")
    expect(panel(page)).to_contain_text("The same once more?")
    page.goto(f"/tickets/{ticket.number}")
    expect(page.locator("#order")).to_contain_text("2 of 3 claimed")
    expect(page.locator("#timeline")).not_to_contain_text("又发现一只有裂纹")
    assert standing() == before


def standing():
    """What each request is, besides what happened to it."""
    fields = (
        "number",
        "stage",
        "status",
        "step_code",
        "waiting_on",
        "assignee",
        "merged_into",
        "value_minor",
    )
    return list(Ticket.objects.order_by("pk").values_list(*fields))


def test_the_toast_undoes_a_merge_from_the_menu(ticket, again, browse, amy):
    younger = again(lines=[])
    page = browse(amy, f"/tickets/{younger.number}?do=merge")
    page.locator("#verb select[name=into]").select_option(ticket.number)
    page.locator("#verb").get_by_role("button", name="Merge into another request").click()
    expect(page.locator("#toasts")).to_contain_text("was merged into this request")

    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(page.locator("#toasts")).to_contain_text("Done: Take the merge apart")
    expect(page.locator("#timeline")).to_contain_text("is a request of its own again")
    assert Ticket.objects.get(pk=younger.pk).is_open
