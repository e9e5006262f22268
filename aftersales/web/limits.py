"""How much one key may ask: a token bucket in Redis. Redis away: the desk goes on without a limit."""

import logging
import threading
import time
from dataclasses import dataclass

import redis
from django.conf import settings
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)

BURST_SECONDS = 10
HANDFUL_SECONDS = 0.02  # a process takes so much of the rate at once, that Redis is not asked every time
HELD_SECONDS = 1.0  # what is not used by then is let go
MOST_HELD = 1000
# KEYS[1] bucket; ARGV rate per second, size, tokens wanted. Answers {tokens given, tokens left}. By Redis' own clock,
# for those of web servers differ; and should it be set back, nobody waits until it is where it was.
BUCKET = """
local b, time = redis.call('HMGET', KEYS[1], 't', 'at'), redis.call('TIME')
local rate, size, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local since = math.max(0, now - (tonumber(b[2]) or now))
local tokens = math.min(size, (tonumber(b[1]) or size) + since * rate)
local given = math.max(0, math.min(wanted, math.floor(tokens)))
tokens = tokens - given
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 60)
return {given, math.floor(tokens)}
"""

_client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)
_take = _client.register_script(BUCKET)
_away_until = 0.0


class KeyThrottle(BaseThrottle):
    """One bucket per key; sets RateLimit headers on the response."""

    def allow_request(self, request, view):
        if request.auth is None:
            return True
        rate = settings.API_RATE_PER_SECOND
        answer = take_token(f"rate:{request.auth.pk}", rate, rate * BURST_SECONDS)
        if answer is None:
            return True
        allowed, left = answer
        request.rate_headers = {
            "RateLimit-Limit": str(int(rate * BURST_SECONDS)),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": "0" if allowed else "1",
        }
        return bool(allowed)

    def wait(self):
        return 1


@dataclass
class Hand:
    """Tokens of one bucket that this process has taken and not yet used."""

    tokens: int
    left: int  # in Redis, when they were taken
    until: float


_hands = {}
_lock = threading.Lock()


def take_token(bucket, rate, size):
    """One token from a bucket as (allowed, left), or None while Redis cannot be reached."""
    with _lock:
        hand = _hands.get(bucket)
        if hand and hand.tokens and time.monotonic() < hand.until:
            hand.tokens -= 1
            return 1, hand.left + hand.tokens
    answer = ask_redis(bucket, rate, size, max(1, int(rate * HANDFUL_SECONDS)))
    if answer is None:
        return None
    given, left = answer
    if given > 1:
        with _lock:
            if len(_hands) >= MOST_HELD:
                _hands.clear()
            _hands[bucket] = Hand(given - 1, left, time.monotonic() + HELD_SECONDS)
    return min(given, 1), left + max(0, given - 1)


def ask_redis(bucket, rate, size, wanted):
    """(tokens given, tokens left), or None: it is left alone for five seconds after it did not answer."""
    global _away_until  # noqa: PLW0603 - the one memory of a broken connection, shared by all requests
    if time.monotonic() < _away_until:
        return None
    try:
        return _take(keys=[bucket], args=[rate, size, wanted])
    except redis.RedisError as error:
        log.warning("rate limits are off, Redis cannot be reached: %s", error)
        _away_until = time.monotonic() + 5
        return None


def forget():
    """Let go of what is held: between tests."""
    _hands.clear()


def redis_answers():
    try:
        return bool(_client.ping())
    except redis.RedisError:
        return False
