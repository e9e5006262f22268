"""The due rows of surveys: invitations."""

from aftersales import due
from surveys.actions import send_invitations
from surveys.models import Invitation
from tickets.models import Ticket

# A batch holds its tickets' locks while it writes the mails, so it stays small.
due.register(
    due.DueKind(
        Invitation,
        name="survey",
        queue="surveys",
        fire=send_invitations,
        owner=(Ticket, "ticket_id"),
        batch=100,
    )
)
