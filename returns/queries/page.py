"""What the request's page and the choice of a resolution show of goods and money."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from returns.models import Inspection, ResolutionKind
from returns.queries.eligibility import evaluate_ticket
from returns.queries.money import approver_role, refund_sum
from returns.queries.possible import being_resolved, seen_units, units_are_free
from staff import masking
from staff.models import Role
from tickets.models import Resolution as Wish

KINDS = (
    ResolutionKind.REPAIR,
    ResolutionKind.EXCHANGE,
    ResolutionKind.REFUND,
    ResolutionKind.RESHIP,
    ResolutionKind.RETURN_AS_IS,
)
NEEDS_GOODS_HERE = (ResolutionKind.REPAIR, ResolutionKind.RETURN_AS_IS)


def goods_of(ticket):
    """Parcels, counters and findings, or None for a request that has none of them."""
    parcels = sorted(ticket.parcels.all(), key=lambda parcel: parcel.pk)
    if not (ticket.goods_expected or parcels):
        return None
    found = Inspection.objects.filter(ticket_line__ticket=ticket).select_related("ticket_line__order_line")
    units = seen_units(ticket)
    return {
        "parcels": parcels,
        "authorised": sum(unit.line.authorised for unit in units),
        "received": sum(unit.line.received for unit in units),
        "inspected": sum(unit.line.inspected for unit in units),
        "inspections": found.order_by("id"),
    }


def refund_of_all(ticket):
    """What a refund of everything that is free would come to, or None."""
    wanted = {unit.line: unit.free for unit in seen_units(ticket) if unit.free}
    return refund_sum(ticket.order, wanted) if wanted else None


@dataclass(frozen=True)
class Option:
    """One thing that could be done for the customer, beside the others."""

    kind: str
    name: str
    refused: str  # why not, in a sentence
    decision: str
    clauses: tuple
    approval: str
    amount_minor: int = 0
    is_wish: bool = False


def options_for(ticket, actor):
    """The resolutions side by side: whether possible, what the policy says, who would have to approve."""
    found = refund_of_all(ticket) if masking.sees_money(actor) else None
    return [option(ticket, actor, kind, found) for kind in KINDS]


def option(ticket, actor, kind, found):
    wish = wish_of(ticket, kind)
    policy = evaluate_ticket(ticket, wish) if wish else None
    is_refund = kind == ResolutionKind.REFUND
    return Option(
        kind=str(kind),
        name=str(ResolutionKind(kind).label),
        refused=refusal_of(ticket, kind),
        decision=policy.decision if policy else "",
        clauses=tuple(policy.explanation) if policy else (),
        approval=approval_of(ticket, found, actor) if is_refund else "",
        amount_minor=found.amount_minor if is_refund and found else 0,
        is_wish=wish == ticket.requested_resolution,
    )


def wish_of(ticket, kind):
    """What a customer would have asked for; sending back as it is nobody asks for."""
    if kind == ResolutionKind.REFUND:
        return Wish.RETURN if ticket.goods_expected else Wish.REFUND_ONLY
    return None if kind == ResolutionKind.RETURN_AS_IS else Wish(kind)


def refusal_of(ticket, kind):
    if kind in NEEDS_GOODS_HERE and not any(unit.free_here for unit in seen_units(ticket)):
        return _("The goods are not here.")
    return being_resolved(ticket) or units_are_free(ticket)


def approval_of(ticket, found, actor):
    if found is None:
        return ""
    role = approver_role(ticket.shop_id, found.amount_minor, found.currency, actor)
    return Role(role).label if role else ""
