"""What these pages share: their people, a refusal shown in place with its status, rows of a posted table."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from aftersales.errors import BadRequest, Invalid, InvalidFields, NotAllowed, Stale
from aftersales.events.actors import Actor
from tickets.actions.attachments import attach_file

STATUSES = ((NotAllowed, 403), (Stale, 412), (BadRequest, 400), (Invalid, 422), (InvalidFields, 422))


def for_those_who(allowed):
    """A page for some roles; `allowed(actor)` is asked of the person."""

    def wrap(view):
        @login_required
        @wraps(view)
        def guarded(request, *args, **kwargs):
            request.actor = Actor.staff(request.user)
            if not allowed(request.actor):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def status_of(refused):
    return next((status for kind, status in STATUSES if isinstance(refused, kind)), 409)


def refused_page(request, template, refused, context):
    """The same page with the sentence in it and what was typed kept."""
    return render(request, template, {**context, "refusal": str(refused)}, status=status_of(refused))


def posted_rows(data, prefix):
    """Inputs named <prefix>-<key>-<field> as {key: {field: value}}."""
    rows = {}
    for name in data:
        if name.startswith(f"{prefix}-"):
            key, _dash, field = name[len(prefix) + 1 :].rpartition("-")
            rows.setdefault(key, {})[field] = data[name]
    return rows


def keep_photos(request, ticket, step):
    """What was photographed for a step: each file under the name of the check that it is of."""
    for name in request.FILES:
        for upload in request.FILES.getlist(name):
            check = name.removeprefix("photo-") if name.startswith("photo-") else ""
            upload.name = f"{check}-{upload.name}" if check else upload.name
            attach_file(ticket, upload, by=request.actor, step=step)
