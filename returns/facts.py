"""What a procedure's checks may ask about goods and money: tested functions that answer pass, fail or unknown."""

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales.money import format_money
from aftersales.versions.registry import current
from returns.models import (
    Exchange,
    Inspection,
    ParcelItem,
    ParcelState,
    RepairState,
    ResolutionItem,
    ResolutionKind,
    ResolutionState,
)
from returns.models.resolutions import LIVE
from returns.queries.checklists import known_serials
from returns.queries.eligibility import POLICY, evaluate_ticket
from returns.queries.money import refund_sum
from returns.queries.units import units_of
from tickets.models import Product
from tickets.queries.units_told import still_to_arrive
from tickets.registry import FAIL, PASS, UNKNOWN, Answer, fact, unknown


def yes_or_no(holds, why=""):
    return Answer(PASS if holds else FAIL, why)


@fact("happened:parcel.receive", en="The goods are here", zh="退件已到仓")
def goods_are_here(ticket):
    """All that was authorised has arrived, or is no longer awaited."""
    if not ticket.goods_expected:
        return Answer(FAIL, _("No goods are to come back for this request."))
    missing = sum(line.authorised - line.received for line in ticket.lines.all())
    return yes_or_no(not missing, still_to_arrive(missing))


@fact("happened:parcel.scan", en="The carrier has the parcel", zh="承运商已揽收")
def carrier_has_it(ticket):
    moving = (ParcelState.IN_TRANSIT, ParcelState.RECEIVED)
    return yes_or_no(ticket.parcels.inbound().filter(state__in=moving).exclude(waybill="").exists())


@fact("happened:resolution.done", en="What was proposed is carried out", zh="方案已执行完毕")
def all_is_carried_out(ticket):
    """Nothing waits for an answer or is on its way; where nothing was proposed there is nothing to wait for."""
    left = [one for one in ticket.resolutions.all() if one.state in LIVE]
    return yes_or_no(not left, _("Not carried out yet: %(what)s.") % {"what": told_of(left)} if left else "")


def told_of(resolutions):
    return ", ".join(str(one.get_kind_display()) for one in resolutions)


@fact(
    "received_as_listed",
    en="Received items and quantities match what was authorised",
    zh="收到的品种和数量与授权一致",
)
def received_as_listed(ticket):
    received = ticket.parcels.inbound().filter(state=ParcelState.RECEIVED)
    if not received.exists():
        return unknown(_("Nothing was received yet."))
    if ParcelItem.objects.filter(parcel__in=received, ticket_line=None).exists():
        return Answer(FAIL, _("Something was in the box that nobody announced."))
    missing = sum(line.authorised - line.received for line in ticket.lines.all())
    return yes_or_no(not missing, still_to_arrive(missing))


@fact("serial_matches", en="The serial number matches what we shipped", zh="序列号与发货记录一致")
def serial_matches(ticket):
    """Every serial that was read is one that was sold or claimed."""
    read = Inspection.objects.filter(ticket_line__ticket=ticket).exclude(serial="")
    read = list(read.select_related("ticket_line__order_line"))
    if not read:
        return unknown(_("No serial number was read yet."))
    for inspection in read:
        known = known_serials(inspection.ticket_line)
        if not known:
            return unknown(_("The order names no serial number."))
        if inspection.serial.strip().upper() not in known:
            return Answer(FAIL, _("%(serial)s is not one of ours.") % {"serial": inspection.serial})
    return Answer(PASS)


@fact("accessories_complete", en="Accessories and gifts are complete", zh="配件赠品齐全")
def accessories_complete(ticket):
    """As the inspector answered it; before that nobody knows."""
    answers = Inspection.objects.filter(ticket_line__ticket=ticket).values_list("answers", flat=True)
    given = [answer["accessories"] for answer in answers if answer.get("accessories") in ("yes", "no")]
    return yes_or_no("no" not in given) if given else unknown(_("The goods were not inspected yet."))


@fact("resolutions_approved", en="Every proposal is approved", zh="方案均已批准")
def resolutions_approved(ticket):
    """There is one, and none waits for a second person or for the customer."""
    states = [resolution.state for resolution in ticket.resolutions.all()]
    if ResolutionState.PROPOSED in states:
        return Answer(FAIL, _("A proposal waits for approval."))
    if ResolutionState.APPROVED in states or ResolutionState.DONE in states:
        return Answer(PASS)
    return unknown(_("Nothing is proposed."))


@fact("refund_within_agent_limit", en="The refund is within the agent's limit", zh="退款金额在客服审批额度内")
def refund_within_agent_limit(ticket):
    """What is proposed, else what all that is claimed would come to."""
    proposed = amount_of(ticket, ResolutionKind.REFUND)
    if proposed is not None:
        return within_limit(ticket, *proposed)
    wanted = {unit.line: unit.line.claimed - unit.covered for unit in units_of(ticket).values()}
    wanted = {line: quantity for line, quantity in wanted.items() if quantity > 0}
    if not wanted:
        return unknown(_("Nothing of this request is left to be paid back."))
    found = refund_sum(ticket.order, wanted)
    return within_limit(ticket, found.amount_minor, found.currency)


