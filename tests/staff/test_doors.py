"""Deny first: every address of the desk is closed to strangers, but for those named here."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver

from aftersales.events.models import Event
from tests.factories import CAST, order_body, ticket_body

pytestmark = pytest.mark.django_db

# What a visitor without an account may ask for, and why.
PUBLIC = {
    "livez": "whoever watches the machine",
    "readyz": "whoever watches the machine",
    "login": "the door itself",
    "logout": "leads to the door",
    "setup": "opens by a printed token alone",
    "choose_password": "opens by a link alone",
    "survey": "opens by a customer's link alone",
    "set_language": "a visitor's own browser",
    "theme": "a visitor's own browser",
    "design": "the page of components, without data",
    "api_schema": "how to speak to the desk",
    "api_docs": "how to speak to the desk",
    "home": "leads to the queue, which asks who it is",
}
# Where everybody writes, auditors too: what is theirs alone.
OWN = {"password_change", "account", "issue_own_key", "inbox_read", "inbox_mute", "api_me"}
CLOSED = {401, 403, 404, 405}
UNREAD = {400, 415, 422}  # turned away for its shape, before anybody was asked; see the test after
READ_ONLY = ("audrey", "quinn")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301"
    "01001827a2c40000000049454e44ae426082"
)
ANYTHING = {"int": "1", "slug": "x", "str": "x", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def addresses(patterns=None, prefix=""):
    """[(name, route)] of the whole URLconf."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.name, route
        else:
            yield from addresses(pattern.url_patterns, route)


EVERY = sorted({(name or route, route) for name, route in addresses()})


@pytest.fixture
def path_of(stage, ticket):
    """A route with what is there in place of its parts, so that it is the door that answers."""
    key, _token = stage.issue(shop=stage.shop, label="ours")
    known = {
        "number": ticket.number,
        "code": "demo",
        "external_id": "O-1",
        "verb": "reply",
        "settings/people/<int:pk>": str(stage.amy.pk),
        "settings/keys/<int:pk>": str(key.pk),
    }

    def fill(route):
        def part(match):
            converter, _colon, name = match.group(1).rpartition(":")
            place = route[: match.end()]
            return known.get(place) or known.get(name) or ANYTHING.get(converter or "str", "x")

        return "/" + re.sub(r"<([^>]+)>", part, route).removeprefix("/")

    return fill


def methods(path, *more):
    """How one writes there: pages know POST alone."""
    return (*more, "post", "put", "patch", "delete") if path.startswith("/api/") else (*more, "post")


def is_closed(response):
    """Refused, or led to the door."""
    return response.status_code in CLOSED or (
        response.status_code == 302 and response["Location"].startswith("/login/")
    )


def test_every_public_address_exists():
    assert {name for name, _route in EVERY} >= set(PUBLIC)


def test_a_visitor_gets_nowhere_but_to_what_is_public(client, path_of):
    for name, route in EVERY:
        if name in PUBLIC:
            continue
        before, path = Event.objects.count(), path_of(route)
        for method in methods(path, "get"):
            response = getattr(client, method)(path)
            assert is_closed(response), (method, route, response.status_code)
        assert Event.objects.count() == before, route


def test_what_opens_by_a_token_stays_shut_without_it(client, path_of):
    for name, route in EVERY:
        if name in ("setup", "choose_password", "survey"):
            assert client.get(path_of(route)).status_code in (403, 404, 409), route
            assert client.post(path_of(route)).status_code in (403, 404, 409), route


# A POST that only looks: what would be, with nothing written.
PREVIEWS = {"api_eligibility", "api_preview"}


@pytest.mark.parametrize("name", READ_ONLY)
def test_who_only_reads_writes_nowhere(stage, path_of, page_as, api_as, name):
    """By page and by key alike: auditors and quality read."""
    browser, key = page_as(getattr(stage, name)), api_as(getattr(stage, name))
    for url_name, route in EVERY:
        if url_name in OWN or url_name in PUBLIC:
            continue
        before, path = Event.objects.count(), path_of(route)
        for method in methods(path):
            if path.startswith("/api/"):
                response = getattr(key.client, method)(path, "{}", "application/json")
            else:
                response = getattr(browser, method)(path)
            answers = CLOSED | UNREAD | ({200} if url_name in PREVIEWS else set())
            assert response.status_code in answers, (method, route, response.status_code)
        assert Event.objects.count() == before, route


@pytest.mark.parametrize("name", READ_ONLY)
def test_who_only_reads_writes_nothing_well_formed_either(stage, ticket, api_as, page_as, name):
    person = getattr(stage, name)
    key, browser, path = api_as(person), page_as(person), f"/tickets/{ticket.number}"
    photo = SimpleUploadedFile("a.png", PNG, "image/png")
    before = Event.objects.count()
    answers = [
        key.post(f"{path}/messages", {"author": "shop", "body": "x", "visibility": "internal"}),
        key.post("/tickets", ticket_body(external_id="R-1")),
        key.put("/orders/O-9", order_body()),
        key.put("/stock/MUG", {"quantity": 3}),
        key.upload(f"{path}/attachments", {"file": photo}),
        browser.post(f"{path}/attachments", {"file": photo}),
        browser.post(f"{path}/note", {"text": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert Event.objects.count() == before


def test_every_role_is_somewhere_in_these_tests():
    from staff.models import Role  # noqa: PLC0415 - needs the app registry

    assert {role for role, _zh, _en in CAST.values()} == set(Role.values)
