"""Workers and Valkey are killed while hundreds of rows fall due: each fires once, none is lost.

A short version runs with the suite; `make faults` runs the long one and prints its table.
"""

import os
import time
from dataclasses import dataclass

import pytest

from aftersales import invariants
from tests.faults.desk import Desk
from tests.faults.waiting import Waiting

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

IS_FULL = os.environ.get("AFTERSALES_FAULTS") == "full"
only_full = pytest.mark.skipif(not IS_FULL, reason="a long fault test; `make faults` runs it")
WORKERS = ("worker-urgent", "worker-patient")


@dataclass(frozen=True)
class Size:
    clocks: int
    surveys: int
    seconds: int  # over which they fall due
    strikes: int  # a worker that is still being started again is not hit


SIZE = Size(2000, 1000, 80, 40) if IS_FULL else Size(150, 75, 5, 4)


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.stop()


@pytest.fixture
def waiting(shop):
    return Waiting(shop, SIZE.clocks, SIZE.surveys)


def play(desk, waiting, strike, *, begin=3.0):
    """Let everything fall due while `strike(n)` hits, evenly over the time; then wait until all is over."""
    desk.start()
    waiting.spread(begin, SIZE.seconds)
    desk.run(begin)
    for number in range(SIZE.strikes):
        started = time.monotonic()
        strike(number)
        desk.run(SIZE.seconds / SIZE.strikes - (time.monotonic() - started))
    desk.run_until(waiting.is_over, 60)


def assert_each_once(desk, waiting, capsys, what):
    clocks, surveys, mails = waiting.clocks_fired(), waiting.surveys_sent(), desk.mails()
    with capsys.disabled():
        print(report(what, desk, waiting, mails))  # noqa: T201 - the figures are what it is run for

    assert clocks == {1: waiting.clocks}
    assert surveys == {1: waiting.surveys}
    assert len(set(mails)) == waiting.surveys
    assert invariants.broken() == {}


def report(what, desk, waiting, mails):
    lines = [f"\n{what}: {desk.kills} kills in {SIZE.seconds} s"]
    for name, seconds in waiting.lateness().items():
        p50, p99 = (seconds[int(len(seconds) * share)] for share in (0.5, 0.99))
        lines.append(
            f"  {name:<11}{len(seconds):>6} fired once, 0 lost   late p50 {p50:.2f} s"
            f"   p99 {p99:.2f} s   at most {seconds[-1]:.2f} s"
        )
    lines.append(f"  mails      {len(mails):>6} left, {len(mails) - len(set(mails))} of them twice")
    return "\n".join(lines)


def test_killed_workers_lose_and_double_nothing(desk, waiting, capsys):
    play(desk, waiting, lambda number: desk.kill(*WORKERS))

    assert_each_once(desk, waiting, capsys, "kill -9 of both workers")


@only_full
def test_a_killed_valkey_loses_and_doubles_nothing(desk, waiting, capsys):
    play(desk, waiting, lambda number: desk.kill("valkey"))

    assert_each_once(desk, waiting, capsys, "kill -9 of Valkey")


@only_full
def test_a_flushed_valkey_loses_and_doubles_nothing(desk, waiting, capsys):
    import redis  # noqa: PLC0415 - only here

    client = redis.Redis.from_url(desk.valkey.redis_url)
    play(desk, waiting, lambda number: client.flushall())

    assert_each_once(desk, waiting, capsys, f"FLUSHALL {SIZE.strikes} times")


@only_full
def test_everything_killed_but_the_sweep_is_enough(desk, waiting, capsys):
    def strike(number):
        desk.kill(*WORKERS, "beat", "valkey")

    play(desk, waiting, strike)

    assert_each_once(desk, waiting, capsys, "kill -9 of workers, beat and Valkey at once")


@only_full
def test_two_of_everything_double_nothing(desk, waiting, capsys):
    other = Desk()
    other.start()
    try:
        play(desk, waiting, lambda number: other.run(0.2), begin=15.0)  # twice the processes to start
        desk_mails, other_mails = desk.mails(), other.mails()
    finally:
        other.stop()
    desk.mails = lambda: desk_mails + other_mails

    assert_each_once(desk, waiting, capsys, "two workers, two beats, two sweeps, no kill")