@fact(
    "compensation_within_agent_limit",
    en="The compensation is within the agent's limit",
    zh="补偿金额在客服审批额度内",
)
def compensation_within_agent_limit(ticket):
    proposed = amount_of(ticket, ResolutionKind.COMPENSATION)
    return within_limit(ticket, *proposed) if proposed else unknown(_("No compensation is proposed yet."))


def amount_of(ticket, kind):
    """(amount, currency) of the newest resolution of a kind that was not dropped, or None."""
    kept = (*LIVE, ResolutionState.DONE)
    found = ticket.resolutions.filter(kind=kind, state__in=kept).order_by("-id").first()
    return (found.amount_minor, found.currency) if found else None


def within_limit(ticket, amount_minor, currency):
    role = current("eligibility", POLICY, ticket.shop_id).content.approver(amount_minor, currency)
    return yes_or_no(role == "agent", format_money(amount_minor, currency, get_language() or "en"))


@fact("same_sku_same_price", en="The exchange is like for like at the same price", zh="换货为同款同价")
def same_sku_same_price(ticket):
    """The same SKU costs what it cost; what another one costs the shop knows."""
    exchanges = Exchange.objects.filter(resolution__ticket=ticket).exclude(state="cancelled")
    wanted = list(exchanges.values_list("sku", "resolution__items__ticket_line__order_line__sku"))
    if not wanted:
        return unknown(_("No exchange is proposed yet."))
    if all(sku == bought for sku, bought in wanted):
        return Answer(PASS)
    return unknown(_("Another SKU is wanted: compare the prices."))


@fact(
    "two_repairs_failed",
    en="The same fault was repaired twice and is back",
    zh="同一性能故障已修两次仍不正常",
)
def two_repairs_failed(ticket):
    """Two repairs that were finished, of any of these goods, in this request or earlier ones."""
    lines = ticket.lines.values_list("order_line_id", flat=True)
    if not lines:
        return unknown(_("The request names no goods."))
    finished = (RepairState.REPAIRED, RepairState.SENT_BACK)
    items = ResolutionItem.objects.filter(
        ticket_line__order_line__in=list(lines), resolution__repair__state__in=finished
    )
    counts = items.values("ticket_line__order_line").annotate(n=Count("resolution", distinct=True))
    return yes_or_no(any(row["n"] >= 2 for row in counts))


@fact("weight_matches", en="The parcel weighs what its goods weigh", zh="包裹称重与应有重量相符")
def weight_matches(ticket):
    """Within a quarter of what the counted goods weigh; packing is lighter than that, bricks are not."""
    parcel = ticket.parcels.inbound().filter(state=ParcelState.RECEIVED, weight_g__isnull=False).last()
    if parcel is None:
        return unknown(_("No parcel was weighed."))
    counted = {item.sku: item.received for item in parcel.items.exclude(ticket_line=None)}
    products = Product.objects.filter(shop_id=ticket.shop_id, sku__in=counted, weight_g__isnull=False)
    weights = dict(products.values_list("sku", "weight_g"))
    if set(weights) != set(counted):
        return unknown(_("The shop has not told what these goods weigh."))
    expected = sum(weights[sku] * quantity for sku, quantity in counted.items())
    why = _("%(weight)s g of %(expected)s g") % {"weight": parcel.weight_g, "expected": expected}
    return yes_or_no(abs(parcel.weight_g - expected) <= expected / 4, why)


@fact("policy_allows_return", en="The policy allows a return", zh="政策判定可退")
def policy_allows_return(ticket):
    return policy_on(ticket, "return")


@fact("policy_allows_exchange", en="The policy allows an exchange", zh="政策判定可换")
def policy_allows_exchange(ticket):
    return policy_on(ticket, "exchange")


def policy_on(ticket, resolution):
    """The policy's word; where it says nothing a person decides."""
    if not ticket.lines.exists():
        return unknown(_("The request names no goods."))
    found = evaluate_ticket(ticket, resolution)
    return Answer({"allow": PASS, "deny": FAIL}.get(found.decision, UNKNOWN), found.why)


@fact("no_reason_excluded", en="The goods are excluded from no-reason return", zh="不适用无理由退货")
def no_reason_excluded(ticket):
    """A class that is never excluded is a clear no; for the others the buyer must have confirmed it."""
    policy = current("eligibility", POLICY, ticket.shop_id).content
    lines = ticket.lines.select_related("order_line")
    clauses = [policy.exclusion(line.order_line.product_class, "changed_mind") for line in lines]
    if not any(clauses):
        return Answer(FAIL)
    return unknown(_("Was the exclusion confirmed at checkout?"))
