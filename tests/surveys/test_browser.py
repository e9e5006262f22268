"""The survey on a customer's phone: answered without JavaScript, accessible in both languages."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from surveys.models import Response
from tests.conftest_browser import chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]


@pytest.fixture
def open_page(live_server, monkeypatch):
    """`open_page(path, scripts=False)`: a phone's page on the running desk; asserts no breach of the CSP."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the test's thread
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the server's threads keep none
    troubles = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)

        def build(path, *, scripts=True, width=390, cookies=(), theme="light"):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=scripts, color_scheme=theme
            )
            context.add_cookies([{**cookie, "url": live_server.url} for cookie in cookies])
            page = context.new_page()
            page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
            page.goto(f"{live_server.url}{path}")
            return page

        yield build
        browser.close()
        connection.close()  # the one that was opened beside Playwright's loop
    assert [line for line in troubles if "Content Security Policy" in line] == []


def shoot(page, name):
    """A picture for people to look at, when a folder is named for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def violations(page):
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_a_phone(link, open_page, language, theme):
    page = open_page(f"{link}?score=4", cookies=[{"name": "django_language", "value": language}], theme=theme)
    shoot(page, f"survey-{language}-{theme}")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_survey_is_answered_without_javascript(link, open_page):
    page = open_page(link, scripts=False)
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


def test_thanks_and_mistakes_are_accessible(link, open_page):
    page = open_page(link)
    page.get_by_role("button", name="提交评价").click()
    shoot(page, "survey-mistakes")
    assert violations(page) == []

    page.locator(".stars label").first.click()
    page.get_by_text("已解决").click()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("h1")).to_have_text("谢谢您")
    shoot(page, "survey-thanks")
    assert violations(page) == []


def test_a_link_that_leads_nowhere_is_accessible(live_server, open_page):
    page = open_page("/s/nothing")
    shoot(page, "survey-nothing")

    assert violations(page) == []


@pytest.mark.parametrize("path", ["/surveys", "/mail", "/mail/{mail}"])
def test_the_desks_pages_are_accessible(link, client, leo, open_page, path):
    from aftersales.mail.models import OutgoingMail  # noqa: PLC0415 - needs the app registry

    client.post(link, {"q-overall": "5", "q-solved": "solved", "q-comment": "很快"})
    client.force_login(leo)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page = open_page(path.format(mail=OutgoingMail.objects.get().pk), cookies=[session], width=1440)
    shoot(page, f"desk-{path.replace('/', '-').strip('-{}')}")

    assert violations(page) == []
