"""What surveys does when a request is resolved or begins again; each twice, with one result."""

from datetime import timedelta

import pytest

from aftersales.events.actors import Actor
from aftersales.events.models import Event
from aftersales.versions.registry import current_id
from surveys.handlers import ask_how_it_went, wait_until_it_is_over
from surveys.models import Invitation, InvitationState
from tests.surveys.conftest import finish
from tickets.actions.moves import close_ticket, reopen_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def event_of(ticket, kind):
    return Event.objects.filter(stream=ticket.stream, kind=kind).latest("seq")


def reopen(ticket, leo):
    return reopen_ticket(ticket, by=Actor.staff(leo), reason="It broke again")


def test_resolving_schedules_one_invitation_after_the_shops_delay(resolved, drain, kinds_of):
    drain()

    invitation = Invitation.objects.get(ticket=resolved)
    assert invitation.state == InvitationState.SCHEDULED
    assert invitation.next_try_at == resolved.resolved_at + timedelta(minutes=60)
    assert invitation.to == "wang@example.com"
    assert invitation.language == resolved.language
    assert invitation.questionnaire_id == current_id("survey", "csat_resolved", resolved.shop_id)
    assert kinds_of(resolved) == ["survey.schedule"]


def test_the_handler_run_twice_makes_one_invitation(scheduled, resolved, kinds_of):
    ask_how_it_went(event_of(resolved, "ticket.resolve"))

    assert Invitation.objects.count() == 1
    assert kinds_of(resolved) == ["survey.schedule"]


def test_what_scheduling_is_part_of_is_told_as_its_cause(scheduled, resolved):
    resolve, schedule = event_of(resolved, "ticket.resolve"), event_of(resolved, "survey.schedule")

    assert schedule.cause_id == resolve.pk
    assert (schedule.actor_kind, schedule.actor_name) == ("system", "surveys")


def test_a_test_request_gets_no_invitation(ticket, leo, drain):
    Ticket.objects.filter(pk=ticket.pk).update(is_test=True)
    finish(ticket, leo)
    drain()

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["", "nobody", "a@b.example\nBcc: c@d.example"])
def test_nobody_to_write_to_leaves_an_invitation_that_never_falls_due(ticket, leo, drain, email):
    ticket.customer.email = email
    ticket.customer.save()
    finish(ticket, leo)
    drain()

    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.to, invitation.next_try_at) == ("scheduled", "", None)


def test_the_address_of_the_request_wins_over_the_customers(ticket, leo, drain):
    Ticket.objects.filter(pk=ticket.pk).update(contact={"email": "gift@example.com", "phone": ""})
    finish(ticket, leo)
    drain()

    assert Invitation.objects.get().to == "gift@example.com"


def test_reopening_takes_the_invitation_back_and_twice_is_once(scheduled, resolved, leo, drain, kinds_of):
    reopened = reopen(resolved, leo)
    drain()
    wait_until_it_is_over(event_of(reopened, "ticket.reopen"))

    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.next_try_at) == (InvitationState.CANCELLED, None)
    assert kinds_of(resolved) == ["survey.schedule", "survey.cancel"]


def test_resolving_again_schedules_the_same_row_anew(scheduled, resolved, leo, drain, advance_clock):
    reopened = reopen(resolved, leo)
    drain()
    advance_clock(hours=5)
    again = finish(reopened, leo)
    drain()

    row = Invitation.objects.get()
    assert row.pk == scheduled.pk
    assert row.state == InvitationState.SCHEDULED
    assert row.next_try_at == again.resolved_at + timedelta(minutes=60)


def test_what_was_sent_stays_sent_when_the_request_is_reopened(invitation, resolved, leo, drain):
    reopened = reopen(resolved, leo)
    drain()
    finish(reopened, leo)
    drain()

    invitation.refresh_from_db()
    assert invitation.state == InvitationState.SENT
    assert Invitation.objects.count() == 1


def test_a_late_cancel_leaves_the_invitation_of_the_next_resolve_alone(scheduled, resolved, leo):
    """Events may be worked off after the ticket moved on: its present state decides."""
    again = finish(reopen(resolved, leo), leo)
    wait_until_it_is_over(event_of(again, "ticket.reopen"))

    scheduled.refresh_from_db()
    assert scheduled.state == InvitationState.SCHEDULED


def test_a_late_invite_of_a_reopened_request_makes_none(resolved, leo):
    reopen(resolved, leo)
    ask_how_it_went(event_of(resolved, "ticket.resolve"))

    assert not Invitation.objects.exists()


def test_closing_keeps_the_invitation(scheduled, resolved, leo, drain):
    close_ticket(resolved, by=Actor.staff(leo))
    drain()

    scheduled.refresh_from_db()
    assert scheduled.state == InvitationState.SCHEDULED
