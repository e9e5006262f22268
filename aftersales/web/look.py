"""What a visitor chooses about the look, and the pages of failure."""

import sys

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.views.decorators.http import require_POST

from aftersales.web.pages import safe_next
from aftersales.web.problems import is_busy

THEMES = ("light", "dark")
A_YEAR = 365 * 24 * 3600


@require_POST
def set_theme(request):
    """Keep the choice in a cookie, so that the server paints the page right from its first byte."""
    response = HttpResponseRedirect(safe_next(request, "/"))
    keep_theme(response, request.POST.get("theme"))
    return response


def keep_theme(response, theme):
    """Also for the page that stores the theme in the account; any other word follows the system's wish."""
    if theme in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)
    else:
        response.delete_cookie("theme")


# -- failures: handler400, 403, 404, 500 of the root URLconf -----------------


def bad_request(request, exception=None):
    return _failure(request, "400.html", 400)


def forbidden(request, exception=None):
    return _failure(request, "403.html", 403)


def not_found(request, exception=None):
    return _failure(request, "404.html", 404)


def server_error(request):
    """Also of what fails before any view: a session that the database does not give is no fault of ours."""
    if (error := sys.exc_info()[1]) and is_busy(error):
        return busy(request)
    return _failure(request, "500.html", 500)


def busy(request):
    """The database is away, or somebody is at the same thing for too long: 503, worth a retry."""
    response = _failure(request, "503.html", 503)
    response["Retry-After"] = "2"
    return response


def _failure(request, template, status):
    # Without context processors: the database that they ask may be what failed.
    context = {"request": request, "request_id": getattr(request, "request_id", "")}
    return HttpResponse(get_template(template).render(context), status=status)
