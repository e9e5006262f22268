"""Whatever goes wrong in the API, said as application/problem+json (RFC 9457) with a stable code."""

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from aftersales.errors import (
    BadRequest,
    InProgress,
    Invalid,
    InvalidFields,
    NotAllowed,
    NotPossible,
    Refused,
    Stale,
    TooLarge,
)
from aftersales.events.trace import current_request_id

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "55P03", "57014"


def problem(status, code, detail, *, errors=(), headers=None, **extra):
    """A problem+json response. `errors` is a list of {"pointer", "detail", "code"}."""
    body = {
        "type": f"https://aftersales.example/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": str(detail),
        "code": code,
        "errors": list(errors),
        "request_id": current_request_id(),
        **extra,
    }
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def explain(error, context):
    """DRF's exception handler: every exception becomes a problem, none a stack trace."""
    set_rollback()
    if isinstance(error, Refused):
        return explain_refusal(error)
    if isinstance(error, exceptions.APIException):
        return explain_framework(error)
    if isinstance(error, Http404):
        return problem(404, "not_found", _("There is nothing here, or it is not yours."))
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", _("You may not do this."))
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", _("The body is larger than 2.5 MB."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "malformed", _("The request cannot be read."))
    if isinstance(error, DatabaseError | InterfaceError):
        return explain_database(error)
    log.exception("unexpected", exc_info=error)
    return problem(500, "internal", _("Something went wrong on our side; nothing was changed. Try again."))


def explain_refusal(error):
    statuses = {
        NotAllowed: 403,
        NotPossible: 409,
        InProgress: 409,
        Stale: 412,
        TooLarge: 413,
        BadRequest: 400,
        Invalid: 422,
        InvalidFields: 422,
    }
    status = next((code for kind, code in statuses.items() if isinstance(error, kind)), 409)
    errors = getattr(error, "errors", [])
    if isinstance(error, Invalid) and error.field:
        errors = [{"pointer": pointer(error.field), "detail": str(error), "code": error.code}]
    headers = {"Retry-After": "1"} if isinstance(error, InProgress) else None
    return problem(status, error.code, error, errors=errors, headers=headers, **error.extra)


def pointer(field):
    return field if field.startswith("/") else f"/{field}"


def explain_framework(error):
    codes = {400: "malformed", 401: "unauthorised", 404: "not_found", 405: "method_not_allowed"}
    codes |= {403: "not_allowed", 406: "not_acceptable", 415: "unsupported_media_type", 429: "rate_limited"}
    headers = {}
    if isinstance(error, exceptions.ValidationError):
        return explain_validation(error)
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None) is not None:
        headers["Retry-After"] = str(max(1, round(error.wait)))
    return problem(error.status_code, codes.get(error.status_code, "refused"), error.detail, headers=headers)


def explain_validation(error):
    """Field errors as JSON pointers; an unknown field is a 400, so that a typo is never dropped in silence."""
    errors = list(flatten(error.detail))
    unknown = [e for e in errors if e["code"] == "unknown_field"]
    if unknown:
        return problem(400, "unknown_field", unknown[0]["detail"], errors=unknown)
    detail = errors[0]["detail"] if len(errors) == 1 else _("Some values are not valid.")
    return problem(422, "invalid", detail, errors=errors)


def flatten(detail, path=""):
    """Walk DRF's nested error details to rows of pointer, detail and code."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from flatten(inner, path if name == "non_field_errors" else f"{path}/{name}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from flatten(inner, f"{path}/{index}" if nested else path)
    else:
        yield {"pointer": path or "/", "detail": str(detail), "code": getattr(detail, "code", "invalid")}


def explain_database(error):
    """A database that is away or busy is 503 and worth a retry; a broken rule is a conflict."""
    if isinstance(error, IntegrityError):
        log.warning("constraint refused a write", exc_info=error)
        return problem(409, "conflict", _("Something changed at the same moment. Read it again, then retry."))
    if is_busy(error):
        log.warning("database unavailable or busy", exc_info=error)
        return problem(
            503, "busy", _("The desk is busy. Nothing was changed; try again."), headers={"Retry-After": "1"}
        )
    log.exception("database error", exc_info=error)
    return problem(500, "internal", _("Something went wrong on our side; nothing was changed. Try again."))


def is_busy(error):
    """Whether the database is away, or somebody holds for too long what was to be changed: worth a retry."""
    sqlstate = getattr(error.__cause__, "pgcode", None)
    return isinstance(error, OperationalError | InterfaceError) or sqlstate in (
        LOCK_TIMEOUT,
        STATEMENT_TIMEOUT,
    )
