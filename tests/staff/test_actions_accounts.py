"""Bring people in, change what they may, let them go."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.models import Event
from staff.actions import (
    add_member,
    add_person,
    change_account,
    change_person,
    deactivate_person,
    issue_key,
    reactivate_person,
    reset_password,
)
from tests.factories import PASSWORD, SYSTEM, new_user

pytestmark = pytest.mark.django_db


def as_they_are(person, **changes):
    """What the form of the person's page would send, unchanged."""
    memberships = list(person.memberships.select_related("team"))
    return {
        "role": person.role,
        "name_en": person.name_en,
        "name_zh": person.name_zh,
        "email": person.email,
        "teams": [membership.team for membership in memberships],
        "leads": [membership.team for membership in memberships if membership.is_lead],
        **changes,
    }


# -- coming in --------------------------------------------------------------------


def test_a_new_person_serves_the_teams_shops_and_has_no_password(stage, ada, by, kinds):
    nia = add_person(
        by=by(ada), username="nia", name_en="Nia", role="agent", teams=[stage.team], leads=[stage.team]
    )

    assert nia.shop_ids() == [stage.shop.pk]
    assert nia.memberships.get().is_lead
    assert not nia.has_usable_password()
    assert kinds(nia.stream) == ["user.create"]


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_a_manager_makes_no_equal(stage, mona, by, role):
    with pytest.raises(NotAllowed, match="cannot give this role"):
        add_person(by=by(mona), username="nia", name_en="Nia", role=role, teams=[stage.team])


@pytest.mark.parametrize("name", ["amy", "leo", "wen", "ines", "finn", "quinn", "audrey"])
def test_who_leads_nothing_brings_nobody_in(stage, by, name):
    with pytest.raises(NotAllowed):
        add_person(
            by=by(getattr(stage, name)), username="nia", name_en="Nia", role="agent", teams=[stage.team]
        )


def test_nobody_is_put_into_a_strangers_team(stage, ada, by):
    with pytest.raises(NotAllowed):
        add_person(by=by(ada), username="nia", name_en="Nia", role="agent", teams=[stage.other_team])


def test_somebody_without_a_team_would_see_nothing(ada, by):
    with pytest.raises(Invalid, match="at least one team"):
        add_person(by=by(ada), username="nia", name_en="Nia", role="agent", teams=[])


def test_a_user_name_is_taken_in_any_case(stage, ada, amy, by):
    with pytest.raises(Invalid, match="Choose another"):
        add_person(by=by(ada), username="AMY", name_en="Amy", role="agent", teams=[stage.team])


# -- changing ----------------------------------------------------------------------


def test_a_change_says_what_changed_but_no_personal_data(stage, ada, amy, night, by):
    change_person(
        amy,
        by=by(ada),
        **as_they_are(amy, role="supervisor", name_en="Amy Lin", teams=[night], leads=[night]),
    )

    amy.refresh_from_db()
    assert (amy.role, [m.team.code for m in amy.memberships.all()]) == ("supervisor", ["night"])
    data = Event.objects.get(stream=amy.stream, kind="user.change").data
    assert data["changes"] == {
        "role": ["agent", "supervisor"],
        "teams": [["after-sales"], ["night (lead)"]],
        "fields": ["name_en", "role", "teams"],
    }


def test_no_change_is_no_event(ada, amy, by, kinds):
    change_person(amy, by=by(ada), **as_they_are(amy))

    assert kinds(amy.stream) == []


def test_a_manager_does_not_touch_managers_and_administrators(mona, ada, by):
    for person in (mona, ada):
        with pytest.raises(NotAllowed):
            change_person(person, by=by(mona), **as_they_are(person, name_en="X"))


def test_nobody_changes_their_own_role(ada, by):
    with pytest.raises(NotAllowed, match="their own role"):
        change_person(ada, by=by(ada), **as_they_are(ada, role="agent"))


def test_a_strangers_people_are_out_of_reach(ada, bob, kim, olga, by):
    for person in (bob, kim):  # kim works for both: through her, ours would enter the other shop
        for action in (reset_password, deactivate_person, reactivate_person):
            with pytest.raises(NotAllowed):
                action(person, by=by(ada))
        with pytest.raises(NotAllowed):
            change_person(person, by=by(ada), **as_they_are(person, name_en="X"))
    with pytest.raises(NotAllowed):
        reset_password(kim, by=by(olga))


