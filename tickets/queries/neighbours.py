"""The other requests around one: of the same order or customer, what they claim, how they ended, and which of
them may be the same matter once more."""

from collections import Counter
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject, Left
from django.utils.translation import gettext as _

from tickets.models import Channel, Message, Order, Outcome, Status, Ticket, TicketLine, Visibility

MOST = 30  # of the order and of the customer, each
MOST_ORDERS = 100
MOST_REPLIES = 2
ALIKE_WITHIN = timedelta(days=30)
SHOWN = (
    *("number", "subject", "status", "stage", "merged_into", "customer", "created_at", "outcome"),
    *("channel", "language"),
)
CLAIMS = (
    TicketLine.objects.filter(ticket=OuterRef("pk"))
    .order_by("id")
    .values(row=JSONObject(order_line="order_line_id", sku="order_line__sku", claimed="claimed"))
)
LAST_REPLY = (
    Message.objects.filter(ticket=OuterRef("pk"), author_kind="staff", visibility=Visibility.PUBLIC)
    .filter(withdrawn_at=None)
    .order_by("-id")
    .values(text=Left("body", 300))[:1]
)


def neighbours(ticket):
    """The newest others of the same order and of the same customer: one statement, remembered.

    Each part is read by its own index and no further than it is shown; they are of the same shop.
    """
    if not hasattr(ticket, "_neighbours"):
        parts = []
        if ticket.customer_id:
            parts.append(Ticket.objects.filter(customer=ticket.customer_id).order_by("-id"))
        if ticket.order_id:  # an order has few; unsorted, so that no other index is thought cheaper
            parts.append(Ticket.objects.filter(order=ticket.order_id))
        parts = [part.values("pk")[: MOST + 1] for part in parts]
        ticket._neighbours = read(ticket, parts) if parts else []
    return ticket._neighbours


def read(ticket, parts):
    ids = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    rows = Ticket.objects.filter(pk__in=ids, shop=ticket.shop_id).exclude(pk=ticket.pk)
    rows = rows.annotate(claims=ArraySubquery(CLAIMS), last_reply=Subquery(LAST_REPLY))
    return list(rows.only(*SHOWN).order_by("-id"))


# -- the same matter once more? -----------------------------------------------------------


def likely_duplicates(ticket):
    """[(other open request, why it may be the same)]; nothing once this one is finished."""
    if not ticket.is_open:
        return []
    found = ((each, why_alike(ticket, each)) for each in neighbours(ticket) if each.is_open)
    return [(each, why) for each, why in found if why]


def why_alike(ticket, other):
    """Both about one line of the order; or one customer about one product within some weeks."""
    own = {line.order_line_id: line.order_line.sku for line in ticket.lines.all()}
    if row := shared_line(own, other):
        return _("Both are about %(sku)s of the same order.") % {"sku": row["sku"]}
    apart = abs(ticket.created_at - other.created_at)
    same_customer = ticket.customer_id is not None and ticket.customer_id == other.customer_id
    for row in other.claims:
        if same_customer and apart <= ALIKE_WITHIN and row["sku"] in own.values():
            told = {"sku": row["sku"], "days": apart.days}
            return _("The same customer asks about %(sku)s in both, %(days)s days apart.") % told
    return ""


def shared_line(own, other):
    """The first claim of the neighbour about one of these lines of the order, which are a request's own; or None."""
    return next((row for row in other.claims if row["order_line"] in own), None)


def claimed_elsewhere(ticket):
    """{order line's id: [(number, units)]} of what other requests claim now."""
    found = {}
    for each in neighbours(ticket):
        for row in each.claims:
            if row["claimed"]:
                found.setdefault(row["order_line"], []).append((each.number, row["claimed"]))
    return found


# -- who the customer is --------------------------------------------------------------------


def profile(ticket):
    """What is known of who asks, no further back than some dozens: bought, asked, how it ended, last answers.

    Asked before are the requests that were opened before this one.
    """
    if ticket.customer_id is None:
        return None
    theirs = [each for each in neighbours(ticket) if each.customer_id == ticket.customer_id]
    past = [each for each in theirs if (each.created_at, each.pk) < (ticket.created_at, ticket.pk)]
    orders = Order.objects.filter(customer=ticket.customer_id)
    rows = list(orders.values_list("currency", "captured_minor", "refunded_minor")[:MOST_ORDERS])
    spent = {}
    for currency, captured, refunded in rows:
        paid, back = spent.get(currency, (0, 0))
        spent[currency] = (paid + captured, back + refunded)
    return {
        "orders": len(rows),
        "orders_capped": len(rows) == MOST_ORDERS,
        "spent": [(currency, paid, back) for currency, (paid, back) in sorted(spent.items())],
        "asked": len(past),
        "asked_capped": len(theirs) >= MOST,
        "outcomes": outcomes(past),
        "channels": [Channel(code).label for code in Counter(each.channel for each in theirs)],
        "replies": [each for each in theirs if each.last_reply][:MOST_REPLIES],
    }


def outcomes(requests):
    """[(how it ended in words, how many)], the most frequent first; merged ones ended elsewhere."""
    ended = [each for each in requests if not each.is_open and not each.merged_into_id]
    words = Counter(
        str(Outcome(each.outcome).label if each.outcome else Status(each.status).label) for each in ended
    )
    return words.most_common()
