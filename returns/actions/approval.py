"""Approve a request: how many units, whether they come back, and the label that follows."""

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotAllowed, NotPossible
from returns.actions.ledger import move_goods
from returns.actions.locking import lock_lines
from returns.actions.parcels import plan_parcel
from returns.models import Bucket
from returns.queries.eligibility import evaluate_ticket
from returns.queries.units import balance, units_of
from tickets.actions.acting import ticket_action
from tickets.actions.claims import release_units
from tickets.models import TicketLine
from tickets.policies import is_lead
from tickets.queries.runs import given_by_step
from tickets.workflow import TICKET_WORKFLOW


@ticket_action("approve")
def approve_ticket(ticket, *, by, lines=None, goods_back=None, note="", reason=""):
    """Authorise units (all that are claimed, when no line is named) and release the rest.

    With goods to come back the label and the expected parcel follow. What the policy denies, a lead
    may still allow, with a reason.
    """
    TICKET_WORKFLOW.check("approve", ticket, by=by)
    policy = evaluate_ticket(ticket)
    if policy.decision == "deny":
        refuse_unless_lead(ticket, policy, reason, by)
    if goods_back is None:
        goods_back = given_by_step(ticket, "approve").get("goods_back", policy.goods_required)
    order_lines = lock_lines(ticket)
    free = {unit.line: unit.free for unit in units_of(ticket).values()}
    wanted = quantities(free, lines)
    if goods_back:
        for line, quantity in wanted.items():
            refuse_undelivered(line, order_lines[line.order_line_id], quantity)
    data = {"goods_back": goods_back, "lines": {str(line.uid): n for line, n in wanted.items()}}
    event = TICKET_WORKFLOW.take(
        "approve", ticket, by=by, data=data, text=note or reason, goods_expected=goods_back
    )
    for line, quantity in wanted.items():
        authorise(line, quantity, goods_back, by=by)
        release_units(line, free[line] - quantity)
    if goods_back:
        coming = {line: quantity for line, quantity in wanted.items() if quantity}
        plan_parcel(ticket, coming, by=by, freight_payer=policy.freight_payer, cause=event)
    return event


def refuse_unless_lead(ticket, policy, reason, by):
    """The policy's no stands, unless a lead overrules it and says why."""
    if not is_lead(by, ticket):
        raise NotAllowed(
            _("The policy does not allow this: %(why)s A supervisor may, with a reason.")
            % {"why": policy.why},
            code="policy_denies",
        )
    if not reason.strip():
        raise Invalid(
            _("The policy does not allow this: %(why)s Say why it is approved anyway.") % {"why": policy.why},
            field="reason",
            code="policy_denies",
        )


def quantities(free, lines):
    """{line: units to authorise} for every line of the request; a line that is not named gets none."""
    given = None if lines is None else {row["line"].pk: row["quantity"] for row in lines}
    wanted = {line: left if given is None else given.get(line.pk, 0) for line, left in free.items()}
    for line, quantity in wanted.items():
        left = free[line]
        if quantity > left:
            raise Invalid(
                _("%(sku)s: %(wanted)s to approve, %(left)s asked for.")
                % {"sku": line.order_line.sku, "wanted": quantity, "left": left},
                field="lines",
                code="quantity_not_available",
            )
    if not any(wanted.values()):
        raise NotPossible(_("There is nothing to approve in this request."))
    return wanted


def refuse_undelivered(line, order_line, quantity):
    """Only what the customer has can come back: delivered, and not with us or settled already."""
    with_others = (
        (
            TicketLine.objects.filter(order_line=order_line, ticket__goods_expected=True)
            .exclude(pk=line.pk)
            .aggregate(n=Sum(F("claimed")))["n"]
        )
        or 0
    )
    there = max(0, order_line.delivered + order_line.redelivered - order_line.consumed - with_others)
    if quantity > there:
        raise NotPossible(
            _(
                "%(sku)s: %(wanted)s to come back, but the customer has %(there)s. Approve without goods, or fewer."
            )
            % {"sku": order_line.sku, "wanted": quantity, "there": there},
            code="not_delivered",
            left=there,
        )


def authorise(line, quantity, goods_back, *, by):
    """Set what is authorised beside what is already here, and open the ledger for it."""
    line.authorised = line.received + quantity
    line.save(update_fields=["authorised"])
    if goods_back:
        # A request that was opened again may still have units here from the first time.
        known = balance(line, Bucket.CUSTOMER)
        move_goods(line, max(0, quantity - known), Bucket.OUTSIDE, Bucket.CUSTOMER, by=by)
        move_goods(line, max(0, known - quantity), Bucket.CUSTOMER, Bucket.OUTSIDE, by=by)
