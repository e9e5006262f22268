"""Shops, teams and the keys of shops' systems."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.events.models import Event
from staff.actions import (
    add_member,
    change_shop,
    change_team,
    form_team,
    issue_key,
    open_shop,
    revoke_key,
    rotate_key,
)
from staff.models import ApiKey, Shop

pytestmark = pytest.mark.django_db

NEW_SHOP = {"code": "second", "name_zh": "二店", "name_en": "Second", "currency": "EUR", "country": "DE"}


# -- shops ---------------------------------------------------------------------------


def test_a_shop_changes_with_its_version_and_says_how(shop, mona, by):
    change_shop(shop, by=by(mona), version=1, name_en="Oakleaf", survey_delay_minutes=30)

    shop.refresh_from_db()
    assert (shop.name_en, shop.survey_delay_minutes, shop.version) == ("Oakleaf", 30, 2)
    event = Event.objects.get(stream=shop.stream, kind="shop.change")
    assert event.shop_id == shop.pk
    assert event.data["changes"] == {"name_en": ["Greenleaf", "Oakleaf"], "survey_delay_minutes": [60, 30]}


def test_a_stale_change_of_a_shop_is_refused(shop, mona, ada, by):
    change_shop(shop, by=by(mona), version=1, name_en="Oakleaf")

    with pytest.raises(Stale):
        change_shop(shop, by=by(ada), version=1, name_en="Elmleaf")


def test_the_same_change_twice_is_one(shop, mona, by, kinds):
    for _again in range(2):
        change_shop(shop, by=by(mona), version=1, name_en="Oakleaf")

    assert kinds(shop.stream) == ["shop.create", "shop.change"]


@pytest.mark.parametrize("name", ["amy", "leo", "wen", "ines", "finn", "quinn", "audrey", "bob"])
def test_only_managers_and_administrators_of_the_shop_change_it(stage, by, name):
    with pytest.raises(NotAllowed):
        change_shop(stage.shop, by=by(getattr(stage, name)), version=1, name_en="X")


def test_a_strange_administrator_changes_nothing(shop, olga, by):
    with pytest.raises(NotAllowed):
        change_shop(shop, by=by(olga), version=1, name_en="X")


def test_an_administrator_opens_a_further_shop_for_a_team(stage, ada, by):
    second = open_shop(by=by(ada), team=stage.team, **NEW_SHOP)

    assert type(ada).objects.get(pk=ada.pk).shop_ids() == [stage.shop.pk, second.pk]
    with pytest.raises(Invalid, match="Choose another"):
        open_shop(by=by(ada), team=stage.team, **NEW_SHOP)


def test_a_manager_opens_no_shop_and_nobody_one_for_strangers(stage, mona, ada, by):
    with pytest.raises(NotAllowed):
        open_shop(by=by(mona), team=stage.team, **NEW_SHOP)
    with pytest.raises(NotAllowed):
        open_shop(by=by(ada), team=stage.other_team, **NEW_SHOP)
    assert not Shop.objects.filter(code="second").exists()


# -- teams ----------------------------------------------------------------------------


def test_a_team_is_formed_and_changed(shop, mona, by, kinds):
    names = {"name_zh": "夜班", "name_en": "Night"}
    team = form_team(by=by(mona), code="night", shops=[shop], stages=["communicate"], **names)
    change_team(team, by=by(mona), shops=[shop], stages=["communicate", "resolve"], **names)
    change_team(team, by=by(mona), shops=[shop], stages=["communicate", "resolve"], **names)

    team.refresh_from_db()
    assert team.stages == ["communicate", "resolve"]
    assert kinds(team.stream) == ["team.form", "team.change"]


def test_a_team_serves_none_but_ones_own_shops(stage, ada, by):
    names = {"name_zh": "x", "name_en": "x", "stages": ["resolve"]}
    with pytest.raises(NotAllowed):
        form_team(by=by(ada), code="x", shops=[stage.shop, stage.other_shop], **names)
    with pytest.raises(NotAllowed):
        change_team(stage.team, by=by(ada), shops=[stage.shop, stage.other_shop], **names)
    with pytest.raises(NotAllowed):
        change_team(stage.other_team, by=by(ada), shops=[stage.shop], **names)
    with pytest.raises(Invalid, match="at least one shop"):
        form_team(by=by(ada), code="x", shops=[], **names)


def test_a_team_shared_with_others_is_changed_by_who_leads_both(stage, ada, by):
    stage.team.shops.add(stage.other_shop)
    add_member(stage.team, stage.bob)
    names = {"name_zh": "x", "name_en": "x", "stages": ["resolve"]}

    change_team(stage.team, by=by(ada), shops=[stage.shop, stage.other_shop], **names)
    stage.other_team.shops.add(stage.shop)
    with pytest.raises(NotAllowed):
        change_team(stage.other_team, by=by(stage.bob), shops=[stage.shop], **names)


def test_no_shop_loses_its_last_administrator_with_a_team(stage, ada, by):
    second = open_shop(by=by(ada), team=stage.team, **NEW_SHOP)
    names = {"name_zh": "x", "name_en": "x", "stages": ["resolve"]}

    with pytest.raises(NotPossible, match="no administrator left"):
        change_team(stage.team, by=by(ada), shops=[second], **names)


# -- keys ------------------------------------------------------------------------------


def test_a_key_opens_what_its_scopes_say_and_is_kept_as_a_digest(shop, mona, by, kinds):
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    key, token = issue_key(by=by(mona), shop=shop, label="erp", scopes=["tickets:read"], days=30)

    assert Api(token).get("/tickets").status_code == 200
    assert Api(token).get("/orders").status_code == 403
    assert token.split("_", 2)[2] not in str(ApiKey.objects.values_list().get(pk=key.pk))
    assert key.expires_at - now() < timedelta(days=30)
    assert kinds(key.stream) == ["key.issue"]


def test_both_keys_live_until_the_old_one_is_revoked(shop, mona, by):
    from tests.clients import Api  # noqa: PLC0415 - needs the settings

    old, old_token = issue_key(
        by=by(mona), shop=shop, label="erp", scopes=["tickets:read"], allowed_ips=["127.0.0.1"]
    )
    new, new_token = rotate_key(old, by=by(mona))

    assert [Api(token).get("/tickets").status_code for token in (old_token, new_token)] == [200, 200]
    assert (new.scopes, new.allowed_ips, new.label) == (old.scopes, old.allowed_ips, old.label)
    for key in (old, new):
        with pytest.raises(NotPossible, match="Two keys are live"):
            rotate_key(key, by=by(mona))

    revoke_key(old, by=by(mona))
    assert [Api(token).get("/tickets").status_code for token in (old_token, new_token)] == [401, 200]
    rotate_key(new, by=by(mona))


def test_a_dead_key_has_no_successor(shop, mona, by, advance_clock):
    revoked, _token = issue_key(by=by(mona), shop=shop, label="a")
    revoke_key(revoked, by=by(mona))
    expired, _token = issue_key(by=by(mona), shop=shop, label="b", days=1)
    advance_clock(days=2)

    for key in (revoked, expired):
        with pytest.raises(NotPossible, match="at its end"):
            rotate_key(key, by=by(mona))


def test_revoking_twice_is_one_event(shop, mona, by, kinds):
    key, _token = issue_key(by=by(mona), shop=shop, label="a")
    stale = ApiKey.objects.get(pk=key.pk)
    revoke_key(key, by=by(mona))
    revoke_key(stale, by=by(mona))

    assert kinds(key.stream) == ["key.issue", "key.revoke"]


def test_a_key_from_elsewhere_opens_nothing(shop, mona, by, client):
    _key, token = issue_key(by=by(mona), shop=shop, label="a", allowed_ips=["203.0.113.0/24"])

    def ask(address):
        return client.get(
            "/api/v1/tickets", headers={"authorization": f"Bearer {token}"}, REMOTE_ADDR=address
        ).status_code

    assert [ask("203.0.113.9"), ask("203.0.114.9")] == [200, 401]


def test_strangers_and_those_below_hold_no_key_of_the_shop(stage, olga, by):
    key, _token = stage.issue(shop=stage.shop, label="a")
    for person in (olga, stage.leo, stage.audrey, stage.bob):
        for attempt in (
            lambda actor: issue_key(by=actor, shop=stage.shop, label="x"),
            lambda actor: rotate_key(key, by=actor),
            lambda actor: revoke_key(key, by=actor),
        ):
            with pytest.raises(NotAllowed):
                attempt(by(person))
