"""Beat is dead, Valkey is dead, or both and the workers: what is due fires on time all the same.

`Desk(without=...)` is the desk with some of it dead from the start; `Waiting` what falls due meanwhile. How late it
is, is told by each run and held to a limit by `make faults`, which has the machine for itself.
"""

import pytest

from aftersales import invariants
from tests.faults.desk import Desk
from tests.faults.test_kills import IS_FULL
from tests.faults.waiting import Waiting

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CLOCKS, SURVEYS, SECONDS = 120, 30, 6
STARTING = 5.0  # seconds, until the processes that are left have begun
DEAD = {
    "beat": ("beat",),
    "valkey": ("valkey",),
    "all of celery": ("beat", "valkey", "worker-urgent", "worker-patient"),
}


@pytest.mark.parametrize("dead", DEAD.values(), ids=DEAD)
def test_timers_fire_without(dead, shop, capsys):
    waiting = Waiting(shop, CLOCKS, SURVEYS)
    desk = Desk(without=dead)
    try:
        desk.start()
        waiting.spread(STARTING, SECONDS)
        desk.run(STARTING + SECONDS)
        desk.run_until(waiting.is_over, 60)
    finally:
        desk.stop()

    assert waiting.clocks_fired() == {1: CLOCKS}
    assert waiting.surveys_sent() == {1: SURVEYS}
    assert invariants.broken() == {}
    late = waiting.lateness()["SLA clocks"]
    with capsys.disabled():
        print(f"\nwithout {', '.join(dead)}: late p50 {late[CLOCKS // 2]:.2f} s, at most {late[-1]:.2f} s")  # noqa: T201
    if IS_FULL:  # the first rows wait for the sweep's grace; from then on it stands in for Celery
        assert late[CLOCKS // 2] < 1.2
        assert late[-1] < 3.0
