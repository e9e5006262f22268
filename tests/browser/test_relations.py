"""Two requests that are one: merged by a click, read together, and taken apart again."""

import pytest
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from tests.browser.conftest import shoot, violations
from tests.browser.test_agent import LOOKS, look_name
from tests.factories import SYSTEM, ticket_body
from tickets.actions.conversation import hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.actions.linking import link_ticket
from tickets.actions.marking import follow_ticket, tag_ticket
from tickets.actions.merging import merge_ticket
from tickets.actions.moves import reject_ticket
from tickets.models import Ticket
from tickets.queries import view_counts
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]


@pytest.fixture(autouse=True)
def _forget_counts():
    yield
    view_counts.forget()


@pytest.fixture
def again(shop, order):
    return lambda **changes: open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


def panel(page):
    return page.locator("#relations")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_duplicate_is_merged_by_a_click_and_taken_apart_again(ticket, again, browse, amy, scripts):
    younger = again(lines=ONE_MUG, subject="杯子又裂了", message="又发现一只有裂纹")
    page = browse(amy, f"/tickets/{younger.number}", scripts=scripts)

    expect(panel(page)).to_contain_text("Both are about MUG of the same order.")
    panel(page).get_by_role("button", name="Merge this one into it").click()

    expect(page.locator("#ticket-head")).to_contain_text(ticket.number)
    expect(page.locator("#toasts")).to_contain_text(f"{younger.number} was merged into this request")
    expect(page.locator("#timeline")).to_contain_text("又发现一只有裂纹")
    expect(page.locator("#order")).to_contain_text("3 of 3 claimed")
    panel(page).get_by_role("button", name="Take apart").click()

    expect(page.locator("#ticket-head")).to_contain_text(younger.number)
    expect(page.locator("#order")).to_contain_text("1 of 3 claimed")
    expect(panel(page)).to_contain_text("The same once more?")
    younger.refresh_from_db()
    assert younger.merged_into_id is None


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


@pytest.mark.parametrize("look", LOOKS, ids=look_name)
def test_the_pages_break_no_rule_in_any_look(ticket, again, browse, amy, leo, look):
    agent = Actor.staff(amy)
    younger = again(lines=ONE_MUG, subject="杯子又裂了", message="又发现一只有裂纹")
    ended, went = again(lines=[], subject="发票抬头写错了"), again(lines=[], subject="请问什么时候处理？")
    reply_to_customer(ended, by=agent, body="您好，发票已经重新开好，请查收邮件。")
    reject_ticket(ended, by=agent, reason="x")
    merge_ticket(went, by=agent, into=ticket)
    hear_customer(went, by=SYSTEM, body="还在吗？")
    link_ticket(ticket, by=agent, to=ended, kind="related")
    tag_ticket(ticket, by=agent, tag="vip")
    follow_ticket(ticket, by=Actor.staff(leo))

    for name, path in (
        ("page", f"/tickets/{ticket.number}"),
        ("merged", f"/tickets/{went.number}"),
        ("merge", f"/tickets/{younger.number}?do=merge"),
        ("split", f"/tickets/{ticket.number}?do=split"),
        ("reassign", f"/tickets/{ticket.number}?do=reassign"),
    ):
        page = browse(amy, path, **look)
        assert violations(page) == [], name
        shoot(page, f"relations-{name}-{look_name(look)}")
        page.context.close()
