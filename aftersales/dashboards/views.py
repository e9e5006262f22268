"""The SLA wall: what breaches next, for whoever may see the requests behind it."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.views.decorators.http import require_safe

from aftersales.clock import now
from aftersales.dashboards.wall import WINDOWS, Look, mine, wall
from aftersales.events.actors import Actor
from aftersales.web.pages import show


@login_required
@require_safe
def sla_wall(request):
    """One's own shops; `?hours=`, `?shop=` and `?team=` narrow it, and what they do not know is left out."""
    actor = Actor.staff(request.user)
    shops, teams = mine(actor)
    hours = request.GET.get("hours", "")
    look = Look(
        actor=actor,
        at=now(),
        hours=int(hours) if hours in map(str, WINDOWS) else 8,
        shop=next((shop for shop in shops if shop.code == request.GET.get("shop")), None),
        team=next((team for team in teams if team.code == request.GET.get("team")), None),
    )
    context = {
        "section": "wall",
        "look": look,
        "windows": WINDOWS,
        "shops": shops,
        "teams": teams,
        "here": request.get_full_path(),
        "keep": urlencode({"hours": look.hours} | ({"team": look.team.code} if look.team else {})),
        **wall(look),
    }
    return show(request, "dashboards/wall.html", "dashboards/_wall.html", context)
