"""Everything that changes surveys. If it is not here, it does not happen."""

from surveys.actions.answers import answer_survey, complete_survey
from surveys.actions.invitations import (
    cancel_invitation,
    hand_out_invitation,
    schedule_invitation,
    send_invitations,
)

__all__ = [
    "answer_survey",
    "cancel_invitation",
    "complete_survey",
    "hand_out_invitation",
    "schedule_invitation",
    "send_invitations",
]
