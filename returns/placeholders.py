"""What placeholders of prepared replies stand for, as far as goods and money say it: the newest of each counts."""

from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftersales.money import format_money
from aftersales.versions.registry import current
from returns.models import (
    Direction,
    Grade,
    Inspection,
    ParcelState,
    Resolution,
    ResolutionKind,
)
from returns.models.resolutions import ResolutionState
from returns.queries.eligibility import POLICY, SILENT, evaluate_ticket
from tickets.models import Product
from tickets.queries.placeholders import day_in, spoken
from tickets.registry import placeholder_value

CAME_TO_NOTHING = (ResolutionState.DECLINED, ResolutionState.CANCELLED, ResolutionState.FAILED)
SHOP_SHIPS = (ResolutionKind.EXCHANGE, ResolutionKind.RESHIP)
SENDING = (*SHOP_SHIPS, ResolutionKind.REPAIR, ResolutionKind.RETURN_AS_IS)
LONGEST_REPAIR = timedelta(days=30)  # by law, where no day was named


# -- parcels ----------------------------------------------------------------------------


def sent_with(ticket):
    """(carrier, waybill) of what last left for the customer, else of what came from them, else of the order.

    What is sent has its own waybill or none: another parcel's would be a promise that is not true.
    """
    sendings = standing(ticket, *SENDING).select_related("exchange")
    if newest := sendings.order_by(F("done_at").desc(nulls_last=True), "-id").first():
        return sent_for(ticket, newest)
    inward = newest_first(ticket, lambda parcel: parcel.waybill and parcel.direction == Direction.IN)
    if inward:
        return inward[0].carrier, inward[0].waybill
    deliveries = ticket.order.deliveries if ticket.order_id else ()
    newest = deliveries[-1] if deliveries else {}
    return newest.get("carrier", ""), newest.get("waybill", "")


def sent_for(ticket, resolution):
    """(carrier, waybill) of what this resolution sent: by the shop, or in the parcel that left as it was done."""
    if resolution.done_at is None:
        return "", ""
    if resolution.kind in SHOP_SHIPS:
        exchange = getattr(resolution, "exchange", None)
        return (exchange.carrier, exchange.waybill) if exchange else ("", "")
    parcels = ticket.parcels.filter(direction=Direction.OUT, shipped_at__lte=resolution.done_at)
    lines = resolution.items.values("ticket_line")
    parcel = parcels.filter(items__ticket_line__in=lines).order_by("-id").first()
    return (parcel.carrier, parcel.waybill) if parcel else ("", "")


def newest_first(ticket, wanted):
    """The parcels that are wanted; the page has read them with the request."""
    return sorted(filter(wanted, ticket.parcels.all()), key=lambda parcel: -parcel.pk)


@placeholder_value("tracking_no")
def tracking_no(ticket, language):
    return sent_with(ticket)[1]


@placeholder_value("carrier_name")
def carrier_name(ticket, language):
    return sent_with(ticket)[0] or spoken(language, lambda: _("the carrier"))


@placeholder_value("label_code")
def label_code(ticket, language):
    inward = newest_first(
        ticket, lambda parcel: parcel.direction == Direction.IN and parcel.state != ParcelState.CANCELLED
    )
    return inward[0].label_code if inward else ""


@placeholder_value("missing_items")
def missing_items(ticket, language):
    """What was authorised and did not come."""
    lines = ticket.lines.select_related("order_line").order_by("id")
    left = [(line.order_line.title, line.authorised - line.received) for line in lines]
    return ", ".join(f"{title} × {count}" for title, count in left if count > 0)


@placeholder_value("inspection_result")
def inspection_result(ticket, language):
    """What the inspector wrote, else the grade in words."""
    newest = Inspection.objects.filter(ticket_line__ticket=ticket.pk).order_by("-id").first()
    if newest is None:
        return spoken(language, lambda: _("as recorded at our returns desk"))
    return newest.finding or spoken(language, lambda: Grade(newest.grade).words)


# -- the policy ---------------------------------------------------------------------------


@placeholder_value("policy_clause")
def policy_clause(ticket, language):
    """The clauses that decide, as sentences; who pays the way back is another matter."""
    silent = (SILENT["clause"], "freight")
    said = [row[language] for row in evaluate_ticket(ticket).explanation if row["clause"] not in silent]
    if not said:
        return spoken(language, lambda: _("The time or the conditions for it are not met."))
    return ("" if language == "zh" else " ").join(said)


