"""What the ticket page shows of surveys."""

from staff.masking import sees_conversation
from surveys.models import Invitation
from tickets.registry import panel


@panel("surveys/invitation", order=90)
def invitation(ticket, actor):
    """Whether the customer was asked, and what they answered; the link itself is never shown."""
    if ticket.resolved_at is None and not ticket.reopen_count:
        return None  # only who had an answer is asked
    found = Invitation.objects.select_related("response").filter(ticket=ticket).first()
    if found is None:
        return None
    response = getattr(found, "response", None)
    return {"invitation": found, "response": response, "shows_comment": sees_conversation(actor)}
