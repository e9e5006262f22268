"""The quiet pulse: a page asks again what it just asked, and nothing has happened since: an empty answer.

Hundreds of open pages ask every three seconds, and nearly all hear nothing. Such an answer tells nothing, so it is
given before the session is read; whatever there is to tell, and the first question after `TRUSTED_SECONDS`, goes
the whole way, where the session and each row's gate are asked.
"""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from itertools import islice

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from aftersales.events.recent import recent
from aftersales.web.presence import greet

TRUSTED_SECONDS = 60.0
NEWS_SECONDS = 20.0  # what counts more than the rows shown (new ones, counters) may come so late
MOST_REMEMBERED = 20_000
FORGOTTEN_AT_ONCE = 4  # with each that is remembered, so that what nobody trusts any more goes
LONGEST = 32_768


@dataclass
class Quiet:
    """What an empty answer depends on; the view leaves it on the request as `request.quiet`."""

    streams: frozenset  # of the rows that the page shows
    shops: frozenset = frozenset()  # whose every event may be news for the page
    place: str = ""  # where the person is seen, if anywhere
    person: int = 0
    said: dict | None = None
    there: list | None = None  # what the others said who are at the place
    asked_at: float = 0.0


class QuietPulseMiddleware:
    """Remembers which questions were answered with nothing, each by its session and its very words."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.answered = OrderedDict()

    def __call__(self, request):
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if request.method != "POST" or request.path != address() or not cookie:
            return self.get_response(request)
        recent.look()
        key = hashlib.sha256(cookie.encode() + b"\0" + request.body[: LONGEST + 1]).digest()
        known = self.answered.get(key)
        if known is not None and is_quiet(known):
            return HttpResponse(status=204)
        asked_at = time.monotonic()
        response = self.get_response(request)
        self.remember(key, request, response, asked_at)
        return response

    def remember(self, key, request, response, asked_at):
        self.answered.pop(key, None)
        quiet = getattr(request, "quiet", None)
        if response.status_code != 204 or quiet is None or len(request.body) > LONGEST:
            return
        quiet.asked_at = asked_at
        self.answered[key] = quiet
        for old, known in list(islice(self.answered.items(), FORGOTTEN_AT_ONCE)):  # the oldest stand first
            if known.asked_at < asked_at - TRUSTED_SECONDS or len(self.answered) > MOST_REMEMBERED:
                self.answered.pop(old, None)


@cache
def address():
    return reverse("pulse")


def is_quiet(quiet):
    """Whether the whole way would find nothing either."""
    age = time.monotonic() - quiet.asked_at
    if age > TRUSTED_SECONDS or recent.has_changed(quiet.streams, quiet.asked_at):
        return False
    if age > NEWS_SECONDS and recent.has_changed(quiet.shops, quiet.asked_at):
        return False
    return not quiet.place or greet(quiet.place, quiet.person, quiet.said) == quiet.there
