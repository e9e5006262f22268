"""What an agent types while the composer's answer is on its way is still there when it has come."""

import pytest
from playwright.sync_api import expect

from tickets.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Held:
    """Answers of one address, kept back until `let_go`."""

    def __init__(self, page, pattern):
        self.page, self.pattern, self.answers = page, pattern, []
        page.route(pattern, self.keep)

    def keep(self, route):
        self.answers.append((route, route.fetch()))

    def let_go(self):
        while not self.answers:
            self.page.wait_for_timeout(20)  # lets Playwright hand over what has arrived
        for route, answer in self.answers:
            route.fulfill(response=answer)
        self.page.unroute(self.pattern)


def test_a_note_begun_before_the_composer_has_turned(ticket, browse, amy):
    page = browse(amy, f"/tickets/{ticket.number}")
    page.locator("#reply").click()
    page.keyboard.type("Dear Ming")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    held = Held(page, "**/draft")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type(" lot 2409")
    held.let_go()
    expect(page.locator("#reply")).to_have_value("Dear Ming lot 2409")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type(" again")
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#timeline .msg.internal")).to_contain_text("Dear Ming lot 2409 again")


def test_a_note_sent_before_the_composer_has_turned_is_sent_once_and_as_a_note(ticket, browse, amy):
    page = browse(amy, f"/tickets/{ticket.number}")
    held = Held(page, "**/draft")
    page.keyboard.press("n")
    page.keyboard.type("Lot 2409")
    page.keyboard.press("Alt+Enter")
    page.keyboard.press("Alt+Enter")
    held.let_go()
    expect(page.locator("#timeline .msg.internal")).to_contain_text("Lot 2409")
    expect(page.locator("#reply")).to_have_value("")
    assert Message.objects.filter(author_kind="staff").get().visibility == "internal"


def test_the_next_message_begun_before_the_first_has_gone(ticket, browse, amy):
    page = browse(amy, f"/tickets/{ticket.number}")
    page.locator("#reply").click()
    page.keyboard.type("The cup is on its way.")
    held = Held(page, "**/say")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type(" And a saucer.")
    held.let_go()
    expect(page.locator("#timeline .msg.out")).to_contain_text("on its way")
    expect(page.locator("#reply")).to_have_value(" And a saucer.")
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")
    assert Message.objects.filter(author_kind="staff").get().body == "The cup is on its way."
