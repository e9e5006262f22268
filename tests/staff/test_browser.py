"""Settings, account and set-up in a real Chromium: accessible in both languages and themes, without JavaScript."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from staff.actions import change_account, change_shop
from staff.actions.installation import new_setup_token
from staff.models import Shop
from tests.conftest_browser import chromium_path
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]
A_TOKEN = re.compile(r"ask_[0-9a-f]{10}_.{43}")
PAGES = {
    "shop": "/settings/shops/demo",
    "new-shop": "/settings/shops/new",
    "people": "/settings/people",
    "new-person": "/settings/people/new",
    "team": "/settings/teams/after-sales",
    "teams": "/settings/teams",
    "keys": "/settings/keys",
    "account": "/account",
}


@pytest.fixture
def browse(live_server, monkeypatch):
    """`browse(scripts=False, width=390)`: a page on the running desk; asserts no breach of the CSP."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the test's thread
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the server's threads keep none
    troubles = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)

        def build(*, scripts=True, width=1440, theme="light", language="en"):
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                java_script_enabled=scripts,
                color_scheme=theme,
                base_url=live_server.url,
            )
            context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
            page = context.new_page()
            page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
            return page

        yield build
        browser.close()
        connection.close()  # the one that was opened beside Playwright's loop
    assert [line for line in troubles if "Content Security Policy" in line] == []


def sign_in(page, username):
    page.goto("/login/?next=/account")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.locator("#login [type=submit]").click()
    page.wait_for_url("**/account")
    return page


def shoot(page, name):
    """A picture for people to look at, when a folder is named for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def violations(page):
    return [
        (violation["id"], [node["html"][:120] for node in violation["nodes"]])
        for violation in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1440), ("zh-hans", "dark", 1440), ("zh-hans", "light", 390), ("en", "dark", 390)],
)
def test_every_page_is_accessible_and_fits(stage, olga, browse, language, theme, width):
    stage.issue(shop=stage.shop, label="ERP 主系统", allowed_ips=["203.0.113.0/24"])
    stage.issue(user=stage.ada, label="month-end script", is_test=True)
    page = sign_in(browse(language=language, theme=theme, width=width), "ada")
    for name, path in (PAGES | {"person": f"/settings/people/{stage.amy.pk}"}).items():
        page.goto(path)
        shoot(page, f"staff-{name}-{language}-{theme}-{width}")

        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_desk_is_set_up_without_javascript(transactional_db, browse):
    page = browse(scripts=False, language="zh-hans")
    page.goto(f"/setup?token={new_setup_token()}")
    shoot(page, "staff-setup")
    for name, text in {
        "code": "tea",
        "name_zh": "茶铺",
        "name_en": "Tea",
        "username": "owner",
        "person_name_en": "Owner",
        "password": "a few good words",
        "password_again": "a few good words",
    }.items():
        page.fill(f"[name={name}]", text)
    page.locator("#setup [type=submit]").click()
    expect(page.locator("#once")).to_have_value(A_TOKEN)
    shoot(page, "staff-setup-done")

    assert Shop.objects.get().language == "zh-hans"
    page.goto("/settings")
    expect(page).to_have_url(f"{page.url.split('/settings')[0]}/settings/shops/tea")


@pytest.mark.parametrize("width", [1440, 390])
def test_set_up_is_accessible(transactional_db, browse, width):
    page = browse(width=width)
    page.goto("/setup")
    assert violations(page) == []
    page.goto(f"/setup?token={new_setup_token()}")
    page.locator("#setup [type=submit]").evaluate("button => button.form.noValidate = true")
    page.locator("#setup [type=submit]").click()
    shoot(page, f"staff-setup-mistakes-{width}")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_shop_is_saved_in_place_and_a_conflict_shown(stage, browse, by):
    page = sign_in(browse(), "mona")
    page.goto("/settings/shops/demo")
    page.fill("#id_name_en", "Oakleaf")
    page.locator("#shop [type=submit]").click()
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(page.locator("#shop")).to_contain_text("settings were changed")

    change_shop(stage.shop, by=by(stage.ada), version=2, name_en="Elmleaf")
    page.fill("#id_name_en", "Ashleaf")
    page.locator("#shop [type=submit]").click()
    expect(page.locator("[role=alert]").last).to_contain_text("Ada changed these settings")
    expect(page.locator("#id_name_en")).to_have_value("Ashleaf")
    shoot(page, "staff-conflict")
    assert violations(page) == []


def test_secrets_are_shown_once_and_accessibly(stage, browse):
    page = sign_in(browse(), "ada")
    page.goto("/settings/keys")
    page.fill("#id_label", "ERP")
    page.get_by_role("button", name="Issue the key").click()
    expect(page.locator("#once")).to_have_value(A_TOKEN)
    shoot(page, "staff-key-once")
    assert violations(page) == []

    page.goto(f"/settings/people/{stage.amy.pk}")
    page.get_by_role("button", name="Reset the password").click()
    expect(page.locator("#once")).to_be_visible()
    shoot(page, "staff-link-once")
    assert violations(page) == []
    link = page.locator("#once").input_value()
    visitor = browse(width=390)
    visitor.goto("/" + link.split("/", 3)[3])
    shoot(visitor, "staff-choose-password")
    assert violations(visitor) == []


def test_the_account_follows_its_choices(stage, browse, by):
    page = sign_in(browse(), "amy")
    page.select_option("#id_language", "zh-hans")
    page.select_option("#id_theme", "dark")
    page.locator("#account form").first.locator("[type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    change_account(stage.amy, by=by(stage.amy), language="en")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
