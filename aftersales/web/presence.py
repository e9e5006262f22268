"""Who else is at a place (a page, a ticket) right now: advice, kept in Redis, lost without harm."""

import json
import time

import redis
from django.conf import settings

HERE_SECONDS = 10  # three missed pulses
FORGET_SECONDS = 60
AWAY_SECONDS = 5  # after Redis did not answer, it is left alone for so long

_client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)
_away_until = 0.0


def greet(place, person, said):
    """Say that `person` is at `place`, with a few words about them; returns what the others there said."""
    global _away_until  # noqa: PLW0603 - the one memory of a broken connection, shared by all requests
    if time.monotonic() < _away_until:
        return []
    key, moment = f"here:{place}", time.time()
    try:
        with _client.pipeline(transaction=False) as pipe:
            pipe.hset(key, person, json.dumps([moment, said]))
            pipe.expire(key, FORGET_SECONDS)
            pipe.hgetall(key)
            everyone = pipe.execute()[-1]
    except redis.RedisError:
        _away_until = time.monotonic() + AWAY_SECONDS
        return []
    there = {int(who): json.loads(entry) for who, entry in everyone.items()}
    return [
        words for who, (at, words) in sorted(there.items()) if who != person and moment - at <= HERE_SECONDS
    ]
