"""Whose turn it is: the steps that wait on a role, and those that wait on one person."""

from django.db.models import Q

from staff.models import Role
from tickets.models import WaitingOn
from tickets.policies import LEADS

OURS = (WaitingOn.US, WaitingOn.WAREHOUSE)
AGENT_STEPS = ("", Role.AGENT, "system")


def steps_of_role(actor):
    """What waits on anybody of this role: for agents what nobody has yet, for leads what needs a yes."""
    if actor.role == Role.AGENT:
        pool = Q(assignee=None, step_role__in=AGENT_STEPS)
    elif actor.role in LEADS:
        pool = Q(step_role=actor.role) | Q(step_role=Role.SUPERVISOR, step_kind="approve")
    else:
        pool = Q(step_role=actor.role)
    return Q(waiting_on__in=OURS) & pool


def own_steps(actor):
    """What waits on this person, because they have the request."""
    roles = {Role.AGENT: AGENT_STEPS}.get(actor.role, ("", actor.role))
    own = Q(assignee=actor.id, waiting_on__in=OURS)
    return own if actor.role in LEADS else own & Q(step_role__in=roles)


def my_steps(actor):
    return own_steps(actor) | steps_of_role(actor)
