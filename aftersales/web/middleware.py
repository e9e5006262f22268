"""What every request gets: an id, an address that can be looked up, and a sentence when the database is busy."""

import logging
import re
import uuid

from aftersales.events.trace import begin_request, end_request
from aftersales.web.addresses import has_nul
from aftersales.web.look import bad_request, busy
from aftersales.web.problems import is_busy

log = logging.getLogger(__name__)

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestIdMiddleware:
    """Echo the caller's X-Request-Id, or make one; logs, events and problems carry it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        token = begin_request(request.request_id)
        try:
            response = self.get_response(request)
        finally:
            end_request(token)
        response["X-Request-Id"] = request.request_id
        return response


class NoNulMiddleware:
    """Nothing that we keep has a NUL in its name, and PostgreSQL cannot even be asked; the API says so itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if has_nul(request) and not request.path.startswith("/api/"):
            return bad_request(request)
        return self.get_response(request)


class BusyMiddleware:
    """A page whose database is away, or waited for somebody else too long, says so; the API does by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not is_busy(exception):
            return None
        log.warning("database unavailable or busy: %s", request.path, exc_info=exception)
        return busy(request)
