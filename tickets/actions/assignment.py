"""Whose ticket it is, and who else must know."""

from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotPossible
from staff.actions import notify
from staff.models import Role
from staff.rosters import Roster
from tickets.actions.acting import ticket_action
from tickets.models import Priority
from tickets.workflow import TICKET_WORKFLOW

PRIORITIES = [Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT]


@ticket_action("take")
def take_ticket(ticket, *, by):
    """Make it mine, if nobody has it; of two at once, one gets it."""
    if ticket.assignee_id and ticket.assignee_id != by.id:
        raise NotPossible(
            _("%(name)s has this request.") % {"name": ticket.assignee.display_name}, code="taken"
        )
    return TICKET_WORKFLOW.take("take", ticket, by=by, assignee=by.user, data={"name": by.name})


@ticket_action("assign")
def assign_ticket(ticket, *, by, to):
    """Give it to somebody whose teams serve this shop; `to` None gives it back to the queue."""
    if to is not None and ticket.shop_id not in to.shop_ids():
        raise Invalid(_("%(name)s does not serve this shop.") % {"name": to.display_name}, field="to")
    event = TICKET_WORKFLOW.take(
        "assign", ticket, by=by, assignee=to, data={"name": to.display_name if to else _("nobody")}
    )
    if to is not None and to.pk != by.id:
        notify(
            [to],
            "assigned",
            key=f"assigned-{event.pk}",
            shop_id=ticket.shop_id,
            ticket_number=ticket.number,
            data={"by": by.name},
        )  # fmt: skip - one line less
    return event


@ticket_action("reassign")
def reassign_ticket(ticket, *, by, team=None, to=None, reason):
    """Hand it over to another team, to a person, or both, and say why; a team alone finds it in its queue."""
    if refused := nobody_named(ticket, by, team, to):
        raise refused
    if to is not None and ticket.shop_id not in to.shop_ids():
        raise Invalid(_("%(name)s does not serve this shop.") % {"name": to.display_name}, field="to")
    receiver = to or team
    told = {"name_zh": receiver.name_zh or receiver.name_en, "name_en": receiver.name_en or receiver.name_zh}
    event = TICKET_WORKFLOW.take(
        "reassign", ticket, by=by, assignee=to, team=team or ticket.team, data=told, text=reason
    )
    to_tell = [to] if to else Roster([ticket.shop_id], ()).leads(team.pk)
    notify(
        [person for person in to_tell if person.pk != by.id],
        "assigned" if to else "team_assigned",
        key=f"reassigned-{event.pk}",
        shop_id=ticket.shop_id,
        ticket_number=ticket.number,
        data={"by": by.name},
    )
    return event


def nobody_named(ticket, actor, team, to, reason=""):
    named = team is not None or to is not None
    return None if named else Invalid(_("Say to which team or to whom."), field="to")


@ticket_action("escalate")
def escalate_ticket(ticket, *, by, reason):
    """Raise the priority and tell the team's leads and the shop's supervisors why."""
    raised = PRIORITIES[min(PRIORITIES.index(Priority(ticket.priority)) + 1, len(PRIORITIES) - 1)]
    event = TICKET_WORKFLOW.take(
        "escalate", ticket, by=by, priority=raised, data={"priority": str(raised)}, text=reason
    )
    roster = Roster([ticket.shop_id], [Role.SUPERVISOR])
    supervisors = roster.of_role(Role.SUPERVISOR, team_id=None, shop_id=ticket.shop_id)
    notify(
        {*supervisors, *roster.leads(ticket.team_id)},
        "escalated",
        key=f"escalated-{event.pk}",
        shop_id=ticket.shop_id,
        ticket_number=ticket.number,
        data={"by": by.name},
    )  # fmt: skip - one line less
    return event
