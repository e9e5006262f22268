"""What has breached and is still open, and what goes next: requests one by one, each with why it stands.

The wall shows both at once, so it finds them by the index of due times alone and reads their rows together.
"""

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from aftersales.web.times import when_text
from staff.models import Role
from tickets.models import NEVER, Hold, Sort, WaitingOn
from tickets.queries import queue
from tickets.queries.due_hours import HOUR

FIRST_TO_GO = 8
JUST_LATE = HOUR / 2  # what is late for longer is among the late, and no news
ON_THE_WALL = 8
HELD = Hold.objects.filter(ticket=OuterRef("pk"), released_at=None).order_by("-id").values("reason")[:1]


def on_the_wall(look, *, first=FIRST_TO_GO, late=ON_THE_WALL):
    """(what goes next, the oldest breaches, whether there are more of these)."""
    open_ones = look.tickets.order_by("next_due_at", "id").values_list("pk", flat=True)
    soonest = open_ones.filter(next_due_at__gte=look.at - JUST_LATE, next_due_at__lt=NEVER)
    soonest = list(soonest[:first]) if first else []
    oldest = list(open_ones.filter(next_due_at__lt=look.at)[: late + 1])
    shown = {*soonest, *oldest[:late]}
    rows = {ticket.pk: row(ticket) for ticket in read(look.tickets.filter(pk__in=shown))} if shown else {}
    return [[rows[pk] for pk in pks if pk in rows] for pks in (soonest, oldest[:late])] + [len(oldest) > late]


def late_rows(look, *, limit, cursor=""):
    """(rows, next cursor): the oldest breach first."""
    late = read(look.tickets.filter(next_due_at__lt=look.at))
    found, following = queue.ORDERS[Sort.DUE].page(late, limit=limit, cursor=cursor)
    return [row(ticket) for ticket in found], following


def read(tickets):
    return queue.with_row_parts(tickets).annotate(
        held=Subquery(HELD), asked=F("asked_at"), role=F("step_role")
    )


def row(ticket):
    return {**queue.row(ticket), "why": why(ticket)}


def why(ticket):
    """What it stands for, in a sentence: a hold's reason, an answer that is awaited, whose step is next."""
    if ticket.held:
        return _("On hold: %(reason)s") % {"reason": _(ticket.held)}
    if ticket.waiting_on == WaitingOn.CUSTOMER and ticket.asked:
        return _("The customer was asked: %(when)s") % {"when": when_text(ticket.asked)}
    if ticket.waiting_on not in (WaitingOn.US, WaitingOn.NOBODY):
        return _("Waits for: %(whom)s") % {"whom": ticket.get_waiting_on_display()}
    if ticket.role in Role.values and ticket.role != Role.AGENT:
        return _("The next step is done by: %(role)s") % {"role": Role(ticket.role).label}
    if not (ticket.assignee_zh or ticket.assignee_en):
        return _("Nobody has taken it")
    return _("Its next step is ours")
