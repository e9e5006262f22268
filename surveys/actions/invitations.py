"""Schedule, take back, send and hand out the one invitation of a ticket."""

import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.log import record_event, record_events
from aftersales.mail.actions import queue_mail
from aftersales.mail.letters import letter
from aftersales.versions.registry import current
from surveys.links import derive, digest_of, url_of
from surveys.models import Invitation, InvitationState
from surveys.policies import may_hand_out
from tickets.models import Status, Ticket

QUESTIONNAIRE = "csat_resolved"
OPEN_FOR = timedelta(days=14)
FINISHED = (Status.RESOLVED, Status.CLOSED)


@transaction.atomic
def schedule_invitation(ticket, *, by, cause=None):
    """Make the invitation of a resolved ticket due, or a cancelled one due again; twice changes nothing.

    Test tickets get none. Without an address to write to nothing falls due, but the shop's own system
    can still fetch the link.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.is_test or ticket.status not in FINISHED:
        return None
    invitation = _lock(ticket)
    if invitation is None or invitation.state == InvitationState.CANCELLED:
        invitation = _schedule(invitation, ticket, by=by, cause=cause)
    return invitation


@transaction.atomic
def cancel_invitation(ticket, *, by, cause=None):
    """Take back what was not sent yet, unless the ticket was resolved again in the meantime."""
    ticket = Ticket.objects.lock(ticket.pk)
    invitation = _lock(ticket)
    if invitation and invitation.state == InvitationState.SCHEDULED and ticket.status not in FINISHED:
        _cancel(invitation, by=by, cause=cause)
    return invitation


@transaction.atomic
def hand_out_invitation(ticket, *, by):
    """Give the shop's system the invitation, to send by its own means: that counts as sent, no mail follows.

    Returns (invitation, whether this call sent it).
    """
    ticket = Ticket.objects.lock(ticket.pk)
    if not may_hand_out(by, ticket):
        raise NotAllowed(_("Only the shop's own system and team leads may fetch a survey's link."))
    invitation = _lock(ticket)
    if invitation is None or invitation.state in (InvitationState.SCHEDULED, InvitationState.CANCELLED):
        if ticket.status not in FINISHED:
            raise NotPossible(_("Ask how it went once the request is resolved."))
        if invitation is None or invitation.state == InvitationState.CANCELLED:
            invitation = _schedule(invitation, ticket, by=by)
        _mark_sent(invitation, is_mailed=False)
        invitation.save()
        record_event(invitation, "survey.invite", by=by, data={"via": "shop"})
        return invitation, True
    return invitation, False


def send_invitations(invitations):
    """Fired by the drain, which holds the tickets' and the rows' locks: mail and new state commit together.

    What the drain finds may be older than the ticket: one that was reopened takes its invitation back,
    one that was resolved again starts its delay anew.
    """
    tickets = Ticket.objects.select_related("shop").in_bulk({i.ticket_id for i in invitations})
    by, sent = Actor.system("surveys"), []
    for invitation in invitations:
        ticket = tickets[invitation.ticket_id]
        if ticket.status not in FINISHED:
            _cancel(invitation, by=by)
        elif (due := _due_at(ticket)) > now():
            invitation.next_try_at = due
        else:
            _mark_sent(invitation, is_mailed=True)
            _write_to_customer(invitation, ticket)
            sent.append((invitation, {"via": "mail"}))
    Invitation.objects.bulk_update(
        invitations,
        ["state", "next_try_at", "last_error", "sent_at", "expires_at", "is_mailed", "token_digest"],
    )
    if sent:
        record_events(sent, "survey.invite", by=by)


def _lock(ticket):
    """The ticket's invitation, locked after the ticket as in every action; None if there is none yet."""
    return Invitation.objects.select_for_update(of=("self",)).filter(ticket=ticket).first()


def _schedule(invitation, ticket, *, by, cause=None):
    """Write the row anew from what the ticket is now; the questionnaire's version is pinned here."""
    invitation = invitation or Invitation(uid=uuid.uuid4(), ticket=ticket, shop_id=ticket.shop_id)
    invitation.questionnaire_id = current("survey", QUESTIONNAIRE, ticket.shop_id).id
    invitation.token_digest = digest_of(derive(invitation.uid))
    invitation.language, invitation.to = ticket.language, _address(ticket)
    invitation.state = InvitationState.SCHEDULED
    invitation.next_try_at = _due_at(ticket) if invitation.to else None
    invitation.attempts, invitation.last_error, invitation.dead_at = 0, "", None
    invitation.created_at = invitation.created_at or now()
    invitation.save()
    record_event(invitation, "survey.schedule", by=by, cause=cause)
    return invitation


def _cancel(invitation, *, by, cause=None):
    invitation.state, invitation.next_try_at = InvitationState.CANCELLED, None
    invitation.save(update_fields=["state", "next_try_at"])
    record_event(invitation, "survey.cancel", by=by, cause=cause)


def _mark_sent(invitation, *, is_mailed):
    """The days to answer run from here; the digest is taken anew, should the secret key have changed."""
    invitation.state, invitation.next_try_at, invitation.last_error = InvitationState.SENT, None, ""
    invitation.sent_at = now()
    invitation.expires_at = invitation.sent_at + OPEN_FOR
    invitation.is_mailed = is_mailed
    invitation.token_digest = digest_of(derive(invitation.uid))


def _write_to_customer(invitation, ticket):
    written = letter(
        "survey_invitation",
        invitation.language,
        {
            "shop": ticket.shop,
            "number": ticket.number,
            "url": url_of(invitation),
            "days": OPEN_FOR.days,
            "stars": range(1, 6),
        },
    )
    queue_mail(
        key=f"survey-{invitation.uid}",
        shop_id=invitation.shop_id,
        to=invitation.to,
        language=invitation.language,
        ticket_number=ticket.number,
        **written,
    )


def _due_at(ticket):
    return ticket.resolved_at + timedelta(minutes=ticket.shop.survey_delay_minutes)


def _address(ticket):
    """Where the customer can be written to: what this request names, else what the shop knows; or nothing."""
    known = [ticket.contact.get("email"), ticket.customer.email if ticket.customer_id else ""]
    return next((address for address in known if _is_address(address)), "")


def _is_address(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
