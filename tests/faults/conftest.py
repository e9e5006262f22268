"""The scene of the fault tests, and their table at the end of the run."""

import pytest

from tests.faults import playing


@pytest.fixture
def scene(shop):
    """`scene("R-02", "kill -9 of both workers")`: rows that wait and the desk's processes, not started yet."""
    scenes = []

    def build(row, what, **options):
        scenes.append(playing.Scene(row, what, shop, **options))
        return scenes[-1]

    yield build
    for each in scenes:
        each.stop()


@pytest.fixture
def token(shop_key):
    return shop_key[1]


def pytest_terminal_summary(terminalreporter):
    if playing.IS_FULL and playing.TOLD:
        terminalreporter.section("What came of it")
        terminalreporter.line(playing.table_line(playing.HEADINGS))
        terminalreporter.line(playing.table_line(["---"] * len(playing.HEADINGS)))
        for line in sorted(playing.TOLD):
            terminalreporter.line(line)
