"""The wall: what breaches next and what has, for whom the rail offers it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aftersales.clock import now
from aftersales.dashboards.late import late_rows
from aftersales.dashboards.look import look_of
from aftersales.dashboards.policies import may_read
from aftersales.dashboards.sheets import SHEETS, sheet
from aftersales.dashboards.wall import around, screen, totals, wall
from aftersales.errors import BadRequest
from aftersales.events.actors import Actor
from aftersales.web.keyset import DEFAULT_LIMIT
from aftersales.web.pages import attachment, show


def look_for(request):
    """Whom the rail does not offer the wall is told that it is not theirs."""
    actor = Actor.staff(request.user)
    if not may_read(actor):
        raise PermissionDenied
    return look_of(actor, request.GET, now())


@login_required
@require_safe
def sla_wall(request):
    """One's own shops; `?hours=`, `?shop=`, `?team=` and `?by=` narrow and turn it, `?screen=1` is for a wall."""
    look = look_for(request)
    context = around(look)
    if request.GET.get("screen") == "1":
        context |= {"here": context["screen_url"], **screen(look)}
        return show(request, "dashboards/screen.html", "dashboards/_screen.html", context)
    context |= wall(look)
    return show(request, "dashboards/wall.html", "dashboards/_wall.html", context)


@login_required
@require_safe
def wall_late(request):
    """All that has breached and is still open, a page at a time."""
    look = look_for(request)
    cursor = request.GET.get("cursor", "")
    try:
        rows, following = late_rows(look, limit=DEFAULT_LIMIT, cursor=cursor)
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(reverse("wall_late", query=look.params()))
    context = {
        **around(look),
        **totals(look),
        "late_rows": rows,
        "next": following and reverse("wall_late", query=look.params(cursor=following)),
        "first": reverse("wall_late", query=look.params()) if cursor else "",
    }
    return render(request, "dashboards/late.html", context)


@login_required
@require_safe
def wall_sheet(request, name):
    """A panel for a spreadsheet."""
    if name not in SHEETS:
        raise Http404
    look = look_for(request)
    if name == "load" and not look.with_people:
        raise PermissionDenied
    return attachment(sheet(name, look), f"wall-{name}-{look.at:%Y%m%d-%H%M}.csv", "text/csv")
