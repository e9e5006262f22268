"""The box on the ticket page."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from aftersales.events.actors import Actor
from surveys.actions import answer_survey
from surveys.links import token_of
from surveys.panels import invitation as panel
from tickets.registry import PANELS

pytestmark = pytest.mark.django_db


def shown(ticket, user, language="en"):
    with translation.override(language):
        return render_to_string("surveys/_invitation.html", panel(ticket, Actor.staff(user)))


def test_the_panel_is_on_the_ticket_page():
    assert PANELS["surveys/invitation"].template == "surveys/_invitation.html"


def test_without_an_invitation_there_is_no_box(ticket, amy):
    assert panel(ticket, Actor.staff(amy)) is None


def test_what_is_to_come_is_said(scheduled, amy):
    assert "The customer is asked" in shown(scheduled.ticket, amy)
    assert "将邀请客户评价" in shown(scheduled.ticket, amy, "zh-hans")


def test_what_was_sent_is_said_and_the_link_is_not(invitation, amy):
    text = shown(invitation.ticket, amy)

    assert "no answer yet" in text
    assert token_of(invitation) not in text


def test_the_answer_is_shown_and_its_words_to_those_who_read_conversations(invitation, amy, wen):
    answer_survey(invitation, answers={"overall": 4, "solved": "solved", "comment": "<i>fine</i>"})

    assert "4 of 5" in shown(invitation.ticket, amy)
    assert "&lt;i&gt;fine" in shown(invitation.ticket, amy)
    assert "fine" not in shown(invitation.ticket, wen)
