"""On a telephone every page of the desk can be reached. That all of them fit is the matrix's to say."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_the_bar_has_no_room_for_is_under_more(ticket, browse, leo):
    page = browse(leo, "/inbox", width=390, height=844)

    page.locator("summary").filter(has_text="More").click()
    expect(page.get_by_role("link", name="SOPs")).to_be_visible()
    page.get_by_role("link", name="Knowledge").click()

    expect(page.get_by_role("heading", name="Knowledge")).to_be_visible()
    wide = browse(leo, "/inbox")
    expect(wide.locator("summary").filter(has_text="More")).to_be_hidden()
    expect(wide.get_by_role("link", name="Knowledge")).to_be_visible()


def test_the_list_of_replies_narrows_while_typing(ticket, browse, amy):
    page = browse(amy, "/replies", width=390, height=844)

    page.get_by_label("Words of a reply").fill("greeting")

    expect(page.get_by_role("link", name="Asking for photos")).to_be_hidden()
    expect(page.get_by_role("link", name="First greeting")).to_be_visible()
