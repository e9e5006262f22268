"""The checks of surveys/sql: nothing breaks them, and each finds what does."""

import re

import pytest
from django.conf import settings
from django.db import connection

from aftersales.mail.models import OutgoingMail
from surveys.actions import answer_survey
from surveys.models import Invitation, Response

pytestmark = pytest.mark.django_db

SQL = (settings.BASE_DIR / "surveys" / "sql" / "invariants.sql").read_text(encoding="utf-8")
CHECKS = dict(re.findall(r"-- name: (\w+)\n(.*?);", SQL, re.DOTALL))


def broken():
    """The names of the checks that find something."""
    found = []
    with connection.cursor() as cursor:
        for name, query in CHECKS.items():
            cursor.execute(query)
            if cursor.fetchall():
                found.append(name)
    return found


def test_a_whole_life_breaks_nothing(invitation):
    assert broken() == []
    answer_survey(invitation, answers={"overall": 1, "solved": "solved"})

    assert broken() == []


def test_a_lost_mail_is_found(invitation):
    OutgoingMail.objects.all().delete()

    assert broken() == ["mailed_invitation_has_one_mail"]


def test_an_answered_invitation_without_an_answer_is_found(invitation):
    Invitation.objects.update(state="answered")

    assert broken() == ["answered_has_its_response"]


def test_an_answer_that_was_not_recorded_is_found(invitation):
    Invitation.objects.update(state="answered")
    Response.objects.create(
        invitation=invitation, shop_id=invitation.shop_id, answers={}, answered_at=invitation.sent_at
    )

    assert broken() == ["every_answer_has_its_event"]
