"""Answers are kept once; a low score is told to those who can put it right."""

import pytest

from aftersales.errors import NotPossible
from aftersales.events.models import Event
from staff.models import Notification
from surveys.actions import answer_survey, complete_survey
from surveys.models import InvitationState, Response
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

HAPPY = {"overall": 5, "solved": "solved", "comment": "谢谢", "service_attitude": None}
UNHAPPY = {"overall": 2, "solved": "partly", "comment": ""}


def test_an_answer_is_kept_with_its_score_and_ends_the_invitation(invitation, kinds_of):
    response = answer_survey(invitation, answers=HAPPY)

    response.refresh_from_db()
    invitation.refresh_from_db()
    assert response.answers == {"overall": 5, "solved": "solved"}
    assert (response.score, response.comment) == (5, "谢谢")
    assert invitation.sent_at <= response.answered_at <= invitation.expires_at
    assert invitation.state == InvitationState.ANSWERED
    assert kinds_of(invitation)[-1] == "survey.answer"


def test_the_event_tells_the_score_and_keeps_the_words_apart(invitation):
    answer_survey(invitation, answers=HAPPY)

    event = Event.objects.get(stream=invitation.stream, kind="survey.answer")
    assert event.data == {"survey": "csat_resolved", "score": 5}
    assert event.private.text == "谢谢"
    assert bytes(event.commitment)
    assert (event.actor_kind, event.actor_id) == ("customer", invitation.ticket.customer_id)


def test_a_second_answer_is_refused_and_changes_nothing(invitation, kinds_of):
    answer_survey(invitation, answers=HAPPY)
    with pytest.raises(NotPossible, match="already") as refused:
        answer_survey(invitation, answers=UNHAPPY)

    assert refused.value.code == "already_answered"
    assert Response.objects.get().score == 5
    assert kinds_of(invitation).count("survey.answer") == 1


def test_an_expired_survey_takes_no_answer(invitation, advance_clock):
    advance_clock(days=14, seconds=1)

    with pytest.raises(NotPossible, match="closed"):
        answer_survey(invitation, answers=HAPPY)


def test_a_survey_that_was_not_sent_takes_no_answer(scheduled):
    with pytest.raises(NotPossible, match="closed"):
        answer_survey(scheduled, answers=HAPPY)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (HAPPY, False),
        ({"overall": 3, "solved": "partly"}, False),
        (UNHAPPY, True),
        ({"overall": 1, "solved": "not_solved"}, True),
        ({"overall": 4, "solved": "not_solved"}, True),
    ],
)
def test_a_low_score_is_told_to_the_assignee_and_the_lead(invitation, amy, leo, answers, told):
    Ticket.objects.filter(pk=invitation.ticket_id).update(assignee=amy)
    answer_survey(invitation, answers=answers)

    notices = Notification.objects.filter(kind="survey.low_score")
    assert {notice.user for notice in notices} == ({amy, leo} if told else set())
    assert all(notice.ticket_number == invitation.ticket.number for notice in notices)


def test_a_low_score_of_an_unassigned_request_is_told_to_the_lead_alone(invitation, leo):
    Ticket.objects.filter(pk=invitation.ticket_id).update(assignee=None)
    answer_survey(invitation, answers=UNHAPPY)

    assert [notice.user for notice in Notification.objects.filter(kind="survey.low_score")] == [leo]


def test_who_left_is_not_told(invitation, amy, leo, bob):
    """bob no longer serves this shop, leo no longer works here."""
    Ticket.objects.filter(pk=invitation.ticket_id).update(assignee=bob)
    leo.is_active = False
    leo.save()
    answer_survey(invitation, answers=UNHAPPY)

    assert not Notification.objects.filter(kind="survey.low_score").exists()


def test_what_a_low_score_asks_further_is_added_once(invitation, kinds_of):
    answer_survey(invitation, answers=UNHAPPY | {"comment": "太慢"})
    complete_survey(invitation, answers={"low_reason": ["slow", "repeat"], "contact": "agree"})
    with pytest.raises(NotPossible, match="already"):
        complete_survey(invitation, answers={"low_reason": ["other"], "contact": "decline"})

    response = Response.objects.get()
    assert response.answers["low_reason"] == ["slow", "repeat"]
    assert response.answers["overall"] == 2
    assert response.comment == "太慢"
    assert kinds_of(invitation)[-2:] == ["survey.answer", "survey.complete"]
