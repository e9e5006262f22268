"""On a telephone: lists are cards, nothing scrolls sideways, and every page of the desk can be reached."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import violations
from tickets.actions.assignment import assign_ticket, escalate_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/inbox", "/settings/people", "/settings/keys", "/account", "/replies", "/answers", "/mail")


@pytest.fixture
def told(ticket, ada, amy, as_staff):
    assign_ticket(ticket, by=as_staff(amy), to=ada)
    escalate_ticket(ticket, by=as_staff(amy), reason="late")
    return ticket


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_is_wider_than_the_telephone(told, browse, ada, language):
    page = browse(ada, "/inbox", width=390, height=844, language=language)
    origin = page.url.removesuffix("/inbox")

    for path in PAGES:
        page.goto(f"{origin}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        cut = (
            "[...document.querySelectorAll('.tbl-fold td')].filter(td => td.scrollWidth > td.clientWidth + 1)"
        )
        assert page.evaluate(f"{cut}.length") == 0, path
        assert violations(page) == [], path


def test_what_the_bar_has_no_room_for_is_under_more(told, browse, leo):
    page = browse(leo, "/inbox", width=390, height=844)

    page.locator("summary").filter(has_text="More").click()
    expect(page.get_by_role("link", name="SOPs")).to_be_visible()
    page.get_by_role("link", name="Knowledge").click()

    expect(page.get_by_role("heading", name="Knowledge")).to_be_visible()
    wide = browse(leo, "/inbox")
    expect(wide.locator("summary").filter(has_text="More")).to_be_hidden()
    expect(wide.get_by_role("link", name="Knowledge")).to_be_visible()


def test_the_list_of_replies_narrows_while_typing(told, browse, amy):
    page = browse(amy, "/replies", width=390, height=844)

    page.get_by_label("Words of a reply").fill("greeting")

    expect(page.get_by_role("link", name="Asking for photos")).to_be_hidden()
    expect(page.get_by_role("link", name="First greeting")).to_be_visible()
