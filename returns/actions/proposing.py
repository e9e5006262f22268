"""Propose what the customer gets: each kind of resolution, or a mix of them; what needs no approval goes on at once."""

from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.log import record_event
from returns.actions.approving import approve
from returns.actions.asking import ask_approvers
from returns.actions.locking import lock_lines, lock_order
from returns.actions.reserving import reserve_line, reserve_order
from returns.actions.settling import FAILED, set_hold
from returns.models import Resolution, ResolutionItem, ResolutionKind
from returns.policies import may_propose, may_send_back
from returns.queries.money import approver_role, refund_sum
from returns.queries.possible import being_resolved, nothing_free
from returns.queries.units import units_of
from returns.queries.words import told
from tickets.actions.acting import ticket_action
from tickets.models import Hold
from tickets.policies import any_of


@ticket_action("refund")
def propose_refund(ticket, *, by, lines=None, amount_minor=None, reason="", ask_customer=False):
    """Pay back units, by the running total of their line; less only with a reason, more never."""
    wanted = wanted_units(ticket, lines, by)
    return refund_units(ticket, wanted, by=by, amount_minor=amount_minor, reason=reason, ask=ask_customer)


def refund_units(ticket, wanted, *, by, amount_minor=None, reason="", ask=False):
    """Promise the money and propose the refund of {line: units}."""
    order_lines = lock_lines(ticket)
    found = refund_sum(lock_order(ticket), wanted, order_lines)
    amount = amount_to_pay(found, amount_minor, reason)
    shares = split(amount, found)
    for line, share in zip(found.lines, shares, strict=True):
        reserve_line(line.line, line.quantity, share)
    reserve_order(ticket.order, amount)
    items = [(line.line, line.quantity, share) for line, share in zip(found.lines, shares, strict=True)]
    return propose(
        ticket, ResolutionKind.REFUND, items, by=by, amount_minor=amount, currency=found.currency,
        reason=reason, ask=ask,
    )  # fmt: skip  # one line less


def amount_to_pay(found, amount_minor, reason):
    """The computed amount, or less with a reason; never more, never nothing."""
    if amount_minor is not None and amount_minor > found.amount_minor:
        raise Invalid(
            _("At most the computed amount can be paid back."),
            field="amount_minor",
            code="refund_not_available",
            most=found.amount_minor,
        )
    if amount_minor is not None and amount_minor < found.amount_minor and not reason.strip():
        raise Invalid(_("Say why less than the computed amount is paid back."), field="reason")
    amount = found.amount_minor if amount_minor is None else amount_minor
    if amount <= 0:
        raise NotPossible(_("Nothing is left to pay back for these goods."), code="refund_not_available")
    return amount


def split(amount, found):
    """The amount over the lines: each its own, the last ones less where there is less to give."""
    shares, left = [], amount
    for line in found.lines:
        share = min(line.amount_minor, left)
        shares.append(share)
        left -= share
    return shares


@ticket_action("exchange")
def propose_exchange(ticket, *, by, lines=None, sku="", reason="", ask_customer=False):
    """Other goods for these: the same SKU, unless another is named."""
    return one_by_one(ticket, ResolutionKind.EXCHANGE, lines, by=by, reason=reason, ask=ask_customer, sku=sku)


@ticket_action("reship")
def propose_reship(ticket, *, by, lines=None, reason="", ask_customer=False):
    """Send what never arrived, or not whole, once more."""
    return one_by_one(ticket, ResolutionKind.RESHIP, lines, by=by, reason=reason, ask=ask_customer)


@ticket_action("repair")
def propose_repair(ticket, *, by, lines=None, fault="", warranty="in", due_on=None, ask_customer=False):
    """Repair the customer's own goods, which are here and inspected."""
    refuse_absent(ticket)
    return one_by_one(
        ticket,
        ResolutionKind.REPAIR,
        lines,
        by=by,
        reason=fault,
        ask=ask_customer,
        warranty=warranty,
        due_on=due_on,
    )


@ticket_action("return_as_is")
def propose_return_as_is(ticket, *, by, lines=None, reason="", ask_customer=False):
    """Send the goods back as they are."""
    refuse_absent(ticket)
    wanted = wanted_units(ticket, lines, by, count="free_here")
    items = [(line, quantity, 0) for line, quantity in wanted.items()]
    return propose(ticket, ResolutionKind.RETURN_AS_IS, items, by=by, reason=reason, ask=ask_customer)


@ticket_action("compensate")
def propose_compensation(ticket, *, by, amount_minor, reason, ask_customer=False):
    """Money for the trouble, beside or instead of everything else; at most what the order's payments leave."""
    refuse_others(ticket, by)
    if ticket.order_id is None:
        raise NotPossible(_("There is no order to pay back on."))
    if not reason.strip():
        raise Invalid(_("Say what the compensation is for."), field="reason")
    lock_lines(ticket)
    order = lock_order(ticket)
    reserve_order(order, amount_minor)
    return propose(
        ticket, ResolutionKind.COMPENSATION, [], by=by, amount_minor=amount_minor, currency=order.currency,
        reason=reason, ask=ask_customer,
    )  # fmt: skip


