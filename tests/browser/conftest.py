"""The desk in a real Chromium: a running server, a person logged in, and a page that may not break its policy."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests.conftest_browser import chromium_path

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]

POLICY = "Content Security Policy"
expect.set_options(timeout=15_000)  # two cores are shared by the servers, the browser and other tests


@pytest.fixture
def browse(live_server, monkeypatch):
    """`browse(amy, "/queue", width=1440)`: that person's page; asserts that no policy was broken."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the test's thread
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the server's threads keep none
    troubles = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)

        def build(user, path, *, width=1440, height=900, theme="light", language="en", scripts=True):
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=theme, java_script_enabled=scripts
            )
            if user is not None:
                client = Client()
                client.force_login(user)
                cookies = {
                    settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
                    settings.LANGUAGE_COOKIE_NAME: language,
                }
                context.add_cookies(
                    [
                        {"name": name, "value": value, "url": live_server.url}
                        for name, value in cookies.items()
                    ]
                )
            page = context.new_page()
            page.on("console", lambda line: troubles.append(line.text) if POLICY in line.text else None)
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.goto(f"{live_server.url}{path}")
            return page

        yield build
        browser.close()
        connection.close()  # the one that was opened beside Playwright's loop
    assert troubles == []


def shoot(page, name):
    """A picture for people to look at, when a folder is named for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(
            path=f"{folder}/{name}.png", full_page=True, caret="initial"
        )  # else it writes a style


def violations(page):
    return [violation["id"] for violation in Axe().run(page).response["violations"]]
