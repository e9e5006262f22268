"""The settings pages: what they save, how they refuse, and that a stranger finds nothing."""

import pytest

from staff.actions import add_member, change_shop, create_team
from staff.models import ApiKey, Membership, Shop, Team, User
from tests.clients import Api
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db

SHOP = {
    "name_zh": "青禾",
    "name_en": "Greenleaf",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "calendar": "",
    "survey_delay_minutes": "60",
    "version": "1",
}
PERSON = {"name_en": "Nia", "name_zh": "尼娅", "email": "", "role": "agent", "teams": ["after-sales"]}
KEY = {"shop": "demo", "label": "erp", "days": "365", "scopes": ["tickets:read"], "allowed_ips": ""}


# -- shops ------------------------------------------------------------------------


def test_a_manager_saves_the_shop(page_as, mona, shop):
    page = page_as(mona).post(
        "/settings/shops/demo", SHOP | {"name_en": "Oakleaf", "return_phone": "1"}, follow=True
    )

    shop.refresh_from_db()
    assert (shop.name_en, shop.return_address["phone"], shop.version) == ("Oakleaf", "1", 2)
    assert "Saved." in page.text
    assert "settings were changed" in page.text


def test_a_part_answers_htmx(page_as, mona):
    page = page_as(mona).get("/settings/shops/demo", headers={"hx-request": "true"})

    assert page.text.startswith('<div class="g12" id="shop">')


def test_who_was_slower_keeps_what_was_typed_and_sees_what_stands(page_as, mona, ada, shop, by):
    change_shop(shop, by=by(ada), version=1, name_en="Oakleaf")
    client = page_as(mona)
    page = client.post("/settings/shops/demo", SHOP | {"name_en": "Elmleaf"})

    assert page.status_code == 409
    assert "Ada changed these settings" in page.text
    assert "Name in English: Oakleaf" in page.text
    assert 'value="Elmleaf"' in page.text
    assert 'name="version" value="2"' in page.text
    assert (
        client.post("/settings/shops/demo", SHOP | {"name_en": "Elmleaf", "version": "2"}).status_code == 302
    )
    shop.refresh_from_db()
    assert shop.name_en == "Elmleaf"


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 30])
def test_a_nonsense_version_is_an_old_one(page_as, mona, version):
    page = page_as(mona).post("/settings/shops/demo", SHOP | {"name_en": "X", "version": version})

    assert page.status_code == 409


def test_the_calendars_in_force_are_offered_by_name(page_as, mona):
    assert "CN extended hours" in page_as(mona).get("/settings/shops/demo").text


def test_an_administrator_opens_a_further_shop(page_as, ada):
    typed = SHOP | {"code": "second", "currency": "EUR", "country": "de", "team": "after-sales"}
    response = page_as(ada).post("/settings/shops/new", typed)

    assert response["Location"] == "/settings/shops/second"
    assert Shop.objects.get(code="second").country == "DE"


# -- people ------------------------------------------------------------------------


def test_a_new_person_gets_a_link_that_is_shown_once(page_as, mona, client):
    browser = page_as(mona)
    page = browser.post("/settings/people/new", PERSON | {"username": "nia", "leads": ["after-sales"]})
    nia = User.objects.get(username="nia")

    assert page.status_code == 200
    assert f"/password/{nia.pk}/" in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert f"/password/{nia.pk}/" not in browser.get(f"/settings/people/{nia.pk}").text
    assert nia.memberships.get().is_lead


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"username": "amy"}, "There is an account of this name"),
        ({"username": "Ämy"}, "small letters"),
        ({"role": "admin"}, "Select a valid choice"),
        ({"teams": ["others"]}, "Select a valid choice"),
        ({"teams": []}, "Choose at least one team"),
        ({"teams": ["night"], "leads": ["after-sales"]}, "choose the team too"),
    ],
)
def test_a_person_that_cannot_be_is_refused(page_as, mona, night, change, says):
    page = page_as(mona).post("/settings/people/new", PERSON | {"username": "nia"} | change)

    assert page.status_code == 422
    assert says in page.text
    assert not User.objects.filter(username="nia").exists()


def test_a_person_is_changed_closed_opened_and_reset(page_as, ada, amy):
    browser, path = page_as(ada), f"/settings/people/{amy.pk}"
    browser.post(path, PERSON | {"role": "finance"})
    amy.refresh_from_db()
    assert (amy.role, amy.name_zh) == ("finance", "尼娅")

    browser.post(f"{path}/deactivate")
    assert not User.objects.get(pk=amy.pk).is_active
    assert "/password/" in browser.post(f"{path}/reactivate").text
    assert "/password/" in browser.post(f"{path}/reset").text
    assert browser.post(f"{path}/promote").status_code == 404


