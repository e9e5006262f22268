"""What a shop's system reads and fetches."""

import pytest
from django.utils import timezone

from surveys.models import Invitation
from surveys.queries import settled_before
from tests.clients import Api
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(invitation):
    from surveys.actions import answer_survey  # noqa: PLC0415 - needs the app registry

    return answer_survey(invitation, answers={"overall": 2, "solved": "solved", "comment": "太慢了"})


def test_answers_are_listed_with_what_they_belong_to(api, answered, invitation):
    body = api.get("/survey-responses").json()

    row = body["results"][0]
    assert body["next"] is None
    assert row["ticket"] == invitation.ticket.number
    assert row["questionnaire"] == {"code": "csat_resolved", "number": invitation.questionnaire.number}
    assert (row["score"], row["comment"], row["language"]) == (2, "太慢了", "zh-hans")
    assert row["answers"] == {"overall": 2, "solved": "solved"}


def test_answered_after_reads_on(api, answered):
    seen = api.get("/survey-responses").json()["results"][0]["answered_at"]

    assert api.get("/survey-responses", {"answered_after": seen}).json()["results"] == []
    assert (
        len(api.get("/survey-responses", {"answered_after": "2020-01-01T00:00:00Z"}).json()["results"]) == 1
    )


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"answered_after": "yesterday"}, 422, "invalid"),
        ({"answered_before": "2020-01-01T00:00:00Z"}, 400, "unknown_filter"),
        ({"limit": "0"}, 400, "bad_limit"),
        ({"cursor": "nonsense"}, 400, "bad_cursor"),
    ],
)
def test_what_is_not_understood_is_said(api, params, status, code):
    answer = api.get("/survey-responses", params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_shop_reads_no_answers_of_this_one(answered, stage):
    stranger = Api(stage.issue(shop=stage.other_shop, label="stranger")[1])

    assert stranger.get("/survey-responses").json()["results"] == []


def test_a_key_needs_the_scope(stage, answered):
    reader = Api(stage.issue(shop=stage.shop, label="orders only", scopes=["orders:read"])[1])

    assert reader.get("/survey-responses").json()["code"] == "scope_missing"
    assert reader.post(f"/tickets/{answered.invitation.ticket.number}/survey-invitations").status_code == 403


def test_people_read_answers_as_on_the_page(api_as, answered, amy, leo, bob):
    assert api_as(amy).get("/survey-responses").status_code == 403
    assert api_as(bob).get("/survey-responses").status_code == 403
    assert len(api_as(leo).get("/survey-responses").json()["results"]) == 1


def test_nothing_newer_than_a_running_write_is_read(db):
    assert settled_before() <= timezone.now()


def test_the_shop_fetches_a_link_that_opens_the_survey(api, resolved, visitor):
    answer = api.post(f"/tickets/{resolved.number}/survey-invitations")

    body = answer.json()
    assert answer.status_code == 201
    assert (body["ticket"], body["state"]) == (resolved.number, "sent")
    assert visitor.get(body["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_fetching_again_gives_the_same_link(api, resolved):
    first = api.post(f"/tickets/{resolved.number}/survey-invitations")
    second = api.post(f"/tickets/{resolved.number}/survey-invitations")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Invitation.objects.count() == 1


def test_a_test_request_gets_a_link_so_that_a_shop_can_try(api, resolved):
    Ticket.objects.filter(pk=resolved.pk).update(is_test=True)

    assert api.post(f"/tickets/{resolved.number}/survey-invitations").status_code == 201


def test_an_open_request_is_a_conflict(api, ticket):
    answer = api.post(f"/tickets/{ticket.number}/survey-invitations")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible")


def test_a_field_nobody_knows_is_refused(api, resolved):
    answer = api.post(f"/tickets/{resolved.number}/survey-invitations", {"channel": "sms"})

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")


def test_a_stranger_finds_no_request(resolved, stage, api_as, bob, amy, leo):
    path = f"/tickets/{resolved.number}/survey-invitations"
    stranger = Api(stage.issue(shop=stage.other_shop, label="stranger")[1])

    assert stranger.post(path).status_code == 404
    assert api_as(bob).post(path).status_code == 404
    assert api_as(amy).post(path).status_code == 403
    assert api_as(leo).post(path).status_code == 201
