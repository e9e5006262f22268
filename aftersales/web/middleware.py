"""What every request gets, before any view: an id, and an address that can be looked up."""

import re
import uuid

from aftersales.events.trace import begin_request, end_request
from aftersales.web.addresses import has_nul
from aftersales.web.look import bad_request

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
