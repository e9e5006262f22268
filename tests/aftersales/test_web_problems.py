"""Whatever goes wrong in the API is a problem with a stable code and a sentence, and never a stack trace."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions

from aftersales import errors
from aftersales.web.problems import explain, flatten
from tests.factories import order_body

pytestmark = pytest.mark.django_db

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def with_sqlstate(error, code):
    error.__cause__ = type("Driver", (Exception,), {"pgcode": code})()
    return error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.NotAllowed("no"), 403, "not_allowed"),
        (errors.NotPossible("no"), 409, "not_possible"),
        (errors.NotPossible("no", code="order_has_claims"), 409, "order_has_claims"),
        (errors.Invalid("no", field="to"), 422, "invalid"),
        (errors.Stale("no"), 412, "stale_version"),
        (errors.BadRequest("no"), 400, "malformed"),
        (errors.TooLarge("no"), 413, "too_large"),
        (errors.InProgress("no"), 409, "idempotency_in_progress"),
        (exceptions.NotAuthenticated(), 401, "unauthorised"),
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("x/y"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=3), 429, "rate_limited"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (RequestDataTooBig(), 413, "too_large"),
        (SuspiciousOperation(), 400, "malformed"),
        (IntegrityError(), 409, "conflict"),
        (OperationalError(), 503, "busy"),
        (InterfaceError(), 503, "busy"),
        (with_sqlstate(DatabaseError(), "57014"), 503, "busy"),
        (DatabaseError("secret table"), 500, "internal"),
        (ZeroDivisionError("secret"), 500, "internal"),
    ],
)
def test_every_error_has_its_status_and_code(error, status, code):
    response = explain(error, {})

    assert (response.status_code, response.data["code"]) == (status, code)
    assert set(response.data) >= MEMBERS
    assert response.data["status"] == status
    assert response.content_type == "application/problem+json"
    assert "secret" not in str(response.data)


@pytest.mark.parametrize(
    "error", [errors.InProgress("no"), OperationalError(), exceptions.Throttled(wait=0.2)]
)
def test_what_is_worth_a_retry_says_when(error):
    assert explain(error, {})["Retry-After"] == "1"


def test_a_wrong_value_is_pointed_at():
    assert explain(errors.Invalid("Nobody.", field="to"), {}).data["errors"] == [
        {"pointer": "/to", "detail": "Nobody.", "code": "invalid"}
    ]


def test_what_a_client_can_use_stands_beside():
    assert explain(errors.NotPossible("no", left=2), {}).data["left"] == 2


def test_nested_errors_are_walked_to_pointers():
    nested = {"lines": [{}, {"quantity": ["Too small."]}], "non_field_errors": ["All of it."]}

    assert [(row["pointer"], row["detail"]) for row in flatten(nested)] == [
        ("/lines/1/quantity", "Too small."),
        ("/", "All of it."),
    ]


def test_several_wrong_values_are_all_told(api):
    lines = [{"external_id": "1", "sku": "", "quantity": 0, "unit_price_minor": -1, "paid_minor": 1}]
    answer = api.put("/orders/O-9", order_body(lines=lines, currency="XXQ"))

    assert answer.status_code == 422
    assert {row["pointer"] for row in answer.json()["errors"]} == {
        "/currency",
        "/lines/0/sku",
        "/lines/0/quantity",
        "/lines/0/unit_price_minor",
    }


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "There is nothing here, or it is not yours."),
        ("zh-CN,zh;q=0.9", "这里没有内容，或不属于您。"),
    ],
)
def test_the_sentence_is_in_the_callers_language(api, language, sentence):
    answer = api.get("/tickets/A26-NOSUCH", accept_language=language)

    assert answer.json()["detail"] == sentence


def test_a_problem_names_the_request(api):
    answer = api.get("/tickets/A26-NOSUCH", x_request_id="req-1")

    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer["X-Request-Id"] == "req-1"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"subject": "\\u0000"}',
        b'{"subject": "\\ud800"}',
        b"\xff\xfe",
        b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_a_body_that_means_nothing_is_a_400(api, body):
    answer = api.client.post("/api/v1/tickets", body, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), answer.content


def test_a_body_over_the_limit_is_a_413(api):
    answer = api.post("/tickets", {"message": "x" * 2_700_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_without_a_key_nothing_is_told(client):
    answer = client.get("/api/v1/tickets")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer["WWW-Authenticate"].startswith("Bearer")
