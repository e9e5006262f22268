"""A key may ask so much and no more; what a process holds in hand counts as asked."""

import time
import uuid

import pytest

from aftersales.web import limits

SLOW = 0.01  # tokens per second: none comes back while a test runs


@pytest.fixture
def bucket():
    return f"test:{uuid.uuid4()}"


@pytest.fixture
def handfuls(monkeypatch):
    """Ten tokens at once, at this rate."""
    monkeypatch.setattr(limits, "HANDFUL_SECONDS", 10 / SLOW)


def in_redis(bucket):
    return limits.ask_redis(bucket, SLOW, 5000, 0)[1]


def test_a_bucket_gives_its_size_and_then_refuses(bucket):
    answers = [limits.take_token(bucket, SLOW, 3) for _ask in range(5)]

    assert answers == [(1, 2), (1, 1), (1, 0), (0, 0), (0, 0)]


def test_tokens_come_back_with_time(bucket):
    limits.take_token(bucket, 1000.0, 1)
    time.sleep(0.01)

    assert limits.take_token(bucket, 1000.0, 1)[0] == 1


def test_a_clock_that_was_set_back_locks_nobody_out(bucket):
    """Of a web server it is not asked; of Redis itself it costs what would have come back meanwhile."""
    limits.take_token(bucket, SLOW, 3)
    limits._client.hset(bucket, "at", time.time() + 86_400)

    assert [limits.take_token(bucket, SLOW, 3) for _ask in range(3)] == [(1, 1), (1, 0), (0, 0)]


def test_redis_is_asked_once_for_a_handful(bucket, handfuls):
    answers = [limits.take_token(bucket, SLOW, 5000) for _ask in range(2)]

    assert answers == [(1, 4999), (1, 4998)]
    assert in_redis(bucket) == 4990


def test_no_more_is_given_than_the_bucket_holds(bucket, handfuls):
    answers = [limits.take_token(bucket, SLOW, 5)[0] for _ask in range(6)]

    assert answers == [1, 1, 1, 1, 1, 0]


def test_what_was_in_hand_too_long_is_let_go(bucket, handfuls, monkeypatch):
    monkeypatch.setattr(limits, "HELD_SECONDS", -1.0)

    for _ask in range(2):
        limits.take_token(bucket, SLOW, 5000)

    assert in_redis(bucket) == 4980


@pytest.mark.django_db
def test_a_key_that_asks_too_much_is_told_when_to_come_again(api, settings, monkeypatch):
    settings.API_RATE_PER_SECOND = SLOW
    monkeypatch.setattr(limits, "BURST_SECONDS", 3 / SLOW)

    answers = [api.get("/tickets") for _ask in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Limit"] for answer in answers[:3]] == ["3"] * 3
    assert [answer["RateLimit-Remaining"] for answer in answers[:3]] == ["2", "1", "0"]
    assert answers[3]["Retry-After"] == "1"
