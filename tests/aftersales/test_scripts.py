"""What the scripts add in a real Chromium: accessibility, keys, forms."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fits, violations

pytestmark = [pytest.mark.browser, pytest.mark.urls("aftersales.web.urls")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_shared_part_is_accessible_and_fits(desk, theme):
    page = desk.open(theme=theme)

    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
        assert fits(page)


# -- keys ---------------------------------------------------------------------


def at_rest(page):
    """Nobody types: the form with a mistake on it does not have the focus any more."""
    page.evaluate("document.activeElement.blur()")
    return page


def test_a_form_that_comes_back_shows_its_first_mistake(desk):
    page = desk.open()

    expect(page.locator("main .field:has(.err)").first.locator(":focus")).to_be_in_viewport()


def test_j_and_k_walk_the_queue_and_x_selects(desk):
    page = at_rest(desk.open())
    rows = page.locator(".q tbody tr")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    page.keyboard.press("k")

    expect(rows.nth(2)).to_have_class("cur")
    assert [row.get_attribute("aria-selected") for row in rows.all()] == [None, None, "true", "true"]


def test_escape_clears_the_selection(desk):
    page = desk.open()

    page.locator("[data-select-all]").check()
    page.keyboard.press("Escape")

    assert page.locator(".q tbody :checked").count() == 0


def test_keys_rest_while_someone_types_or_composes(desk):
    page = desk.open()
    current = page.locator(".q tr.cur")
    before = current.inner_text()

    page.locator("#id_reason").press("j")
    for composing in ("isComposing: true", "keyCode: 229"):
        event = f"new KeyboardEvent('keydown', {{key: 'j', {composing}, bubbles: true}})"
        page.evaluate(f"document.body.dispatchEvent({event})")

    assert current.inner_text() == before
    expect(page.locator("#id_reason")).to_have_value("j")


def test_keys_can_be_switched_off_in_the_account(page_with):
    page = page_with(
        '<table class="q"><tbody><tr><td><a class="step" href="#">A</a></td></tr></tbody></table>'
    )
    page.evaluate("document.body.dataset.keys = 'off'")

    page.keyboard.press("j")

    expect(page.locator(".q tr.cur")).to_have_count(0)


def test_question_mark_shows_all_keys_and_escape_hides_them(desk):
    page = at_rest(desk.open())

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#keys")).to_be_hidden()


def test_control_enter_does_the_step_but_not_during_composition(desk, page_with):
    page = page_with(
        '<section id="next-step"><form method="post" action="/step"><textarea name="why"></textarea>'
        '<button class="btn-primary" type="submit" name="do" value="keep">Keep</button></form></section>'
    )
    desk.replies["/step"] = (200, "done")
    composing = "{key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true}"

    page.eval_on_selector(
        "textarea", f"field => field.dispatchEvent(new KeyboardEvent('keydown', {composing}))"
    )
    page.wait_for_timeout(100)
    assert desk.asked_for("/step") == []
    page.locator("textarea").press("Control+Enter")

    page.wait_for_url("**/step")
    assert desk.asked_for("/step") == [("POST", "why=&do=keep")]


# -- forms --------------------------------------------------------------------


def test_the_stepper_keeps_within_its_limits(desk):
    page = desk.open()
    amount, more = page.get_by_label("Received"), page.get_by_label("One more")

    for _ in range(4):
        more.click()

    expect(amount).to_have_value("3")


def test_choice_cards_follow_their_radio(desk):
    page = desk.open()

    page.get_by_text("Ask for the kettle back").click()

    expect(page.locator(".choice.on")).to_have_text("Ask for the kettle back")


def test_a_second_tap_is_not_a_second_order(desk, page_with):
    page = page_with('<form method="post" action="/pay"><button type="submit">Pay</button></form>')
    desk.replies["/pay"] = (204, "")

    page.get_by_text("Pay").dblclick()
    page.wait_for_timeout(200)

    assert len(desk.asked_for("/pay")) == 1


def test_the_theme_switches_at_once_and_is_kept_by_the_server(desk):
    desk.replies["/look/theme"] = (204, "")
    page = desk.open(theme="light")

    page.get_by_label("Switch light or dark").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_timeout(100)
    assert re.search(r'name="theme"\s+dark', desk.asked_for("/look/theme")[0][1])


def test_the_scan_field_has_the_focus(page_with):
    page = page_with('<form><input data-scan value="SF1402" aria-label="Scan"></form>')

    expect(page.locator("[data-scan]")).to_be_focused()