@placeholder_value("refund_days")
def refund_days(ticket, language):
    least, most = current("eligibility", POLICY, ticket.shop_id).content.refund_days
    told = {"least": least, "most": most}
    return str(most) if least == most else spoken(language, lambda: _("%(least)s to %(most)s") % told)


# -- what is done for the customer ----------------------------------------------------------


def standing(ticket, *kinds):
    """The resolutions that still stand, the newest first."""
    rows = Resolution.objects.filter(ticket=ticket.pk).exclude(state__in=CAME_TO_NOTHING)
    return (rows.filter(kind__in=kinds) if kinds else rows).order_by("-id")


def amount_of(ticket, kind, language):
    row = standing(ticket, kind).first()
    return format_money(row.amount_minor, row.currency, language) if row and row.currency else ""


@placeholder_value("refund_amount")
def refund_amount(ticket, language):
    return amount_of(ticket, ResolutionKind.REFUND, language)


@placeholder_value("compensation_amount")
def compensation_amount(ticket, language):
    return amount_of(ticket, ResolutionKind.COMPENSATION, language)


@placeholder_value("new_variant")
def new_variant(ticket, language):
    """What the customer gets in exchange: another SKU by its name, else what they bought."""
    row = standing(ticket, ResolutionKind.EXCHANGE).first()
    item = row.items.select_related("ticket_line__order_line").first() if row else None
    if item is None:
        return ""
    bought, sku = item.ticket_line.order_line, row.details.get("sku", "")
    if sku in ("", bought.sku):
        return bought.title
    titles = Product.objects.filter(shop=ticket.shop_id, sku=sku).values_list("title", flat=True)
    return titles.first() or sku


@placeholder_value("repair_due_date")
def repair_due_date(ticket, language):
    row = standing(ticket, ResolutionKind.REPAIR).select_related("repair").first()
    if row is None:
        return ""
    due_on = row.repair.due_on if hasattr(row, "repair") else None
    return day_in(due_on or row.created_at + LONGEST_REPAIR, language)


# Of each kind what is told when it is done, and while it is on its way.
TOLD = {
    ResolutionKind.REFUND: (
        gettext_noop(
            "%(amount)s has gone back by the original payment method and usually arrives within %(days)s working days"
        ),
        gettext_noop(
            "%(amount)s goes back by the original payment method and usually arrives within %(days)s working days"
        ),
    ),
    ResolutionKind.EXCHANGE: (
        gettext_noop("the replacement is on its way to you"),
        gettext_noop("the replacement is being prepared"),
    ),
    ResolutionKind.RESHIP: (
        gettext_noop("the goods are on their way to you once more"),
        gettext_noop("the goods are being prepared to be sent once more"),
    ),
    ResolutionKind.REPAIR: (
        gettext_noop("your item is repaired and on its way back to you"),
        gettext_noop("your item is being repaired"),
    ),
    ResolutionKind.RETURN_AS_IS: (
        gettext_noop("your item is on its way back to you as it is"),
        gettext_noop("your item goes back to you as it is"),
    ),
}
TOLD[ResolutionKind.COMPENSATION] = TOLD[ResolutionKind.REFUND]


@placeholder_value("what_was_done")
def what_was_done(ticket, language):
    """In half a sentence, and true at this moment: what has happened, what is still on its way."""
    rows = list(standing(ticket))[::-1]
    if not rows:
        return spoken(language, lambda: _("this is now settled"))
    return ("；" if language == "zh" else "; ").join(
        dict.fromkeys(spoken(language, lambda row=row: told(ticket, row, language)) for row in rows)
    )


def told(ticket, row, language):
    is_done = row.state == ResolutionState.DONE
    sentence = _(TOLD[row.kind][0 if is_done else 1])
    if row.currency:
        amount = format_money(row.amount_minor, row.currency, language)
        return sentence % {"amount": amount, "days": refund_days(ticket, language)}
    carrier, waybill = sent_for(ticket, row)
    return f"{sentence} ({carrier.upper()} {waybill})" if waybill else sentence