@ticket_action("decide")
def decide_mix(ticket, *, by, lines, reason="", ask_customer=False):
    """Fix the mix: for each line how many units get which resolution, all proposed together or not at all."""
    refuse_others(ticket, by)
    mix = {}
    for row in lines:
        counts = mix.setdefault(row["resolution"], {})
        counts[row["line"]] = counts.get(row["line"], 0) + row["quantity"]
    event = None
    for kind, counts in mix.items():
        rows = [{"line": line, "quantity": quantity} for line, quantity in counts.items()]
        event = decide_one(ticket, kind, rows, by, reason, ask_customer) or event
    return event


def decide_one(ticket, kind, rows, by, reason, ask):
    """One kind of the mix."""
    if kind == ResolutionKind.REFUND:
        return refund_units(ticket, wanted_units(ticket, rows, by), by=by, reason=reason, ask=ask)
    if kind in (ResolutionKind.REPAIR, ResolutionKind.RETURN_AS_IS):
        refuse_absent(ticket)
    return one_by_one(ticket, kind, rows, by=by, reason=reason, ask=ask)


def one_by_one(ticket, kind, lines, *, by, reason="", ask=False, **details):
    """One resolution a line: each is shipped, repaired and told of by itself."""
    count = "free_here" if kind in (ResolutionKind.REPAIR, ResolutionKind.RETURN_AS_IS) else "free"
    event = None
    for line, quantity in wanted_units(ticket, lines, by, count=count).items():
        event = propose(
            ticket, kind, [(line, quantity, 0)], by=by, reason=reason, ask=ask, cause=event, **details
        )
    return event


def wanted_units(ticket, lines, by, *, count="free"):
    """{line: units} that are free to decide on; all of them when no line is named."""
    refuse_others(ticket, by, count)
    units = units_of(ticket)
    given = None if lines is None else {row["line"].pk: row["quantity"] for row in lines}
    wanted = {}
    for pk, unit in units.items():
        free = getattr(unit, count)
        quantity = free if given is None else given.get(pk, 0)
        if quantity > free:
            raise Invalid(
                _("%(sku)s: %(wanted)s wanted, %(left)s free to decide on.")
                % {"sku": unit.line.order_line.sku, "wanted": quantity, "left": free},
                field="lines",
                code="quantity_not_available",
            )
        if quantity:
            wanted[unit.line] = quantity
    if not wanted:
        raise NotPossible(nothing_free(units.values()))
    return wanted


def refuse_others(ticket, by, count="free"):
    allowed = any_of(may_propose, may_send_back) if count == "free_here" else may_propose
    if not allowed(by, ticket):
        raise NotAllowed(_("Your role may not propose this."))
    if not ticket.is_open:
        raise NotPossible(_("This request is finished. Open it again first."))
    if sentence := being_resolved(ticket):
        raise NotPossible(sentence)


def refuse_absent(ticket):
    if not ticket.goods_expected:
        raise NotPossible(_("The goods are not here. Approve the return first."))


def propose(
    ticket, kind, items, *, by, amount_minor=0, currency="", reason="", ask=False, cause=None, **details
):
    """Write a resolution with its items and hold the request for it; without need of a second person
    or the customer's yes it is approved in the same breath. Returns the event."""
    resolution = Resolution.objects.create(
        ticket=ticket,
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        approver_role=approver_role(ticket.shop_id, amount_minor, currency, by),
        reason=reason,
        details={
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in details.items()
            if value
        },
        needs_consent=ask,
        proposed_by=by.user,
        proposed_by_name=by.name,
        created_at=now(),
    )
    ResolutionItem.objects.bulk_create(
        ResolutionItem(resolution=resolution, ticket_line=line, quantity=quantity, amount_minor=amount)
        for line, quantity, amount in items
    )
    lift_failures(ticket, by=by)
    data = {**told(resolution), "lines": {str(line.uid): quantity for line, quantity, _amount in items}}
    event = record_event(resolution, "resolution.propose", by=by, data=data, text=reason, cause=cause)
    if resolution.approver_role or resolution.needs_consent:
        set_hold(resolution, by=by)
        ask_approvers(resolution)
    else:
        approve(resolution, by=by, cause=event)
    return event


def lift_failures(ticket, *, by):
    """Something new is proposed: what failed before no longer stands in the way."""
    reason, _waiting_on = FAILED
    Hold.objects.filter(ticket=ticket, reason=reason, released_at=None).update(released_at=now())
