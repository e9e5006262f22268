"""Asking for the second pair of eyes: who is told that a proposal waits for them, until it is decided."""

from aftersales.events.telling import names_of
from returns.policies import APPROVERS, ASKED
from returns.queries.words import told
from staff.actions import take_back_notices
from staff.models import User
from tickets.actions.telling import tell


def proposer_of(resolution):
    """Who asks, in both languages where it was a person."""
    person = resolution.proposed_by
    return names_of(person, "by") if person is not None else {"by": resolution.proposed_by_name}


def ask_approvers(resolution):
    """Put the proposal into the inbox of those whose turn it is, once the customer's yes is there.

    Where a shop has nobody of that level but the proposer, whoever else may decide is asked.
    """
    if not resolution.approver_role or resolution.awaits_customer:
        return
    others = approvers(resolution).exclude(pk=resolution.proposed_by_id)
    people = others.filter(role__in=ASKED[resolution.approver_role]) or others
    data = told(resolution) | proposer_of(resolution)
    tell(resolution.ticket, people, "approval", key=matter_of(resolution), data=data)


def stop_asking(resolution):
    """It is decided: nobody is asked any more."""
    if resolution.approver_role:
        take_back_notices(approvers(resolution), matter_of(resolution))


def approvers(resolution):
    roles, shop = APPROVERS[resolution.approver_role], resolution.ticket.shop_id
    return User.objects.filter(role__in=roles, is_active=True, teams__shops=shop).distinct()


def matter_of(resolution):
    return f"approval-{resolution.uid}"
