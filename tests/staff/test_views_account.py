"""One's own account: what everybody may, whatever their role."""

import pytest

from staff.models import ApiKey
from tests.clients import Api
from tests.factories import CAST

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", CAST)
def test_everybody_has_an_account_page(stage, page_as, name):
    page = page_as(getattr(stage, name)).get("/account")

    assert page.status_code == 200
    assert f">{name}<" in page.text


def test_choices_are_kept_and_seen_at_once(page_as, amy):
    client = page_as(amy)
    choices = {"language": "zh-hans", "theme": "dark", "muted_kinds": ["mention", "sla.warn"]}
    page = client.post("/account", choices, follow=True)

    amy.refresh_from_db()
    assert (amy.language, amy.theme, amy.has_shortcuts) == ("zh-hans", "dark", False)
    assert amy.muted_kinds == ["mention", "sla.warn"]
    assert 'lang="zh-Hans" data-theme="dark"' in page.text
    assert 'data-keys="off"' in page.text


def test_a_choice_that_there_is_not_is_refused(page_as, amy):
    page = page_as(amy).post("/account", {"language": "xx", "theme": "pink", "muted_kinds": ["x"]})

    assert page.status_code == 422
    amy.refresh_from_db()
    assert (amy.language, amy.theme, amy.muted_kinds) == ("", "", [])


def test_the_language_switch_also_changes_the_account_that_overrules_it(page_as, amy):
    client = page_as(amy)
    client.post("/account", {"language": "zh-hans"})
    client.post("/look/language", {"language": "en", "next": "/account"})
    assert '<html lang="en"' in client.get("/account").text

    client.post("/look/language", {"language": "fr", "next": "/account"})
    amy.refresh_from_db()
    assert amy.language == "en"


def test_the_language_switch_leaves_an_undecided_account_alone(page_as, amy):
    page_as(amy).post("/look/language", {"language": "zh-hans", "next": "/account"})

    amy.refresh_from_db()
    assert amy.language == ""


def test_an_own_key_is_shown_once_and_speaks_for_its_person(page_as, amy):
    client = page_as(amy)
    page = client.post("/account/keys", {"label": "script", "days": "30", "allowed_ips": ""})
    token = page.text.partition('value="ask_')[2].partition('"')[0]

    assert page["Cache-Control"] == "private, no-store"
    assert Api(f"ask_{token}").get("/tickets").status_code == 200
    assert token not in client.get("/account").text
    key = ApiKey.objects.get()
    assert (key.user, key.shop, key.scopes) == (amy, None, [])

    client.post(f"/account/keys/{key.pk}/revoke")
    assert Api(f"ask_{token}").get("/tickets").status_code == 401


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("allowed_ips", "203.0.113.0/24 nonsense", "“nonsense” is no address"),
        ("allowed_ips", "\n".join(f"10.0.0.{n}" for n in range(21)), "At most 20"),
        ("days", "9999", "Select a valid choice"),
        ("label", " ", "This field is required"),
    ],
)
def test_a_key_that_cannot_be_is_refused(page_as, amy, field, value, says):
    typed = {"label": "script", "days": "30", "allowed_ips": "", field: value}
    page = page_as(amy).post("/account/keys", typed)

    assert page.status_code == 422
    assert says in page.text
    assert not ApiKey.objects.exists()


def test_addresses_are_kept_as_networks(page_as, amy):
    ips = "203.0.113.7/24, 10.0.0.1\n10.0.0.1 2001:db8::1"
    page_as(amy).post("/account/keys", {"label": "script", "days": "30", "allowed_ips": ips})

    assert ApiKey.objects.get().allowed_ips == ["203.0.113.0/24", "10.0.0.1", "2001:db8::1"]


def test_anothers_key_is_not_there(page_as, stage, amy, leo, ada):
    key, _token = stage.issue(user=leo, label="his")

    assert page_as(amy).post(f"/account/keys/{key.pk}/revoke").status_code == 404
    assert page_as(ada).post(f"/account/keys/{key.pk}/revoke").status_code == 404
    key.refresh_from_db()
    assert key.is_live
