"""Returns of the file, matched to what the same customer bought before."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from aftersales.replay.orders import is_goods

NO_CUSTOMER = "no customer"
NOT_GOODS = "not goods (postage, fees, discounts)"
NOT_BOUGHT = "no earlier purchase of the product"
NOT_NEGATIVE = "its quantity is not negative"


@dataclass
class Purchase:
    """Units of a product on one line of an order, and how many of them no return of the file has named."""

    order: str
    line: str
    at: object
    left: int


@dataclass(frozen=True)
class Return:
    """A return to ask for: so many units of one order line."""

    external_id: str
    order: str
    order_line: str
    quantity: int
    customer: str
    sku: str
    title: str


@dataclass
class Matched:
    """What of the returns can be asked for, and why the rest cannot."""

    returns: list = field(default_factory=list)
    unmatched: Counter = field(default_factory=Counter)
    rows: int = 0


def match_returns(rows, invoices):
    """Find for each row of a return the purchase it gives back.

    The newest earlier purchase that has units enough is meant; if none has, but several together, the
    return is asked for order by order. More than was ever bought is asked for all the same, on the newest
    purchase: it is the desk that must refuse it.
    """
    bought = purchases_of(invoices)
    matched, numbers = Matched(), Counter()
    for row in rows:
        if not row.is_return:
            continue
        matched.rows += 1
        numbers[row.invoice] += 1
        external_id = f"{row.invoice}-{numbers[row.invoice]}"
        earlier = [one for one in bought[row.customer, row.sku.upper()] if one.at <= row.at]
        if reason := why_unmatched(row, earlier):
            matched.unmatched[reason] += 1
        else:
            matched.returns += asked_for(row, earlier, external_id)
    return matched


def purchases_of(invoices):
    """{(customer, product): purchases, the oldest first}."""
    found = defaultdict(list)
    for invoice in sorted(invoices, key=lambda invoice: invoice.at):
        for number, row in invoice.lines():
            if invoice.customer and row.quantity > 0:
                purchase = Purchase(invoice.number, number, invoice.at, row.quantity)
                found[invoice.customer, row.sku.upper()].append(purchase)
    return found


def why_unmatched(row, earlier):
    if not is_goods(row.sku):
        return NOT_GOODS
    if row.quantity >= 0:
        return NOT_NEGATIVE
    if not row.customer:
        return NO_CUSTOMER
    return "" if earlier else NOT_BOUGHT


def asked_for(row, earlier, external_id):
    """One return, or several on as many orders when only together they have units enough."""
    wanted = -row.quantity
    enough = [one for one in earlier if one.left >= wanted]
    if not enough and sum(one.left for one in earlier) >= wanted:
        return spread(row, [one for one in reversed(earlier) if one.left], wanted, external_id)
    chosen = enough[-1] if enough else earlier[-1]
    if enough:
        chosen.left -= wanted
    return [a_return(row, chosen, wanted, external_id)]


def spread(row, purchases, wanted, external_id):
    returns = []
    for part, purchase in enumerate(purchases, start=1):
        quantity = min(purchase.left, wanted)
        purchase.left -= quantity
        wanted -= quantity
        returns.append(a_return(row, purchase, quantity, f"{external_id}.{part}"))
        if not wanted:
            return returns
    return returns


def a_return(row, purchase, quantity, external_id):
    return Return(
        external_id, purchase.order, purchase.line, quantity, row.customer, row.sku, row.title or row.sku
    )
