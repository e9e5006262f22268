"""Keep what a customer answers: once, and once more for the questions that a low score opens."""

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import db_now, now
from aftersales.errors import NotPossible
from aftersales.events.actors import CUSTOMER, Actor
from aftersales.events.log import record_event
from aftersales.versions.registry import compiled
from staff.models import User
from surveys.models import Invitation, InvitationState, Response
from surveys.questions import is_low, score_of, split_typed
from tickets.actions.telling import tell
from tickets.models import Ticket


@transaction.atomic
def answer_survey(invitation, *, by=None, answers):
    """Keep the answers, end the invitation, and tell those responsible of a low score.

    Of any number of submits at the same moment one wins; the others meet `already_answered`.
    """
    ticket, invitation = _lock(invitation)
    if invitation.state == InvitationState.ANSWERED:
        raise NotPossible(_("You have answered already. Thank you!"), code="already_answered")
    if invitation.state != InvitationState.SENT or invitation.is_expired:
        raise NotPossible(_("This survey is closed."), code="survey_closed")
    questionnaire = compiled(invitation.questionnaire_id).content
    chosen, comment = split_typed(questionnaire, answers)
    response = Response.objects.create(
        invitation=invitation,
        shop_id=invitation.shop_id,
        answers=chosen,
        score=score_of(questionnaire, chosen),
        comment=comment,
        answered_at=db_now(),  # the database's clock: shops read on by it, and must not miss one
    )
    invitation.state = InvitationState.ANSWERED
    invitation.save(update_fields=["state"])
    data = {"survey": questionnaire.code, "score": response.score}
    record_event(invitation, "survey.answer", by=by or customer_of(ticket), data=data, text=comment)
    if is_low(questionnaire, chosen):
        _tell_of_low_score(ticket, response)
    return response


@transaction.atomic
def complete_survey(invitation, *, by=None, answers):
    """Add the answers to what a low score asks further; a second time changes nothing and is refused."""
    ticket, invitation = _lock(invitation)
    response = Response.objects.select_for_update().get(invitation=invitation)
    if response.completed_at or invitation.is_expired:
        raise NotPossible(_("You have answered already. Thank you!"), code="already_answered")
    questionnaire = compiled(invitation.questionnaire_id).content
    chosen, comment = split_typed(questionnaire, answers)
    response.answers = {**response.answers, **chosen}
    response.comment = "\n".join(filter(None, (response.comment, comment)))
    response.completed_at = now()
    response.save(update_fields=["answers", "comment", "completed_at"])
    data = {"survey": questionnaire.code, "answers": chosen}
    record_event(invitation, "survey.complete", by=by or customer_of(ticket), data=data, text=comment)
    return response


def customer_of(ticket):
    """Whoever holds the link answers as the ticket's customer; a ticket may have none that we know."""
    if ticket.customer_id:
        return Actor.customer(ticket.customer)
    return Actor(CUSTOMER, "", shop_id=ticket.shop_id)


def _lock(invitation):
    ticket = Ticket.objects.lock(invitation.ticket_id)
    return ticket, Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)


def _tell_of_low_score(ticket, response):
    """The person who had the request and the leads of its team, as far as they still serve the shop."""
    leads = User.objects.filter(memberships__team=ticket.team_id, memberships__is_lead=True)
    people = User.objects.filter(pk=ticket.assignee_id) | User.objects.filter(pk__in=leads.values("pk"))
    serving = [person for person in people.filter(is_active=True) if ticket.shop_id in person.shop_ids()]
    key, data = f"survey-low-{response.pk}", {"score": response.score}
    tell(ticket, serving, "survey.low_score", key=key, data=data)