def test_who_serves_both_shops_manages_who_serves_both(stage, ada, kim, by):
    add_member(stage.other_team, ada)

    change_person(kim, by=by(ada), **as_they_are(kim, role="finance"))

    kim.refresh_from_db()
    assert kim.role == "finance"


def test_a_shop_keeps_an_administrator(stage, ada, by):
    second = new_user("ben", "admin", "本", "Ben")
    add_member(stage.team, second)
    change_person(second, by=by(ada), **as_they_are(second, role="agent"))

    with pytest.raises(NotPossible, match="no administrator left"):
        change_person(ada, by=SYSTEM, **as_they_are(ada, role="agent"))
    with pytest.raises(NotPossible, match="no administrator left"):
        deactivate_person(ada, by=SYSTEM)


def test_who_was_demoted_meanwhile_does_nothing_more(ada, stage, amy, by):
    second = new_user("ben", "admin", "本", "Ben")
    add_member(stage.team, second)
    stale = by(second)
    change_person(second, by=by(ada), **as_they_are(second, role="agent"))

    with pytest.raises(NotAllowed):
        deactivate_person(amy, by=stale)


# -- going -------------------------------------------------------------------------


def test_closing_an_account_ends_sessions_keys_and_password(ada, amy, by, api_as, page_as, kinds):
    api, page = api_as(amy), page_as(amy)
    assert api.get("/tickets").status_code == 200

    deactivate_person(amy, by=by(ada))

    amy.refresh_from_db()
    assert not amy.has_usable_password()
    assert amy.keys.get().revoked_at is not None
    assert api.get("/tickets").status_code == 401
    assert page.get("/account").status_code == 302
    assert kinds(amy.stream) == ["user.deactivate"]


def test_closing_twice_is_closing_once(ada, amy, by, kinds):
    deactivate_person(amy, by=by(ada))
    deactivate_person(amy, by=by(ada))

    assert kinds(amy.stream) == ["user.deactivate"]


def test_an_account_opened_again_has_neither_password_nor_keys(ada, amy, by, stage):
    stage.issue(user=amy, label="script")
    deactivate_person(amy, by=by(ada))
    reactivate_person(amy, by=by(ada))

    amy.refresh_from_db()
    assert amy.is_active
    assert not amy.check_password(PASSWORD)
    assert amy.keys.get().revoked_at is not None


def test_nobody_ends_their_own_account(ada, by):
    with pytest.raises(NotAllowed, match="their own account"):
        deactivate_person(ada, by=by(ada))


def test_a_reset_ends_the_password_and_sessions(ada, amy, by, page_as, kinds):
    page = page_as(amy)
    reset_password(amy, by=by(ada))

    amy.refresh_from_db()
    assert not amy.has_usable_password()
    assert page.get("/account").status_code == 302
    assert kinds(amy.stream) == ["user.reset_password"]


def test_a_closed_account_is_not_reset(ada, amy, by):
    deactivate_person(amy, by=by(ada))

    with pytest.raises(NotPossible, match="closed"):
        reset_password(amy, by=by(ada))


# -- one's own ----------------------------------------------------------------------


def test_everybody_settles_their_own_account_only(audrey, amy, by, kinds):
    change_account(audrey, by=by(audrey), language="zh-hans", muted_kinds=["mention"])

    audrey.refresh_from_db()
    assert (audrey.language, audrey.muted_kinds) == ("zh-hans", ["mention"])
    assert kinds(audrey.stream) == ["user.change"]
    with pytest.raises(NotAllowed):
        change_account(amy, by=by(audrey), language="en")


def test_the_same_choices_again_are_no_event(amy, by, kinds):
    change_account(amy, by=by(amy), language=amy.language)

    assert kinds(amy.stream) == []


def test_a_person_issues_no_key_for_another(ada, amy, by):
    with pytest.raises(NotAllowed):
        issue_key(by=by(ada), user=amy, label="hers")
