"""What a step of approval is about: the proposal that waits behind it, and who may settle it how."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.money import format_money
from returns.models import ResolutionState
from returns.queries.possible import resolutions_of
from returns.workflow import RESOLUTION_WORKFLOW
from staff import masking
from staff.models import Role
from tickets.registry import Matter, awaited_approver, step_matter

SETTLES = {"approve_resolution": "approve", "accept_proposal": "accept"}  # verb -> step of the proposal


@step_matter("approve")
def proposal_behind(ticket, actor):
    """The first proposal that this person may settle, else the first that waits for others."""
    waiting = [one for one in resolutions_of(ticket) if one.state == ResolutionState.PROPOSED]
    if not waiting:
        return None
    found = [(one, settling_verb(one, actor)) for one in waiting]
    proposal, verb = next((pair for pair in found if pair[1]), found[0])
    return Matter(
        told=sentence_about(proposal, actor),
        why=proposal.reason,
        verb=verb,
        beside=("decline_resolution",) if may(proposal, "decline", actor) else (),
        given={"resolution": proposal.uid},
        awaits="" if verb else awaited_by(proposal),
    )


@awaited_approver
def approver_awaited(ticket):
    """The level of the first proposal that has the customer's yes, or needs none."""
    waiting = ticket.resolutions.filter(state=ResolutionState.PROPOSED).order_by("id")
    return next((one.approver_role for one in waiting if not one.awaits_customer), "")


def settling_verb(proposal, actor):
    return next((verb for verb, step in SETTLES.items() if may(proposal, step, actor)), "")


def may(proposal, step, actor):
    return RESOLUTION_WORKFLOW.refusal(RESOLUTION_WORKFLOW.transitions[step], proposal, actor) is None


def awaited_by(proposal):
    return _("the customer") if proposal.awaits_customer else Role(proposal.approver_role).label


def sentence_about(proposal, actor):
    """Who proposes what, with its amount for those who see money."""
    told = {"name": proposal.proposer, "what": proposal.get_kind_display()}
    if not (proposal.amount_minor and masking.sees_money(actor)):
        return _("%(name)s proposes: %(what)s.") % told
    amount = format_money(proposal.amount_minor, proposal.currency, get_language() or "en")
    return _("%(name)s proposes: %(what)s, %(amount)s.") % {**told, "amount": amount}
