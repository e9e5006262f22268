"""Sending falls due once, with its mail in the same transaction; handing out counts as sent."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from aftersales import due
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.mail.models import OutgoingMail
from surveys.actions import hand_out_invitation
from surveys.links import url_of
from surveys.models import Invitation, InvitationState
from tests.surveys.conftest import finish
from tickets.actions.moves import reopen_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What the end of a process looks like to a transaction."""


def test_nothing_is_sent_before_its_hour(scheduled, drain, advance_clock):
    advance_clock(minutes=58)
    drain()

    scheduled.refresh_from_db()
    assert scheduled.state == InvitationState.SCHEDULED
    assert mail.outbox == []


def test_when_due_the_customer_is_asked_once(scheduled, drain, advance_clock, kinds_of):
    advance_clock(minutes=61)
    drain()
    drain()

    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.is_mailed, scheduled.next_try_at) == ("sent", True, None)
    assert scheduled.expires_at == scheduled.sent_at + timedelta(days=14)
    assert kinds_of(scheduled) == ["survey.schedule", "survey.invite"]
    assert [message.to for message in mail.outbox] == [["wang@example.com"]]


def test_the_mail_is_in_the_customers_language_with_the_link_in_both_parts(invitation):
    message, url = mail.outbox[0], url_of(invitation)
    html = message.alternatives[0].content

    assert re.search("[一-鿿]", message.subject)
    assert url in message.body
    assert url in html
    assert message.extra_headers["Content-Language"] == "zh-hans"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_an_english_customer_is_written_to_in_english(ticket, leo, drain, advance_clock):
    Ticket.objects.filter(pk=ticket.pk).update(language="en")
    finish(ticket, leo)
    drain()
    advance_clock(minutes=61)
    drain()
    drain()

    message = mail.outbox[0]
    assert message.subject == f"How did we do with request {ticket.number}? · Greenleaf"
    assert "14 days" in message.body
    assert not re.search("[一-鿿]", message.body)


def test_a_shops_name_is_data_in_the_mail_and_never_markup(scheduled, shop, drain, advance_clock):
    shop.name_zh = "<b>{{ number }}</b>{% now 'Y' %} & 子"
    shop.save()
    advance_clock(minutes=61)
    drain()
    drain()

    message = mail.outbox[0]
    assert shop.name_zh in message.body
    assert (
        "&lt;b&gt;{{ number }}&lt;/b&gt;{% now &#x27;Y&#x27; %} &amp; 子" in message.alternatives[0].content
    )


def test_a_kill_while_sending_keeps_one_mail(scheduled, drain, advance_clock):
    advance_clock(minutes=61)
    kind = due.KINDS["survey"]

    def fire_and_die():
        with transaction.atomic():
            kind.fire(kind.claim(kind.find()))
            raise Killed

    with pytest.raises(Killed):
        fire_and_die()

    scheduled.refresh_from_db()
    assert (scheduled.state, OutgoingMail.objects.count()) == ("scheduled", 0)
    drain()
    drain()
    assert OutgoingMail.objects.count() == len(mail.outbox) == 1


def test_a_kill_between_claim_and_send_of_the_mail_keeps_one_mail(scheduled, drain, advance_clock):
    advance_clock(minutes=61)
    due.drain(due.KINDS["survey"])
    kind = due.KINDS["mail"]
    kind_without_sender = due.LeasedKind(OutgoingMail, name="killed", queue="mail", fire=lambda row: None)
    kind_without_sender.drain_once()

    assert due.drain(kind) == 0
    advance_clock(seconds=61)
    drain()
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [
        OutgoingMail.objects.get().message_id
    ]


def test_what_falls_due_on_a_reopened_request_is_taken_back(scheduled, resolved, leo, advance_clock):
    reopen_ticket(resolved, by=Actor.staff(leo), reason="It broke again")
    advance_clock(minutes=61)
    due.drain(due.KINDS["survey"])

    scheduled.refresh_from_db()
    assert scheduled.state == InvitationState.CANCELLED
    assert not OutgoingMail.objects.exists()


def test_what_falls_due_on_a_request_resolved_again_waits_its_delay_anew(
    scheduled, resolved, leo, advance_clock
):
    reopened = reopen_ticket(resolved, by=Actor.staff(leo), reason="It broke again")
    advance_clock(minutes=50)
    again = finish(reopened, leo)
    advance_clock(minutes=11)
    due.drain(due.KINDS["survey"])

    scheduled.refresh_from_db()
    assert scheduled.state == InvitationState.SCHEDULED
    assert scheduled.next_try_at == again.resolved_at + timedelta(minutes=60)


def test_the_shops_system_gets_the_invitation_and_no_mail_follows(
    scheduled, shop_key, drain, advance_clock, kinds_of
):
    invitation, was_sent = hand_out_invitation(scheduled.ticket, by=Actor.shop(shop_key[0]))
    advance_clock(hours=2)
    drain()

    assert was_sent
    assert (invitation.state, invitation.is_mailed) == ("sent", False)
    assert mail.outbox == []
    assert kinds_of(invitation) == ["survey.schedule", "survey.invite"]


def test_handing_out_makes_the_invitation_when_there_is_none_yet(resolved, shop_key):
    invitation, was_sent = hand_out_invitation(resolved, by=Actor.shop(shop_key[0]))

    assert was_sent
    assert invitation == Invitation.objects.get(ticket=resolved)


def test_handing_out_what_was_mailed_changes_nothing(invitation, shop_key, kinds_of):
    same, was_sent = hand_out_invitation(invitation.ticket, by=Actor.shop(shop_key[0]))

    assert not was_sent
    assert (same.sent_at, same.is_mailed) == (invitation.sent_at, True)
    assert kinds_of(same).count("survey.invite") == 1


def test_an_open_request_has_no_survey_to_hand_out(ticket, shop_key):
    with pytest.raises(NotPossible, match="once the request is resolved"):
        hand_out_invitation(ticket, by=Actor.shop(shop_key[0]))


def test_those_whose_work_is_judged_do_not_get_the_link(resolved, amy, audrey, wen):
    for person in (amy, audrey, wen):
        with pytest.raises(NotAllowed):
            hand_out_invitation(resolved, by=Actor.staff(person))


def test_another_shops_key_does_not_get_the_link(resolved, stage):
    key, _token = stage.issue(shop=stage.other_shop, label="stranger")

    with pytest.raises(NotAllowed):
        hand_out_invitation(resolved, by=Actor.shop(key))
