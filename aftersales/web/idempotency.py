"""A POST may come twice: the second gets the first one's answer, and does nothing."""

import hashlib
import json
from functools import wraps

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from rest_framework.response import Response

from aftersales.clock import now
from aftersales.errors import BadRequest, InProgress, Invalid
from aftersales.web.models import IdempotencyKey
from aftersales.web.problems import LOCK_TIMEOUT
from aftersales.web.rendering import JSON, Rendered

UNIQUE_VIOLATION = "23505"
HUNG_UP = (None, "57P01", "57P02")  # nobody said why; ended by an administrator; by a crash
KEPT_HEADERS = ("Location", "ETag")
CLAIM = """
INSERT INTO web_idempotencykey (caller, method, path, key, body_digest, headers, created_at)
VALUES (%s, %s, %s, %s, %s, '{}', %s) ON CONFLICT (caller, method, path, key) DO NOTHING RETURNING id
"""
KEEP = "UPDATE web_idempotencykey SET status = %s, body = %s, headers = %s WHERE id = %s"


def repeatable(method):
    """Wrap an endpoint's POST: key row and business row commit together, refusals store nothing.

    A unique constraint that refuses the first try (two at once with one name, a number drawn twice) is
    worth a second: it finds what the other wrote, or draws again. So is a session that the database ended in the
    middle, where a key says whether the first try was kept.
    """

    @wraps(method)
    def wrapper(self, request, *args, **kwargs):
        try:
            return once(method, self, request, *args, **kwargs)
        except IntegrityError as error:
            if getattr(error.__cause__, "pgcode", None) != UNIQUE_VIOLATION:
                raise
            return once(method, self, request, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if not request.headers.get("Idempotency-Key") or not is_hung_up(error):
                raise
            connection.close()
            return once(method, self, request, *args, **kwargs)

    return wrapper


def is_hung_up(error):
    """Whether the database ended the session, and not the statement alone."""
    code = getattr(error.__cause__, "pgcode", None)
    return not connection.in_atomic_block and code in HUNG_UP


def once(method, view, request, *args, **kwargs):
    """One try, in one transaction."""
    key = request.headers.get("Idempotency-Key", "")
    with transaction.atomic():
        if not key:
            return method(view, request, *args, **kwargs)
        if len(key) > 255 or not key.isprintable():
            raise BadRequest(_("Idempotency-Key must be at most 255 printable characters."))
        scope = (caller_of(request.user), request.method, place_of(request), key)
        digest = body_digest(request)
        row_id = claim(scope, digest)
        if row_id is None:
            return replay(scope, digest)
        response = method(view, request, *args, **kwargs)
        if response.status_code < 300:
            keep(row_id, response)
        else:
            transaction.set_rollback(True)
        return response


def caller_of(actor):
    """Shop or person, not the key: a retry after key rotation must find the first try."""
    return f"shop:{actor.shop_id}" if actor.kind == "shop" else f"user:{actor.id}"


def place_of(request):
    """The path, and the shop that a person of several names beside it: a key is for one request in one shop."""
    shop = request.query_params.get("shop", "")
    return (f"{request.path}?shop={shop}" if shop else request.path)[:300]


def body_digest(request):
    """A fingerprint of what was sent; for files, of their bytes."""
    if request.FILES:
        parts = hashlib.sha256(json.dumps(request.POST.dict(), sort_keys=True).encode())
        for name, upload in sorted(request.FILES.items()):
            parts.update(name.encode())
            for chunk in upload.chunks():
                parts.update(chunk)
            upload.seek(0)
        return parts.hexdigest()
    return hashlib.sha256(json.dumps(request.data, sort_keys=True).encode()).hexdigest()


def claim(scope, digest):
    """Take the key; None if somebody has. A twin still at work holds its row, and we wait two seconds.

    No savepoint: after a timeout the whole request is given up anyway.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [*scope, digest, now()])
            row = cursor.fetchone()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) == LOCK_TIMEOUT:
            raise InProgress(_("The same request is being worked on. Ask again in a second.")) from error
        raise
    return row and row[0]


def replay(scope, digest):
    """The stored answer again, marked as such; another body under the same key is refused."""
    caller, method, path, key = scope
    row = IdempotencyKey.objects.get(caller=caller, method=method, path=path, key=key)
    if row.body_digest != digest:
        raise Invalid(
            _("This Idempotency-Key was used for another body. Use a new key for a new request."),
            code="idempotency_key_reused",
        )
    return Response(row.body, status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})


def keep(row_id, response):
    """Store the answer as it is rendered; it is rendered once, here."""
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    body = None
    if response.data is not None:
        response.data = Rendered(JSON.render(response.data))
        body = response.data.decode()
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [response.status_code, body, json.dumps(headers), row_id])
