"""Beat is dead, Valkey is dead, or both and the workers, from the start: what is due fires all the same."""

import pytest

from tests.faults.test_kills import only_full

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    "dead",
    [
        pytest.param(("beat",), marks=only_full),
        pytest.param(("valkey",), marks=only_full),
        ("beat", "valkey", "worker-urgent", "worker-patient"),
    ],
    ids="+".join,
)
def test_timers_fire_without(dead, scene, capsys):
    it = scene("R-04, R-08", f"{', '.join(dead)} dead from the start", without=("web", *dead))
    it.play()
    it.check(capsys)