def test_a_person_of_ones_own_rank_or_of_strangers_too_is_shown_but_closed(page_as, mona, ada, kim):
    browser = page_as(mona)
    for person in (ada, kim):
        path = f"/settings/people/{person.pk}"
        page = browser.get(path)
        assert page.status_code == 200
        assert "You cannot change this account" in page.text
        assert "others" not in page.text.replace("add others", "")
        assert browser.post(path, PERSON).status_code == 403
        assert browser.post(f"{path}/reset").status_code == 403
        assert browser.post(f"{path}/deactivate").status_code == 403


def test_people_are_found_by_name_in_pages(page_as, mona, stage):
    from tests.factories import new_user  # noqa: PLC0415 - beside its only use

    for number in range(60):
        add_member(stage.team, new_user(f"p{number:02}", "agent", "", f"Person {number}"))
    browser = page_as(mona)
    first = browser.get("/settings/people").text
    assert 'rel="next"' in first
    following = first.partition('rel="next" href="?')[2].partition('"')[0]
    assert "p59" in browser.get(f"/settings/people?{following}").text

    found = browser.get("/settings/people", {"q": "Person 59"}).text
    assert "p59" in found
    assert "p58" not in found
    assert browser.get("/settings/people", {"cursor": "nonsense"}).status_code == 302


def test_the_people_page_asks_no_more_for_more_people(page_as, mona, django_assert_num_queries):
    browser = page_as(mona)
    with django_assert_num_queries(7):  # session, person, places, people, memberships, shops, notices
        browser.get("/settings/people")
    Membership.objects.exclude(user=mona).delete()
    with django_assert_num_queries(7):
        browser.get("/settings/people")


# -- teams ------------------------------------------------------------------------


def test_a_team_is_formed_and_changed(page_as, mona):
    browser = page_as(mona)
    typed = {"name_zh": "夜班", "name_en": "Night", "shops": ["demo"], "stages": ["communicate"]}
    assert (
        browser.post("/settings/teams/new", typed | {"code": "night"})["Location"] == "/settings/teams/night"
    )
    assert browser.post("/settings/teams/new", typed | {"code": "night"}).status_code == 422
    assert browser.post("/settings/teams/new", typed | {"code": "new"}).status_code == 422
    browser.post("/settings/teams/night", typed | {"name_en": "Late", "stages": ["communicate", "resolve"]})

    team = Team.objects.get(code="night")
    assert (team.name_en, team.stages) == ("Late", ["communicate", "resolve"])


def test_a_shared_team_is_shown_without_the_others_shops(page_as, mona, stage):
    both = [stage.shop, stage.other_shop]
    create_team(by=SYSTEM, code="both", name_zh="合", name_en="Both", shops=both, stages=["resolve"])
    browser = page_as(mona)

    assert "Other" not in browser.get("/settings/teams").text
    page = browser.get("/settings/teams/both")
    assert "not yours to settle" in page.text
    assert "Other" not in page.text
    typed = {"name_zh": "x", "name_en": "x", "shops": ["demo"], "stages": ["communicate"]}
    assert browser.post("/settings/teams/both", typed).status_code == 403


# -- keys -------------------------------------------------------------------------


def test_a_key_is_issued_shown_once_replaced_and_revoked(page_as, mona):
    browser = page_as(mona)
    page = browser.post("/settings/keys", KEY)
    token = page.text.partition('value="ask_')[2].partition('"')[0]
    key = ApiKey.objects.get()
    assert (key.scopes, key.shop.code, page["Cache-Control"]) == (
        ["tickets:read"],
        "demo",
        "private, no-store",
    )
    assert Api(f"ask_{token}").get("/tickets").status_code == 200
    assert token not in browser.get("/settings/keys").text

    assert 'value="ask_' in browser.post(f"/settings/keys/{key.pk}/rotate").text
    refused = browser.post(f"/settings/keys/{key.pk}/rotate")
    assert refused.status_code == 409
    assert "Two keys are live" in refused.text
    browser.post(f"/settings/keys/{key.pk}/revoke")
    assert Api(f"ask_{token}").get("/tickets").status_code == 401
    assert browser.post(f"/settings/keys/{key.pk}/polish").status_code == 404


@pytest.mark.parametrize("change", [{"scopes": []}, {"scopes": ["all"]}, {"shop": "other"}, {"label": ""}])
def test_a_key_that_cannot_be_is_refused(page_as, mona, change):
    assert page_as(mona).post("/settings/keys", KEY | change).status_code == 422
    assert not ApiKey.objects.exists()
