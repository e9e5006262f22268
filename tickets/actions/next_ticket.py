"""The next request of a person: the most urgent that they may and can do, given to nobody else meanwhile."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed
from aftersales.events.log import record_event
from aftersales.events.telling import doer
from staff.models import Role
from tickets.actions.assignment import take_ticket
from tickets.models import HandOut
from tickets.policies import is_staff
from tickets.queries.own_steps import my_steps

HELD_FOR = timedelta(minutes=15)
MOST_TRIES = 20


@transaction.atomic
def take_next(tickets, *, by, passing=""):
    """The most urgent of these requests whose next step is this person's, or None; `passing` is left out.

    An agent gets the request itself; whoever does a step of somebody else's request gets the step for a while.
    Rows that others hold are passed over, never waited for, so the order of locks is nobody's concern.
    """
    if not is_staff(by, None):
        raise NotAllowed(_("Only people who work requests get a next one."))
    candidates = tickets.filter(my_steps(by)).exclude(held_by_another(by)).exclude(number=passing)
    passed = []
    for _try in range(MOST_TRIES):
        nearest = candidates.exclude(pk__in=passed).order_by("next_due_at", "id")
        found = nearest.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if found is None:
            return None
        if (given := give(found, by)) is not None:
            return given
        passed.append(found.pk)
    return None


def held_by_another(by):
    live = HandOut.objects.filter(ticket=OuterRef("pk"), step_code=OuterRef("step_code"), until__gt=now())
    return Exists(live.exclude(user=by.id))


def give(ticket, by):
    """Make the locked request, or its next step, this person's; None when another got the step just before.

    Which the search could not see: its statement began before the other's hand-out was committed.
    """
    if ticket.assignee_id == by.id:
        return ticket
    if by.role == Role.AGENT:
        return take_ticket(ticket, by=by)
    held = HandOut.objects.filter(ticket=ticket).first()
    is_live = held is not None and held.step_code == ticket.step_code and held.until > now()
    if is_live and held.user_id != by.id:
        return None
    HandOut.objects.update_or_create(
        ticket=ticket,
        defaults={"user_id": by.id, "step_code": ticket.step_code, "until": now() + HELD_FOR},
    )
    if not is_live:
        record_event(ticket, "ticket.hand_out", by=by, data=doer(by))
    return ticket
