"""What every page does: whole or part, a refusal shown in place, a toast with its undo."""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from aftersales.errors import Invalid, NotAllowed

TOAST_SECONDS = 6  # long enough to read one line, short enough not to be in the way


def show(request, page, partial, context=None, *, status=200, events=()):
    """Answer with the partial when htmx asks, with the whole page otherwise.

    Toasts ride along out of band. `events` name what happened (`ticket.resolve`): panels elsewhere on the
    page that listen for it (`hx-trigger="ticket.resolve from:body"`) fetch themselves again.
    """
    part = wants_part(request)
    response = render(request, partial if part else page, context, status=status)
    if part:
        response.write(_toasts(request))
        _announce(response, events)
    patch_vary_headers(response, ["HX-Request"])
    return response


def refusal(request, page, partial, refused, context=None):
    """The same page or partial with the sentence of a `Refused` in `refusal` (see parts/refusal.html).

    409 for what is not possible now, 403 for what this person may not do, 422 for a wrong value.
    """
    status = 403 if isinstance(refused, NotAllowed) else 422 if isinstance(refused, Invalid) else 409
    return show(request, page, partial, {**(context or {}), "refusal": str(refused)}, status=status)


def went_well(request, fallback, *, events=()):
    """Answer a small POST without a part of its own (an undo): toasts and events, or back to the page."""
    if not wants_part(request):
        return HttpResponseRedirect(safe_next(request, fallback))
    response = HttpResponse(_toasts(request))
    _announce(response, events)
    return response


def attachment(text, name, media_type):
    """A text to be kept as a file of this name, which is plain ASCII."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        text, content_type=f"{media_type}; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def toast(request, text, *, undo="", seconds=TOAST_SECONDS, level=messages.SUCCESS):
    """Say in a line what was done; `undo` is a URL that takes a POST within these seconds."""
    messages.add_message(request, level, text, extra_tags=json.dumps({"undo": undo, "seconds": seconds}))


def wants_part(request):
    """True when htmx swaps a part; a boosted link or a restored history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def safe_next(request, fallback):
    """The `next` of a form, if it stays on this site."""
    wanted = request.POST.get("next", "")
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=request.is_secure()):
        return wanted
    return fallback


def _toasts(request):
    return render_to_string("parts/toasts_oob.html", {}, request=request)


def _announce(response, events):
    if events:
        told = events if isinstance(events, dict) else dict.fromkeys(events, True)
        response["HX-Trigger"] = json.dumps(told)
