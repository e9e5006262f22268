"""The clock of the desk's own processes jumps, while PostgreSQL's runs on: no deadline is early or late
by it, nothing happens twice. What the processes put off by their own clock (mail, a survey) comes so much later."""

from pathlib import Path

import pytest

from tests.faults.playing import SIZE
from tests.faults.test_kills import only_full

LIBRARIES = sorted(Path("/usr").glob("lib*/**/faketime/libfaketimeMT.so.1"))
INSTALL = "apt-get install libfaketime"
JUMPS = ("+1h", "-1h", "+1d", "-1d", "+600", "-600")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    only_full,
    pytest.mark.skipif(not LIBRARIES, reason=f"no libfaketime; {INSTALL}"),
]


@pytest.fixture
def clock(tmp_path):
    """A file that says how far off the processes' clocks are; they read it at every look."""
    file = tmp_path / "offset"
    file.write_text("+0\n")
    return file


def test_r20_the_clock_jumps(scene, token, clock, capsys):
    changes = {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    it = scene(
        "R-20",
        f"the processes' clocks jump: {', '.join(JUMPS)}",
        token=token,
        may_be_put_off=True,
        changes=changes,
    )
    it.play(lambda number: clock.write_text(JUMPS[number] + "\n"), strikes=len(JUMPS), begin=10.0)
    early = [late for late in it.waiting.lateness()["SLA clocks"] if late < -1]
    assert early == []
    it.check(capsys)


def test_r20_the_clocks_disagree_by_ten_minutes(scene, token, clock, capsys):
    clock.write_text("+600\n")
    it = scene(
        "R-20",
        "the processes' clocks ten minutes ahead of PostgreSQL's",
        token=token,
        may_be_put_off=True,
        changes={"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME": "+600", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
    )
    it.play(begin=10.0, seconds=SIZE.seconds)
    assert min(it.waiting.lateness()["SLA clocks"]) >= -1
    it.check(capsys)
