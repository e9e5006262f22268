"""Whose ticket it is, and who else must know."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from aftersales.events.telling import doer, in_both, names_of
from staff.models import Role
from staff.rosters import Roster
from tickets.actions.acting import ticket_action
from tickets.actions.telling import tell
from tickets.models import HandOver, Priority
from tickets.workflow import TICKET_WORKFLOW

PRIORITIES = [Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT]


@ticket_action("take")
def take_ticket(ticket, *, by):
    """Make it mine, if nobody has it; of two at once, one gets it."""
    if ticket.assignee_id and ticket.assignee_id != by.id:
        raise NotPossible(
            _("%(name)s has this request.") % {"name": ticket.assignee.display_name}, code="taken"
        )
    return TICKET_WORKFLOW.take("take", ticket, by=by, assignee=by.user, data=doer(by))


@ticket_action("assign")
def assign_ticket(ticket, *, by, to, note=""):
    """Give it to somebody whose teams serve this shop; `to` None gives it back to the queue.

    A note stands on top of the ticket until whoever has it then says that they have read it.
    """
    if to is not None and ticket.shop_id not in to.shop_ids():
        raise Invalid(_("%(name)s does not serve this shop.") % {"name": to.display_name}, field="to")
    event = TICKET_WORKFLOW.take("assign", ticket, by=by, assignee=to, data=given_to(to), text=note)
    leave_note(ticket, note, by=by)
    if to is not None:
        tell(ticket, [to], "assigned", key=f"assigned-{event.pk}", by=by)
    return event


@ticket_action("reassign")
def reassign_ticket(ticket, *, by, team=None, to=None, reason):
    """Hand it over to another team, to a person, or both; a team alone finds it in its queue.

    Why is what whoever has it then is to know first.
    """
    if refused := nobody_named(ticket, by, team, to):
        raise refused
    if to is not None and ticket.shop_id not in to.shop_ids():
        raise Invalid(_("%(name)s does not serve this shop.") % {"name": to.display_name}, field="to")
    event = TICKET_WORKFLOW.take(
        "reassign",
        ticket,
        by=by,
        assignee=to,
        team=team or ticket.team,
        data={
            **names_of(to or team),
            "team_id": team.pk if team else ticket.team_id,
            "person_id": to and to.pk,
        },
        text=reason,
    )
    leave_note(ticket, reason, by=by)
    to_tell = [to] if to else Roster([ticket.shop_id], ()).leads(team.pk)
    tell(
        ticket, to_tell, "assigned" if to else "team_assigned", key=f"reassigned-{event.pk}", by=by
    )  # fmt: skip - one line less
    return event


def nobody_named(ticket, actor, team, to, reason=""):
    named = team is not None or to is not None
    return None if named else Invalid(_("Say to which team or to whom."), field="to")


def given_to(person):
    named = names_of(person) if person is not None else in_both("name", gettext_lazy("nobody"))
    return {**named, "person_id": person and person.pk}


def leave_note(ticket, note, *, by):
    """The newest note is the one to read; an older one that nobody read stays in the history."""
    if not note.strip() or not by.is_person:
        return
    close_notes(ticket)
    HandOver.objects.create(ticket=ticket, author=by.user, note=note.strip(), created_at=now())


def close_notes(ticket):
    ticket.hand_overs.filter(read_at=None).update(read_at=now())


@ticket_action("read_hand_over")
def read_hand_over(ticket, *, by):
    """The assignee knows what the one before wanted them to know."""
    event = TICKET_WORKFLOW.take("read_hand_over", ticket, by=by)
    close_notes(ticket)
    return event


@ticket_action("escalate")
def escalate_ticket(ticket, *, by, reason):
    """Raise the priority and tell the team's leads and the shop's supervisors why."""
    raised = PRIORITIES[min(PRIORITIES.index(Priority(ticket.priority)) + 1, len(PRIORITIES) - 1)]
    event = TICKET_WORKFLOW.take(
        "escalate", ticket, by=by, priority=raised, data={"priority": str(raised)}, text=reason
    )
    roster = Roster([ticket.shop_id], [Role.SUPERVISOR])
    supervisors = roster.of_role(Role.SUPERVISOR, team_id=None, shop_id=ticket.shop_id)
    people = {*supervisors, *roster.leads(ticket.team_id)}
    tell(ticket, people, "escalated", key=f"escalated-{event.pk}", by=by)
    return event
