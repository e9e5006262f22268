"""The survey on a customer's phone: answered without JavaScript, accessible in both languages."""

import pytest
from playwright.sync_api import expect

from surveys.models import Response
from tests.browser.conftest import fits, shoot, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def phone(browse, path, **look):
    """A customer's: narrow, and no language chosen yet."""
    return browse(None, path, **{"width": 390, "language": "", **look})


def test_the_page_is_accessible_and_fits_a_phone(link, browse):
    for language in ("en", "zh-hans"):
        page = phone(browse, f"{link}?score=4", language=language)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            shoot(page, f"survey-{language}-{theme}")
            assert violations(page) == []
            assert fits(page)


def test_a_survey_is_answered_without_javascript(link, browse):
    page = phone(browse, link, scripts=False)
    page.locator(".stars label").last.click()  # the stars stand from right to left: one star
    page.get_by_text("没有", exact=True).click()
    page.locator("textarea").fill("等了两周")
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#further")).to_be_visible()
    page.get_by_text("处理太慢").click()
    shoot(page, "survey-further")
    page.get_by_role("button", name="提交评价").click()

    expect(page.locator("#further")).to_have_count(0)
    response = Response.objects.get()
    assert (response.score, response.comment) == (1, "等了两周")
    assert response.answers["low_reason"] == ["slow"]


def test_mistakes_thanks_and_dead_ends_are_accessible(link, browse):
    page = phone(browse, link)
    page.get_by_role("button", name="提交评价").click()
    shoot(page, "survey-mistakes")
    assert violations(page) == []

    page.locator(".stars label").first.click()
    page.get_by_text("已解决").click()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("h1")).to_have_text("谢谢您")
    shoot(page, "survey-thanks")
    assert violations(page) == []

    page.goto("/s/nothing")
    shoot(page, "survey-nothing")
    assert violations(page) == []


def test_the_desks_pages_are_accessible(link, client, leo, browse):
    from aftersales.mail.models import OutgoingMail  # noqa: PLC0415 - needs the app registry

    client.post(link, {"q-overall": "5", "q-solved": "solved", "q-comment": "很快"})
    mail = OutgoingMail.objects.get().pk
    page = browse(leo, "/surveys")
    for path in ("/surveys", "/mail", f"/mail/{mail}"):
        page.goto(path)
        shoot(page, f"desk{path.replace('/', '-')}")
        assert violations(page) == [], path
