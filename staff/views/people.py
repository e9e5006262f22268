"""People: who they are, what they may, how they come in and go."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aftersales.errors import BadRequest, Refused
from aftersales.storable import storable
from aftersales.web.keyset import Keyset
from aftersales.web.pages import refusal, show
from staff.actions import add_person, change_person, deactivate_person, reactivate_person, reset_password
from staff.forms.people import NewPersonForm, PersonForm
from staff.links import password_link
from staff.models import Role
from staff.policies import may_give, may_manage, rules_team
from staff.queries import people_of, recent_events, teams_of
from staff.views.doors import Sheet, around, private, saved, settlers_only

BY_NAME = Keyset("username")
NAMES = ("name_en", "name_zh", "email")


@settlers_only
@require_safe
def people(request, actor):
    words = storable(request.GET.get("q", "")).strip()[:60]
    try:
        rows, following = BY_NAME.page(people_of(actor, words), cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(reverse("settings_people"))
    context = around(actor, "people", people=rows, next=following, words=words)
    return show(request, "staff/people.html", "staff/_people.html", context)


@private
@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request, actor):
    """The answer to the POST shows the link by which the person chooses a password, once."""
    teams = own_teams(actor)
    form = NewPersonForm(
        request.POST if request.method == "POST" else None, teams=teams.values(), roles=roles_of(actor)
    )
    context = around(actor, "people", form=form)
    page = Sheet(request, "staff/new_person.html", "staff/_new_person.html", context)
    if request.method != "POST":
        return page.show()
    return page.submit(
        form,
        lambda data: add_person(by=actor, username=data["username"], **columns(data, teams)),
        lambda person: one(request, actor, person.pk).show(link=password_link(person)),
    )


@settlers_only
@require_http_methods(["GET", "HEAD", "POST"])
def person(request, actor, pk):
    page = one(request, actor, pk, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return page.show()
    person, form, teams = (page.context[name] for name in ("person", "form", "teams"))
    if not page.context["may_manage"]:
        raise PermissionDenied
    return page.submit(
        form,
        lambda data: change_person(person, by=actor, **columns(data, teams)),
        lambda done: saved(request, _("Saved."), reverse("settings_person", args=[person.pk])),
    )


VERBS = {"reset": reset_password, "deactivate": deactivate_person, "reactivate": reactivate_person}


@private
@settlers_only
@require_POST
def person_verb(request, actor, pk, verb):
    """The link by which the person chooses a password stands on this answer and nowhere else."""
    if verb not in VERBS:
        raise Http404
    page = one(request, actor, pk)
    try:
        person = VERBS[verb](page.context["person"], by=actor)
    except Refused as refused:
        return refusal(request, page.page, page.partial, refused, page.context)
    if not person.is_active:
        sentence = _("The account is closed: sessions, keys and password ended.")
        return saved(request, sentence, reverse("settings_person", args=[pk]))
    return one(request, actor, pk).show(link=password_link(person))


def one(request, actor, pk, data=None):
    person = get_object_or_404(people_of(actor), pk=pk)
    teams = own_teams(actor)
    initial = {name: getattr(person, name) for name in (*NAMES, "role")}
    initial["teams"] = [membership.team.code for membership in person.shown_memberships]
    initial["leads"] = [membership.team.code for membership in person.shown_memberships if membership.is_lead]
    # One's own role stays what it is, so it has to be among the choices.
    roles = roles_of(actor) | ({person.role} if person.pk == actor.id else set())
    form = PersonForm(data, initial=initial, teams=teams.values(), roles=roles)
    context = around(
        actor,
        "people",
        person=person,
        form=form,
        teams=teams,
        is_self=person.pk == actor.id,
        may_manage=may_manage(actor, person),
        history=recent_events(person.stream),
    )
    return Sheet(request, "staff/person.html", "staff/_person.html", context)


def own_teams(actor):
    """{code: team} of those the actor may fill."""
    return {team.code: team for team in teams_of(actor) if rules_team(actor, team)}


def roles_of(actor):
    return {role for role in Role if may_give(actor, role)}


def columns(data, teams):
    """The form's words as what the actions take."""
    return {
        **{name: data[name] for name in (*NAMES, "role")},
        "teams": [teams[code] for code in data["teams"]],
        "leads": [teams[code] for code in data["leads"]],
    }
