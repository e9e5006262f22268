"""How much one key may ask: a token bucket in Redis. Redis away: the desk goes on without a limit."""

import logging
import time

import redis
from django.conf import settings
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)

BURST_SECONDS = 10
# KEYS[1] bucket; ARGV rate per second, size, now. Answers {allowed, tokens left}.
BUCKET = """
local b = redis.call('HMGET', KEYS[1], 't', 'at')
local rate, size, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = math.min(size, (tonumber(b[1]) or size) + (now - (tonumber(b[2]) or now)) * rate)
local ok = tokens >= 1 and 1 or 0
tokens = tokens - ok
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 60)
return {ok, math.floor(tokens)}
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
            "RateLimit-Limit": str(rate * BURST_SECONDS),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": "0" if allowed else "1",
        }
        return bool(allowed)

    def wait(self):
        return 1


def take_token(bucket, rate, size):
    """One token from a bucket as (allowed, left), or None while Redis cannot be reached."""
    global _away_until  # noqa: PLW0603 - the one memory of a broken connection, shared by all requests
    if time.monotonic() < _away_until:
        return None
    try:
        return _take(keys=[bucket], args=[rate, size, time.time()])
    except redis.RedisError as error:
        log.warning("rate limits are off, Redis cannot be reached: %s", error)
        _away_until = time.monotonic() + 5
        return None


def redis_answers():
    try:
        return bool(_client.ping())
    except redis.RedisError:
        return False
