"""`manage.py doctor`: what is wrong is named, with what to do about it."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from aftersales.clock import now, skew
from aftersales.embedded import free_port
from aftersales.management.commands.doctor import compare_clocks
from tickets.models import SlaClock


@pytest.fixture
def doctor():
    """What the doctor says, and whether something is wrong."""

    def run():
        said = StringIO()
        try:
            call_command("doctor", stdout=said)
        except SystemExit as ended:
            return said.getvalue(), ended.code
        return said.getvalue(), 0

    return run


def test_doctor_names_what_is_wrong_when_no_worker_runs(db, doctor):
    said, code = doctor()

    assert code == 1
    assert "Every migration is applied." in said
    assert "fsync is off: a power cut loses tickets." in said  # so it is in tests
    assert "No Celery worker answers" in said


def test_doctor_names_overdue_work_when_nobody_drains_it(ticket, doctor):
    SlaClock.objects.filter(ticket=ticket).update(next_try_at=now() - timedelta(minutes=2))

    assert re.search(r"Work is overdue: .*sla by 12\d s", doctor()[0])


def test_doctor_says_where_redis_is_missed_when_it_is_away(db, doctor, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert "Redis does not answer" in doctor()[0]


def test_clocks_of_one_machine_agree(db, doctor):
    assert abs(skew()) < timedelta(seconds=1)
    assert "PostgreSQL's agree" in doctor()[0]


@pytest.mark.parametrize(("seconds", "said"), [(600, "600 s ahead of"), (-7200, "7200 s behind")])
def test_clocks_that_are_apart_are_named(seconds, said):
    finding = compare_clocks(timedelta(seconds=seconds))

    assert finding.state == "WRONG"
    assert said in finding.text
