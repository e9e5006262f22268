"""How Celery is set: what its queue loses or repeats must not matter, and must be soon over."""

import pytest

from aftersales import due, tasks
from aftersales.celery import QUEUES, app
from aftersales.embedded.desk import URGENT, children_of_desk

CONF = app.conf


def test_work_of_a_killed_worker_comes_back_soon():
    options = CONF.broker_transport_options

    assert CONF.task_acks_late
    assert CONF.task_reject_on_worker_lost
    assert CONF.worker_prefetch_multiplier == 1
    assert (options["visibility_timeout"], options["unacked_restore_interval"]) == (60, 5)


def test_no_task_outlasts_the_time_after_which_it_is_given_to_another():
    assert (
        CONF.task_soft_time_limit < CONF.task_time_limit < CONF.broker_transport_options["visibility_timeout"]
    )


def test_nobody_waits_long_for_a_broker_that_is_away():
    assert CONF.task_publish_retry_policy["max_retries"] == 1
    assert CONF.broker_transport_options["socket_timeout"] <= 10


def test_only_plain_data_is_taken_and_no_result_is_kept():
    assert CONF.accept_content == ["json"]
    assert CONF.task_ignore_result
    assert CONF.result_backend is None


def test_a_ping_that_nobody_took_is_thrown_away():
    assert {entry["options"]["expires"] for entry in CONF.beat_schedule.values()} == {3.0}
    assert {entry["task"] for entry in CONF.beat_schedule.values()} == {tasks.drain_queue.name}


def test_each_queue_is_served_and_deadlines_have_a_worker_of_their_own(tmp_path):
    (tmp_path / "var").mkdir()
    children = children_of_desk(tmp_path, tmp_path / "var", 0, {}, None)
    queues = {
        child.name: set(child.argv[child.argv.index("--queues") + 1].split(","))
        for child in children
        if "--queues" in child.argv
    }

    assert queues.pop("worker-urgent") == set(URGENT)
    assert set().union(*queues.values()) | set(URGENT) == set(QUEUES)
    assert not set(URGENT) & set().union(*queues.values())


@pytest.mark.django_db
def test_the_task_drains_the_kinds_of_its_queue_and_no_other(ticket):
    tasks.drain_queue("events")

    assert due.KINDS["feed"].drain_once() == 0
    assert not due.KINDS["delivery"].find()
