"""Workers, beat and the web are killed or doubled while hundreds of rows fall due: each fires once, none is lost.

A short version runs with the suite; `make faults` runs the long ones and prints their table.
"""

import random

import pytest

from tests.faults.playing import IS_FULL, SIZE

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

only_full = pytest.mark.skipif(not IS_FULL, reason="a long fault test; `make faults` runs it")
WORKERS = ("worker-urgent", "worker-patient")


@only_full
def test_r01_a_killed_child_of_a_worker(scene, capsys):
    it = scene("R-01", "kill -9 of a worker's child twice a second")
    choose = random.Random(1).choice
    it.play(lambda number: it.desk.kill_a_child_of(choose(WORKERS)), strikes=2 * SIZE.seconds)
    it.check(capsys)


def test_r02_killed_workers(scene, capsys):
    it = scene("R-02", "kill -9 of both workers")
    it.play(lambda number: it.desk.kill(*WORKERS), strikes=20 if IS_FULL else 4)
    it.check(capsys)


@only_full
def test_r03_a_killed_web(scene, token, capsys):
    it = scene("R-03", "kill -9 of the web server and its workers", token=token)
    it.play(lambda number: it.desk.kill("web"), strikes=12, seconds=3 * SIZE.seconds)
    it.check(capsys)


@only_full
def test_r04_a_killed_beat(scene, capsys):
    it = scene("R-04", "kill -9 of beat")
    it.play(lambda number: it.desk.kill("beat"), strikes=10)
    it.check(capsys)


@only_full
def test_r05_five_beats(scene, capsys):
    it = scene("R-05", "five beats", more={"beat": 5})
    it.play(begin=15.0)
    it.check(capsys)


@only_full
def test_c08_eight_sweeps_and_nothing_else(scene, capsys):
    it = scene("C-08", "eight sweeps alone", without=("web", "beat", *WORKERS), more={"sweep": 8})
    it.play(begin=20.0)
    it.check(capsys)


@only_full
def test_c08_eight_workers(scene, capsys):
    it = scene(
        "C-08",
        "four urgent and four patient workers, two sweeps",
        more={"sweep": 2, **dict.fromkeys(WORKERS, 4)},
    )
    it.play(begin=25.0)
    it.check(capsys)


@only_full
def test_everything_killed_but_the_sweep_is_enough(scene, capsys):
    it = scene("R-02, R-04, R-06", "kill -9 of workers, beat and Valkey at once")
    it.play(lambda number: it.desk.kill(*WORKERS, "beat", "valkey"), strikes=10)
    it.check(capsys)
