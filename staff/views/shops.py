"""A shop's settings, and opening a further shop."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from aftersales.errors import Stale
from aftersales.events.actors import Actor
from staff.actions import change_shop, open_shop
from staff.forms.shops import FurtherShopForm, ShopForm
from staff.policies import may_open_shops, may_settle, rules_team
from staff.queries import calendars_for, last_change, recent_events, shops_of, teams_of
from staff.views.doors import Sheet, around, saved, settlers_only


@login_required
@require_safe
def settings(request):
    """The door to the settings: a shop's for those who may, one's own account for everybody else."""
    actor = Actor.staff(request.user)
    first = shops_of(actor).first() if may_settle(actor) else None
    return HttpResponseRedirect(reverse("settings_shop", args=[first.code]) if first else reverse("account"))


@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def shop(request, actor, code):
    shop = get_object_or_404(shops_of(actor), code=code)
    calendars = calendars_for(shop.pk)
    if request.method != "POST":
        form = ShopForm(initial=ShopForm.initial_of(shop), calendars=calendars)
        return sheet(request, actor, shop, form).show()
    form = ShopForm(request.POST, calendars=calendars)
    page = sheet(request, actor, shop, form)
    if not form.is_valid():
        return page.show(422)
    try:
        change_shop(shop, by=actor, version=version_of(request), **form.columns())
    except Stale as stale:
        shop = get_object_or_404(shops_of(actor), code=code)
        return sheet(request, actor, shop, form).refuse(form, stale, conflict=conflict(shop, form))
    return saved(request, _("Saved."), reverse("settings_shop", args=[shop.code]))


def version_of(request):
    """Which state of the shop the form was filled in upon; nonsense is older than any."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def conflict(shop, form):
    """Who was quicker, and where what stands now differs from what was typed here."""
    standing = ShopForm.initial_of(shop)
    theirs = [
        (
            field.label,
            dict(getattr(field.field, "choices", ())).get(standing[field.name], standing[field.name]),
        )
        for field in form
        if standing[field.name] != form.cleaned_data[field.name]
    ]
    return {"told": last_change(shop.stream, "shop.change"), "theirs": theirs}


@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_shop(request, actor):
    if not may_open_shops(actor):
        raise PermissionDenied
    teams = [team for team in teams_of(actor) if rules_team(actor, team)]
    form = FurtherShopForm(
        request.POST if request.method == "POST" else None,
        initial={"survey_delay_minutes": 60},
        calendars=calendars_for(),
        teams=teams,
    )
    page = Sheet(request, "staff/new_shop.html", "staff/_new_shop.html", around(actor, "new_shop", form=form))
    if request.method != "POST":
        return page.show()
    by_code = {team.code: team for team in teams}
    return page.submit(
        form,
        lambda data: open_shop(by=actor, team=by_code[data["team"]], **form.columns()),
        lambda made: saved(request, _("The shop is open."), reverse("settings_shop", args=[made.code])),
    )


def sheet(request, actor, shop, form):
    context = around(
        actor,
        f"shop:{shop.code}",
        shop=shop,
        form=form,
        may_open_shops=may_open_shops(actor),
        history=recent_events(shop.stream),
    )
    return Sheet(request, "staff/shop.html", "staff/_shop.html", context)
