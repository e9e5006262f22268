"""A deadline from outside: what a platform told the shop, to the second."""

from datetime import timedelta

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from tickets import sla
from tickets.actions.acting import ticket_action
from tickets.queries.clocks import clocks_with_surroundings
from tickets.queries.policies import facts_around, policy_of
from tickets.workflow import TICKET_WORKFLOW

FURTHEST = timedelta(days=366)


@ticket_action("set_deadline")
def set_deadline(ticket, *, by, due_at):
    """Keep by when the platform wants this ended, another time than before, or none any more.

    The same again changes nothing and is no event.
    """
    TICKET_WORKFLOW.check("set_deadline", ticket, by=by)
    if _to_the_second(due_at) == _to_the_second(ticket.deadline_at):
        return None
    if due_at:
        _refuse_time(due_at)
        _refuse_without_clock(ticket)
    told = due_at.isoformat() if due_at else ""
    return TICKET_WORKFLOW.take("set_deadline", ticket, by=by, deadline_at=due_at, data={"due_at": told})


def _to_the_second(at):
    """As a page shows it and sends it back."""
    return at and at.replace(microsecond=0)


def _refuse_time(due_at):
    moment = now()
    if due_at <= moment:
        raise Invalid(_("This time has passed already."), field="due_at")
    if due_at > moment + FURTHEST:
        raise Invalid(_("A deadline lies within a year."), field="due_at")


def _refuse_without_clock(ticket):
    """A deadline runs by a policy's levels: where no policy is, nobody would be warned."""
    clocks, around = clocks_with_surroundings(ticket)
    if any(clock.target == sla.PLATFORM and sla.is_open(clock) for clock in clocks):
        return
    policy, _why = policy_of(ticket.shop_id, around.policy_code, lambda: facts_around(ticket, around))
    if policy is None:
        raise NotPossible(
            _("No SLA policy is for this request, so nobody would be warned: give its category one first.")
        )
