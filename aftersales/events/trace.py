"""The id that one request, its events and its log lines share."""

from contextvars import ContextVar

_request_id = ContextVar("request_id", default="")


def current_request_id():
    """The id of the request being served, or an empty text in a worker. Advice for logs, never a rule."""
    return _request_id.get()


def begin_request(request_id):
    return _request_id.set(request_id)


def end_request(token):
    _request_id.reset(token)
