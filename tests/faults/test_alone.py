"""Beat is dead, Valkey is dead, or both and the workers, from the start: what is due fires all the same."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DEAD = {
    "beat": ("beat",),
    "valkey": ("valkey",),
    "all of celery": ("beat", "valkey", "worker-urgent", "worker-patient"),
}


@pytest.mark.parametrize("dead", DEAD.values(), ids=DEAD)
def test_timers_fire_without(dead, scene, capsys):
    it = scene("R-04, R-08", f"{', '.join(dead)} dead from the start", without=("web", *dead))
    it.play()
    it.check(capsys)
