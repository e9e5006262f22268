"""The Chromium of the browser journeys: one for each process, and a loud word where there is none."""

import asyncio
import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
POLICY = "Content Security Policy"
INSTALL = "apt-get install chromium fonts-noto-cjk"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]


def chromium_path():
    """The browser to drive, or nothing; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def resting_chromium():
    """(browser, loop), started with the first journey of the process and ended with its last test.

    Playwright keeps a loop running in this thread. Between journeys nobody may see it, or every test after
    the first journey would run as if it were asynchronous.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a third of a second that most runs do not need

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def chromium(resting_chromium):
    """The process's one browser, for as long as a test lasts."""
    browser, loop = resting_chromium
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture
def browse(chromium, live_server, monkeypatch):
    """`browse(amy, "/queue", width=1440)`: that person's page; asserts that no policy was broken.

    Signed in by a session of the server's own: only the journeys about signing in fill in the form.
    """
    from django.db import connection  # noqa: PLC0415 - needs the settings

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the test's thread
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the server's threads keep none
    troubles, contexts = [], []

    def build(user, path, *, width=1440, height=900, theme="light", language="en", scripts=True):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",  # nothing is looked at on its way to a colour
            java_script_enabled=scripts,
        )
        contexts.append(context)
        cookies = cookies_of(user, language)
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", lambda line: troubles.append(line.text) if POLICY in line.text else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(path, wait_until="domcontentloaded")
        return page

    yield build
    for context in contexts:
        context.close()
    connection.close()  # the one that was opened beside Playwright's loop
    assert troubles == []


def cookies_of(user, language):
    """What a browser that signed in and chose a language would have; a visitor may have chosen none."""
    from django.conf import settings  # noqa: PLC0415 - needs the settings
    from django.test import Client  # noqa: PLC0415

    cookies = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
    if user is None:
        return cookies
    client = Client()
    client.force_login(user)
    return cookies | {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def pytest_collection_modifyitems(items):
    if chromium_path():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_terminal_summary(terminalreporter):
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", ())
        if "no Chromium" in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("NOT TESTED IN A BROWSER", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} browser journeys did not run: there is no Chromium here.", red=True
        )
        terminalreporter.line(f"To run them: {INSTALL}", red=True)
