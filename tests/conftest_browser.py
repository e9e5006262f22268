"""Where the browser journeys find their Chromium, and how loudly the run says that they did not run."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "apt-get install chromium fonts-noto-cjk"


def chromium_path():
    """The browser to drive, or nothing; CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


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
