"""How each request of the demo got to where the script has it: through the desk's own verbs."""

from staff.models import Role
from tickets.actions.moves import reject_ticket

REASON = {"zh": "经核实不符合补偿条件。", "en": "On checking, the conditions for compensation are not met."}


def carry(story):
    """Take the request to the script's status."""
    journey = JOURNEYS.get(story.row["status"])
    if journey:
        journey(story)


def turn_down(story):
    supervisor = story.staff(story.cast.first(Role.SUPERVISOR))
    story.ticket = reject_ticket(story.ticket, by=supervisor, reason=story.said(REASON))


# The script's words for where a request stands, on top of the desk's own stages and statuses.
JOURNEYS = {"rejected": turn_down}
