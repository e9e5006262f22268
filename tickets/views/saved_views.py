"""Keeping a look at the queue as a view: save it, change it, take it away, bring it back."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aftersales.errors import Invalid, Refused
from aftersales.web.pages import toast
from tickets.actions.saved_views import change_view, remove_view, restore_view, save_view
from tickets.models import Reach
from tickets.policies import is_staff, may_keep_view
from tickets.queries.saved_views import places_led, saved_rows, views_of
from tickets.views.acting import status_of
from tickets.views.asked import address, dense, read_address
from tickets.views.gate import actor_of
from tickets.views.queue import show_panel

KEEP = "tickets/_keep.html"
UNDO_SECONDS = 15


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request):
    """The form for the look of the address; a POST saves it as a new view."""
    if request.method == "POST":
        return attempt(request, lambda actor, look: save_view(by=actor, **look), _("Saved as “%(name)s”"))
    actor = actor_of(request)
    views = views_of(actor)
    asked = read_address(request.GET, actor, views)
    return show_panel(request, actor, asked, views, form(actor, asked))


@login_required
@require_POST
def change(request, code):
    """The view as its form has it now: name, reach, filter, order, columns."""
    view = get_object_or_404(saved_rows(actor_of(request)), code=code)
    return attempt(request, lambda actor, look: change_view(view, by=actor, **look), _("Changed “%(name)s”"))


@login_required
@require_POST
def remove(request, code):
    """Take a view away; for some seconds it can be brought back by the toast."""
    view = get_object_or_404(saved_rows(actor_of(request)), code=code)
    done = attempt(request, lambda actor, look: remove_view(view, by=actor))
    if done.status_code == 302:
        undo = reverse("queue_view_restore", args=[code])
        toast(request, _("View “%(name)s” taken away") % {"name": view.name}, undo=undo, seconds=UNDO_SECONDS)
    return done


@login_required
@require_POST
def restore(request, code):
    """Bring it back: whoever may keep it, which the action asks."""
    view = get_object_or_404(saved_rows(actor_of(request), removed=True), code=code)
    return attempt(request, lambda actor, look: restore_view(view, by=actor), _("“%(name)s” is back"))


def attempt(request, act, word=""):
    """Run an action on what was posted and lead to the view; a refusal comes back in the form."""
    actor = actor_of(request)
    views = views_of(actor)
    asked = read_address(request.POST, actor, views)
    try:
        view = act(actor, look_of(request.POST, asked, actor))
    except Refused as refused:
        typed = {"name": request.POST.get("name", "")[:200], "reach": request.POST.get("reach", "")}
        panel = form(actor, asked, refusal=str(refused), **typed)
        return show_panel(request, actor, asked, views, panel, status=status_of(refused))
    if word:
        toast(request, word % {"name": view.name})
    return HttpResponseRedirect(address() if view.removed_at else address(view=view.code))


def look_of(posted, asked, actor):
    """The action's fields: name and reach as typed, the look as the address has it."""
    if asked.refusal:
        raise Invalid(asked.refusal, field="filter")
    reach, _colon, code = posted.get("reach", Reach.PERSONAL).partition(":")
    teams, shops = actor.user.places()
    return {
        "name": posted.get("name", ""),
        "reach": reach,
        "team": next((team for team in teams if reach == Reach.TEAM and team.code == code), None),
        "shop": next((shop for shop in shops if reach == Reach.SHOP and shop.code == code), None),
        "filter": asked.group.data(),
        "scope": asked.scope,
        "sort": asked.sort,
        "columns": list(asked.columns),
    }


def form(actor, asked, *, refusal="", name="", reach=""):
    """What the form shows: where this person may keep views, and what may be done with the present one."""
    saved = asked.view.saved
    may_change = saved is not None and may_keep_view(
        actor, saved.reach, saved.team, saved.shop, saved.owner_id
    )
    return {
        "template": KEEP,
        "refusal": refusal or asked.refusal,
        "may_keep": is_staff(actor, None),
        "may_change": may_change,
        "saved": saved,
        "name": name or (str(asked.view.name) if may_change else ""),
        "reach": reach or (reach_of(saved) if may_change else Reach.PERSONAL),
        "reaches": reaches(actor),
        "filter": dense(asked.group.data()),
        "columns": ",".join(asked.columns),
    }


def reach_of(saved):
    place = saved.team or saved.shop
    return f"{saved.reach}:{place.code}" if place else saved.reach


def reaches(actor):
    """[(value, label)] of whom this person may keep views for."""
    teams, shops = places_led(actor)
    return [
        (Reach.PERSONAL, Reach.PERSONAL.label),
        *((f"team:{team.code}", _("Team: %(name)s") % {"name": team.name}) for team in teams),
        *((f"shop:{shop.code}", _("Everybody at %(name)s") % {"name": shop.name}) for shop in shops),
    ]
