"""Keeping views: who may, for whom, what is refused, and one event for each change."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from staff.actions import add_member, deactivate_person
from tickets.actions import saved_views
from tickets.actions.saved_views import change_view, remove_view, restore_view, save_view
from tickets.models import SavedView
from tickets.queries.saved_views import views_of

pytestmark = pytest.mark.django_db
LATE = {"all": [{"field": "sla", "op": "is", "value": "late"}]}


def keep(user, name="Late ones", **fields):
    return save_view(name, by=Actor.staff(user), **fields)


def names(user):
    return [view.name for view in views_of(Actor.staff(user)).values() if view.saved]


def kinds(view):
    return list(Event.objects.filter(stream=view.stream).order_by("seq").values_list("kind", flat=True))


def test_a_personal_view_is_ones_own(amy, leo):
    view = keep(amy, filter=LATE, sort="untouched", columns=["amount", "due", "tags"])

    assert (view.filter, view.sort, view.scope) == (LATE, "untouched", "open")
    assert view.columns == ["due", "amount", "tags"]  # in the order of the desk
    assert (names(amy), names(leo)) == (["Late ones"], [])
    assert kinds(view) == ["view.save"]


def test_a_teams_view_is_seen_by_its_people(stage, amy, leo, bob):
    view = keep(leo, reach="team", team=stage.team)

    assert (names(amy), names(leo), names(bob)) == (["Late ones"], ["Late ones"], [])
    event = Event.objects.get(stream=view.stream)
    assert (event.actor_id, event.data["reach"], event.shop_id) == (leo.pk, "team", None)


def test_a_shops_view_is_seen_by_all_who_serve_it(stage, mona, wen, bob):
    keep(mona, reach="shop", shop=stage.shop)

    assert (names(wen), names(bob)) == (["Late ones"], [])


def test_agents_share_when_they_lead_by_membership(stage, amy):
    for place in ({"reach": "team", "team": stage.team}, {"reach": "shop", "shop": stage.shop}):
        with pytest.raises(NotAllowed, match="kept by who leads the team"):
            keep(amy, **place)
    add_member(stage.team, amy, is_lead=True)

    assert keep(amy, reach="team", team=stage.team)
    assert keep(amy, reach="shop", shop=stage.shop)


def test_nobody_shares_where_they_do_not_serve(stage, leo, bob):
    add_member(stage.other_team, bob, is_lead=True)
    for user, place in (
        (leo, {"reach": "team", "team": stage.other_team}),
        (leo, {"reach": "shop", "shop": stage.other_shop}),
        (bob, {"reach": "team", "team": stage.team}),
    ):
        with pytest.raises(NotAllowed):
            keep(user, **place)


@pytest.mark.parametrize("name", ["audrey", "quinn"])
def test_who_only_reads_keeps_nothing(stage, name):
    with pytest.raises(NotAllowed):
        keep(getattr(stage, name))


def test_shared_views_are_changed_by_who_leads_whoever_made_them(stage, amy, leo, mona):
    view = keep(leo, reach="team", team=stage.team)
    with pytest.raises(NotAllowed):
        change_view(view, by=Actor.staff(amy), name="Mine now")

    changed = change_view(view, by=Actor.staff(mona), name="  Very \n late ", filter=LATE)

    assert (changed.name, changed.filter, changed.version) == ("Very late", LATE, 2)
    assert Event.objects.get(stream=view.stream, kind="view.change").data["fields"] == ["name", "filter"]


def test_another_persons_own_view_is_not_for_leads(amy, leo):
    view = keep(amy)
    for act in (remove_view, restore_view):
        with pytest.raises(NotAllowed, match="somebody else's"):
            act(view, by=Actor.staff(leo))


def test_sharing_ones_own_view_and_taking_it_back(stage, amy, leo):
    view = keep(leo)
    shared = change_view(view, by=Actor.staff(leo), reach="team", team=stage.team)

    assert (shared.team, names(amy)) == (stage.team, ["Late ones"])
    change_view(view, by=Actor.staff(leo), reach="personal")
    assert names(amy) == []


def test_a_change_that_changes_nothing_is_none(amy):
    view = keep(amy, filter=LATE)

    change_view(view, by=Actor.staff(amy), name="Late ones", filter=LATE, reach="personal")

    assert kinds(view) == ["view.save"]


def test_a_stale_change_is_refused(amy):
    view = keep(amy)
    change_view(view, by=Actor.staff(amy), name="Later")

    with pytest.raises(Stale):
        change_view(view, by=Actor.staff(amy), name="Latest", expected_version=1)


def test_a_view_goes_and_comes_back(amy):
    view = keep(amy)
    remove_view(view, by=Actor.staff(amy))
    with pytest.raises(NotPossible, match="taken away meanwhile"):
        remove_view(view, by=Actor.staff(amy))
    gone = names(amy)
    for _twice in range(2):
        restore_view(view, by=Actor.staff(amy))

    assert (gone, names(amy)) == ([], ["Late ones"])
    assert kinds(view) == ["view.save", "view.remove", "view.restore"]


def test_what_others_need_outlives_its_maker(stage, amy, leo, mona, ada):
    keep(leo, reach="team", team=stage.team)

    deactivate_person(leo, by=Actor.staff(ada))

    assert names(amy) == ["Late ones"]
    view = SavedView.objects.get()
    assert change_view(view, by=Actor.staff(mona), name="Still here").name == "Still here"


def test_names_are_apart_in_one_place_only(stage, amy, leo):
    keep(amy)
    with pytest.raises(Invalid, match="a view of this name already"):
        keep(amy, "LATE ONES")
    keep(leo)
    keep(leo, reach="team", team=stage.team)
    remove_view(SavedView.objects.get(owner=amy), by=Actor.staff(amy))

    assert keep(amy)


def test_there_is_an_end_of_views(amy, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    keep(amy, "one")
    keep(amy, "two")

    with pytest.raises(NotPossible, match="There are 2 views here already") as refused:
        keep(amy, "three")
    assert refused.value.code == "too_many_views"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "a name of up to 60"),
        ({"name": "x" * 61}, "a name of up to 60"),
        ({"name": "\ud800"}, "a name of up to 60"),
        ({"name": 7}, "a name of up to 60"),
        ({"reach": "world"}, "for one person, a team or a shop"),
        ({"filter": {"all": [{"field": "moon"}]}}, "There is no field “moon”"),
        ({"filter": None}, "A group is"),
        ({"filter": []}, "A group is"),
        ({"scope": "none"}, "scope must be one of: open, ended, all"),
        ({"sort": "loudest"}, "sort must be one of"),
        ({"scope": "ended", "sort": "due"}, "sort must be one of: newest, oldest"),
        ({"columns": ["moon"]}, "There is no column “moon”"),
        ({"columns": "due"}, "columns is a list"),
        ({"columns": [["due"]]}, "columns is a list"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(amy, fields, sentence):
    with pytest.raises(Invalid, match=sentence):
        keep(amy, **fields)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("reach", ["team", "shop"])
def test_a_reach_needs_its_place(leo, reach):
    with pytest.raises((Invalid, NotAllowed)):
        keep(leo, reach=reach)
