"""PostgreSQL is stopped at once and started again, or hangs up on everybody: what was accepted is there."""

import os
import signal

import pytest
from django.db import connection

from tests import conftest_servers
from tests.faults.playing import IS_FULL, SIZE
from tests.faults.test_kills import only_full

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HANG_UP = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture
def postgres():
    """The suite's own server, which for these tests writes down what it has promised."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET synchronous_commit = on")
    connection.close()
    return conftest_servers.servers().running[0].child


@only_full
def test_r11_postgres_stops_at_once(scene, token, postgres, capsys):
    it = scene("R-11", "PostgreSQL: immediate stop and start, 20 times", token=token)

    def strike(_number):
        connection.close()
        os.kill(postgres.process.pid, signal.SIGQUIT)
        postgres.process.wait(30)
        postgres.ended()
        postgres.start()

    it.play(strike, strikes=20, seconds=2 * SIZE.seconds)
    connection.close()
    it.check(capsys)


def test_r12_postgres_hangs_up_on_everybody(scene, token, capsys):
    it = scene("R-12", "every session of PostgreSQL ended, every 2 s", token=token)

    def strike(_number):
        with connection.cursor() as cursor:
            cursor.execute(HANG_UP)

    it.play(strike, strikes=SIZE.seconds // 2, begin=6.0)
    if IS_FULL:
        assert it.load.refused_share <= 0.01
    it.check(capsys)
