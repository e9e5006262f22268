"""Whole page or part, refusals in place, toasts, and what a visitor chooses about the look."""

import json

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.management import call_command
from django.http import Http404
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from aftersales.errors import Invalid, NotAllowed, NotPossible, Stale
from aftersales.web import look
from aftersales.web.design import design, samples
from aftersales.web.pages import refusal, safe_next, show, toast, went_well

PAGE, PART = "404.html", "parts/refusal.html"


@pytest.fixture
def ask():
    """A request as the middleware leaves it; keyword arguments become htmx's headers."""

    def build(method="get", data=None, cookies=None, **headers):
        request = getattr(RequestFactory(), method)("/tickets", data or {}, headers=headers)
        request.htmx = HtmxDetails(request)
        request.COOKIES.update(cookies or {})
        request._messages = CookieStorage(request)
        return request

    return build


def test_show_answers_with_the_page_and_varies_by_htmx(ask):
    response = show(ask(), PAGE, PART)

    assert "<!doctype html>" in response.text
    assert response["Vary"] == "HX-Request"


def test_show_answers_with_the_part_when_htmx_asks(ask):
    response = show(ask(HX_Request="true"), PAGE, PART, {"refusal": "Not now."}, events=["ticket.resolve"])

    assert "<html" not in response.text
    assert "Not now." in response.text
    assert json.loads(response["HX-Trigger"]) == {"ticket.resolve": True}


@pytest.mark.parametrize("header", ["HX_Boosted", "HX_History_Restore_Request"])
def test_show_answers_with_the_page_when_htmx_changes_pages(ask, header):
    assert "<!doctype html>" in show(ask(HX_Request="true", **{header: "true"}), PAGE, PART).text


@pytest.mark.parametrize(
    ("refused", "status"), [(NotPossible, 409), (Stale, 409), (NotAllowed, 403), (Invalid, 422)]
)
def test_a_refusal_is_shown_in_its_place_with_its_status(ask, refused, status):
    response = refusal(ask(HX_Request="true"), PAGE, PART, refused("The goods are on their way back."))

    assert response.status_code == status
    assert "The goods are on their way back." in response.text


def test_a_toast_rides_along_with_a_part(ask):
    request = ask(HX_Request="true")
    toast(request, "Label sent", undo="/undo/7", seconds=15)

    html = show(request, PAGE, PART).text

    assert 'hx-swap-oob="beforeend:#toasts"' in html
    assert 'data-toast="15"><span>Label sent</span>' in html
    assert 'action="/undo/7"' in html


def test_went_well_goes_back_without_scripts_and_stays_with_them(ask):
    plain = went_well(ask("post", {"next": "/tickets/7"}), "/queue")
    live = went_well(ask("post", HX_Request="true"), "/queue", events=["ticket.undo"])

    assert (plain.status_code, plain["Location"]) == (302, "/tickets/7")
    assert (live.status_code, live["HX-Trigger"]) == (200, '{"ticket.undo": true}')


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_next_never_leaves_the_site(ask, wanted):
    assert safe_next(ask("post", {"next": wanted}), "/queue") == "/queue"


@pytest.mark.parametrize(("wanted", "kept"), [("dark", "dark"), ("light", "light"), ("pink", "")])
def test_the_theme_is_kept_in_a_cookie(ask, wanted, kept):
    response = look.set_theme(ask("post", {"theme": wanted, "next": "/queue"}))

    assert response.cookies["theme"].value == kept
    assert response["Location"] == "/queue"


def test_a_chosen_theme_is_painted_by_the_server(ask):
    assert '<html lang="en" data-theme="dark">' in show(ask(cookies={"theme": "dark"}), PAGE, PART).text
    assert '<html lang="en">' in show(ask(cookies={"theme": "<b>"}), PAGE, PART).text


@pytest.mark.parametrize(
    ("view", "status"),
    [(look.bad_request, 400), (look.forbidden, 403), (look.not_found, 404), (look.server_error, 500)],
)
def test_a_failure_names_the_request(ask, view, status):
    request = ask()
    request.request_id = "a1b2"

    response = view(request)

    assert response.status_code == status
    assert "a1b2" in response.text


def test_the_components_page_is_for_staff_and_developers(ask, settings):
    request = ask()
    request.user = type("Visitor", (), {"is_authenticated": False})()

    with pytest.raises(Http404):
        design(request)
    assert samples()["form"].errors["amount"] == ["At most ¥263.67"]


def test_static_files_can_be_hashed_for_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert manifest["icons/sprite.svg"] != "icons/sprite.svg"
    assert "inter-latin." in (tmp_path / manifest["css/tokens.css"]).read_text()
