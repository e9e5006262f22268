"""A deadline from outside: what a platform told the shop, to the second."""

from datetime import timedelta

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid
from tickets.actions.acting import ticket_action
from tickets.workflow import TICKET_WORKFLOW

FURTHEST = timedelta(days=366)


@ticket_action("set_deadline")
def set_deadline(ticket, *, by, due_at=None):
    """Keep by when the platform wants this ended, another time than before, or none any more."""
    moment = now()
    if due_at and due_at <= moment:
        raise Invalid(_("This time has passed already."), field="due_at")
    if due_at and due_at > moment + FURTHEST:
        raise Invalid(_("A deadline lies within a year."), field="due_at")
    told = due_at.isoformat() if due_at else ""
    return TICKET_WORKFLOW.take("set_deadline", ticket, by=by, deadline_at=due_at, data={"due_at": told})
