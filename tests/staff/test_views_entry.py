"""Signing in, passwords, and the sessions that end with them."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from staff.actions import add_person
from staff.links import password_link
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "an entirely new one"


def sign_in(client, username="amy", password=PASSWORD, **extra):
    return client.post("/login/?next=/account", {"username": username, "password": password}, **extra)


@pytest.fixture
def path(settings):
    """The path of a link to choose a password."""
    return lambda person: password_link(person).removeprefix(settings.SITE_URL)


# -- signing in ---------------------------------------------------------------------


def test_signing_in_leads_back_and_begins_a_new_session(client, amy):
    client.get("/login/")
    client.session["planted"] = 1
    client.session.save()
    before = client.session.session_key
    response = sign_in(client, "AMY")

    assert (response.status_code, response["Location"]) == (302, "/account")
    assert client.session.session_key != before
    assert client.session[SESSION_KEY] == str(amy.pk)


def test_another_site_is_no_place_to_be_led_to(client, amy):
    response = client.post(
        "/login/", {"username": "amy", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )

    assert "elsewhere" not in response["Location"]


def test_unknown_wrong_and_closed_get_the_same_answer(client, amy, wen, alike):
    type(wen).objects.filter(pk=wen.pk).update(is_active=False)
    pages = [
        alike(sign_in(client, name, word), f'value="{name}"')
        for name, word in (("amy", "wrong"), ("nobody", "wrong"), ("wen", PASSWORD))
    ]

    assert "do not match" in pages[0]
    assert pages[0] == pages[1] == pages[2]


def test_a_password_is_hashed_for_unknown_names_too(client, amy, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher  # noqa: PLC0415 - beside its only use

    hashed, encode = [], MD5PasswordHasher.encode

    def counting(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    for name in ("amy", "nobody"):
        sign_in(client, name, "wrong")

    assert hashed == ["wrong", "wrong"]


def test_after_ten_tries_even_the_right_password_waits(client, amy, advance_clock):
    answers = [sign_in(client, password="wrong") for _try in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    assert "1 try is left" in answers[8].text
    assert "the last try" in answers[9].text
    refused = sign_in(client)
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert "quarter of an hour" in refused.text

    advance_clock(minutes=15)
    assert sign_in(client).status_code == 302


def test_the_owner_signs_in_while_a_stranger_guesses(client, amy):
    for _try in range(12):
        sign_in(Client(), password="wrong", REMOTE_ADDR="198.51.100.7")

    assert sign_in(client).status_code == 302


def test_a_forged_forwarding_header_gives_no_new_tries(client, amy):
    for number in range(10):
        sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")

    assert sign_in(client, HTTP_X_FORWARDED_FOR="192.0.2.99").status_code == 429


def test_behind_a_proxy_of_ours_its_word_counts(client, amy, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(10):
        sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR=f"9.9.9.{number}, 192.0.2.1")

    assert sign_in(client, HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 429
    assert sign_in(client, HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 302


def test_success_forgets_the_tries_before(client, amy):
    for _round in range(2):
        for _try in range(9):
            sign_in(Client(), password="wrong")
        assert sign_in(Client()).status_code == 302


# -- passwords ---------------------------------------------------------------------


def test_a_new_password_ends_every_other_session(client, amy):
    other = Client()
    sign_in(other)
    sign_in(client)
    response = client.post(
        "/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )

    assert response.status_code == 302
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert sign_in(Client(), password=NEW).status_code == 302


def test_changing_a_password_is_told_without_it(client, amy, kinds):
    client.force_login(amy)
    client.post("/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert kinds(amy.stream) == ["user.choose_password"]


def test_a_link_opens_once(client, stage, ada, by, path):
    nia = add_person(by=by(ada), username="nia", name_en="Nia", role="agent", teams=[stage.team])
    link = path(nia)
    page = client.get(link)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert client.post(link, {"new_password1": "short", "new_password2": "short"}).status_code == 422
    assert client.post(link, {"new_password1": NEW, "new_password2": NEW}).status_code == 302

    assert client.get(link).status_code == 404
    assert sign_in(client, "nia", NEW).status_code == 302


def test_a_link_ends_after_an_hour_with_a_newer_one_and_with_the_account(
    client, amy, ada, by, path, advance_clock
):
    from staff.actions import deactivate_person, reset_password  # noqa: PLC0415 - beside its only use

    first = path(reset_password(amy, by=by(ada)))
    second = path(reset_password(amy, by=by(ada)))
    assert [client.get(link).status_code for link in (first, second)] == [404, 200]
    advance_clock(minutes=61)
    assert client.get(second).status_code == 404

    third = path(reset_password(amy, by=by(ada)))
    deactivate_person(amy, by=by(ada))
    assert client.get(third).status_code == 404


def test_no_other_token_opens(client, amy, bob, path):
    token = path(amy).rsplit("/", 1)[1]

    for pk, wrong in ((bob.pk, token), (amy.pk, token.upper()), (amy.pk, "0"), (amy.pk, "null"), (0, token)):
        assert client.get(f"/password/{pk}/{wrong}").status_code == 404
