"""/me: one's own account over REST."""

import pytest

from staff.models import Digest

pytestmark = pytest.mark.django_db


def test_one_reads_ones_own_account(api_as, amy):
    me = api_as(amy).get("/me").json()

    assert (me["username"], me["role"], me["shops"], me["teams"]) == (
        "amy",
        "agent",
        ["demo"],
        ["after-sales"],
    )
    assert (me["muted_kinds"], me["digest_hour"]) == ([], None)


def test_the_hour_of_the_digest_is_chosen_and_given_up(api_as, amy):
    chosen = api_as(amy).patch("/me", {"digest_hour": 8, "muted_kinds": ["sla.warn"]})

    assert (chosen.status_code, chosen.json()["digest_hour"]) == (200, 8)
    assert Digest.objects.get().user == amy
    amy.refresh_from_db()
    assert amy.muted_kinds == ["sla.warn"]

    assert api_as(amy).patch("/me", {"digest_hour": None}).json()["digest_hour"] is None
    assert not Digest.objects.exists()


def test_a_kind_is_muted_once(api_as, amy):
    twice = api_as(amy).patch("/me", {"muted_kinds": ["sla.warn", "mention", "sla.warn"]})

    assert twice.json()["muted_kinds"] == ["mention", "sla.warn"]


def test_what_is_left_out_stays(api_as, amy):
    api_as(amy).patch("/me", {"digest_hour": 8, "theme": "dark"})

    me = api_as(amy).patch("/me", {"language": "en"}).json()

    assert (me["digest_hour"], me["theme"], me["language"]) == (8, "dark", "en")


@pytest.mark.parametrize(
    "body",
    [
        {"digest_hour": 24},
        {"digest_hour": "soon"},
        {"muted_kinds": ["payday"]},
        {"muted_kinds": ["mention"] * 1000},
        {"theme": "pink"},
        {"role": "admin"},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(api_as, amy, body):
    answer = api_as(amy).patch("/me", {**body, "has_shortcuts": False})

    assert answer.status_code in (400, 422)
    amy.refresh_from_db()
    assert amy.has_shortcuts


def test_a_shops_key_has_no_account(api):
    assert api.get("/me").status_code == 403
    assert api.patch("/me", {"digest_hour": 8}).status_code == 403


def test_without_a_key_there_is_nothing(client):
    assert client.get("/api/v1/me").status_code == 401
