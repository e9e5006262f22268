"""Where inspected goods go once it is settled what the customer gets."""

from returns.actions.ledger import move_goods
from returns.models import Bucket, Disposition, Inspection
from returns.queries.units import balance

# An inspector's word for goods that stay ours. What they meant for the customer is refurbished or kept
# until somebody says otherwise: it was paid back after all.
BUCKET_OF = {
    Disposition.RESTOCK_NEW: Bucket.STOCK_A,
    Disposition.RESTOCK_OPEN_BOX: Bucket.STOCK_B,
    Disposition.REFURBISH: Bucket.REFURB,
    Disposition.REPAIR: Bucket.REFURB,
    Disposition.RETURN_TO_VENDOR: Bucket.RTV,
    Disposition.SCRAP: Bucket.SCRAP,
    Disposition.HOLD_EVIDENCE: Bucket.EVIDENCE_HOLD,
    Disposition.RETURN_TO_CUSTOMER: Bucket.EVIDENCE_HOLD,
}
FOR_CUSTOMER = (Disposition.REPAIR, Disposition.RETURN_TO_CUSTOMER)


def keep_goods(line, quantity, *, by):
    """Units are the shop's now: lost ones are written off first, the others go where the inspector said."""
    if not line.ticket.goods_expected:
        return
    lost = min(quantity, balance(line, Bucket.LOST_IN))
    move_goods(line, lost, Bucket.LOST_IN, Bucket.OUTSIDE, by=by)
    for inspection, count in pick(line, quantity - lost, last=FOR_CUSTOMER):
        move_goods(line, count, Bucket.INSPECTED, BUCKET_OF[inspection.disposition], by=by)


def hand_back(line, quantity, source, *, by, parcel):
    """Units leave for the customer, from the bench or from where inspected goods lie."""
    pick(line, quantity, first=FOR_CUSTOMER)
    move_goods(line, quantity, source, Bucket.TO_CUSTOMER, by=by, parcel=parcel)


def pick(line, quantity, *, first=(), last=()):
    """Choose units among the line's inspections and mark them as gone: [(inspection, count)]."""
    there = [found for found in line.inspections.order_by("id") if found.placed < found.quantity]
    there.sort(key=lambda found: (found.disposition not in first) + 2 * (found.disposition in last))
    picked = []
    for inspection in there:
        count = min(quantity, inspection.quantity - inspection.placed)
        if count:
            Inspection.objects.filter(pk=inspection.pk).update(placed=inspection.placed + count)
            picked.append((inspection, count))
            quantity -= count
    return picked
