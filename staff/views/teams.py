"""Teams: which shops they serve, which stages they work, who is in them."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from staff.actions import change_team, form_team
from staff.forms.people import STAGES, NewTeamForm, TeamForm
from staff.policies import rules_team
from staff.queries import recent_events, shops_of, teams_of
from staff.views.doors import Sheet, around, saved, settlers_only


@settlers_only
@require_safe
def teams(request, actor):
    """Of a team that also serves others' shops, those shops are not named."""
    own = set(actor.user.shop_ids())
    rows = [(team, [shop for shop in team.shops.all() if shop.pk in own]) for team in teams_of(actor)]
    return render(request, "staff/teams.html", around(actor, "teams", teams=rows))


@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request, actor):
    shops = {shop.code: shop for shop in shops_of(actor)}
    form = NewTeamForm(
        request.POST if request.method == "POST" else None,
        initial={"shops": list(shops), "stages": [code for code, _label in STAGES]},
        shops=shops.values(),
    )
    page = Sheet(request, "staff/new_team.html", "staff/_new_team.html", around(actor, "teams", form=form))
    if request.method != "POST":
        return page.show()
    return page.submit(
        form,
        lambda data: form_team(by=actor, **data | {"shops": [shops[code] for code in data["shops"]]}),
        lambda team: saved(request, _("The team stands."), reverse("settings_team", args=[team.code])),
    )


@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def team(request, actor, code):
    team = get_object_or_404(teams_of(actor), code=code)
    shops = {shop.code: shop for shop in shops_of(actor)}
    initial = {
        "name_zh": team.name_zh,
        "name_en": team.name_en,
        "stages": team.stages,
        "shops": [shop.code for shop in team.shops.all() if shop.code in shops],
    }
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial, shops=shops.values())
    context = around(
        actor,
        "teams",
        team=team,
        form=form,
        may_change=rules_team(actor, team),
        history=recent_events(team.stream),
    )
    page = Sheet(request, "staff/team.html", "staff/_team.html", context)
    if request.method != "POST":
        return page.show()
    return page.submit(
        form,
        lambda data: change_team(team, by=actor, **data | {"shops": [shops[c] for c in data["shops"]]}),
        lambda team: saved(request, _("Saved."), reverse("settings_team", args=[team.code])),
    )
