"""Tokens: long, bound to their purpose and to the secret key, and never stored."""

import uuid
from types import SimpleNamespace

import pytest
from django.utils.crypto import salted_hmac

from aftersales.errors import NotPossible
from surveys.links import derive, digest_of, is_well_formed, token_of, url_of


@pytest.fixture
def row():
    uid = uuid.uuid4()
    return SimpleNamespace(uid=uid, token_digest=digest_of(derive(uid)))


def test_tokens_are_256_bits_and_all_differ():
    tokens = {derive(uuid.uuid4()) for _ in range(2000)}

    assert len(tokens) == 2000
    assert all(is_well_formed(token) and len(token) == 43 for token in tokens)


def test_a_token_of_another_purpose_is_another_token(row):
    other = salted_hmac("tickets.portal", row.uid.hex, algorithm="sha256").hexdigest()

    assert digest_of(other) != row.token_digest


@pytest.mark.parametrize("token", ["", " ", "0", "null", "[]", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + "\n"])
def test_what_cannot_be_a_token_is_not_one(token):
    assert not is_well_formed(token)


def test_the_link_stands_on_the_configured_site(row, settings):
    settings.SITE_URL = "https://desk.example.com"

    assert url_of(row) == f"https://desk.example.com/s/{derive(row.uid)}"


def test_a_replaced_secret_key_still_shows_the_link_while_it_is_kept(row, settings):
    token, old = token_of(row), settings.SECRET_KEY
    settings.SECRET_KEY = "another key, long enough to be one"
    settings.SECRET_KEY_FALLBACKS = [old]

    assert token_of(row) == token


def test_a_link_under_a_forgotten_secret_key_is_refused(row, settings):
    settings.SECRET_KEY = "another key, long enough to be one"

    with pytest.raises(NotPossible, match="secret key"):
        token_of(row)
