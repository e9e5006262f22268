"""The facts that procedures ask and that orders and tickets can answer.

Each answers pass, fail or unknown with what is missing. Unknown means that a person looks; it never
refuses a customer.
"""

from datetime import timedelta

from django.utils.translation import gettext as _

from aftersales.clock import now
from tickets.models import OPEN_STATUSES, Product, TicketLine
from tickets.queries.windows import last_moment
from tickets.registry import FAIL, PASS, Answer, fact, unknown


def yes_or_no(condition, why=""):
    return Answer(PASS if condition else FAIL, why)


def within(ticket, days):
    """Whether the request came in time; without a delivery date nobody can say."""
    if ticket.order_id is None or ticket.order.delivered_at is None:
        return unknown(_("The delivery date is not known."))
    end = last_moment(ticket.order.delivered_at, days, ticket.shop.time_zone)
    return yes_or_no(
        ticket.created_at < end, _("The last day was %(day)s.") % {"day": (end - timedelta(days=1)).date()}
    )


@fact("within_7_days", en="Raised within seven days", zh="在七天内提出")
def within_7_days(ticket):
    return within(ticket, 7)


@fact("within_15_days", en="Raised within fifteen days", zh="在十五天内提出")
def within_15_days(ticket):
    return within(ticket, 15)


@fact("eu_withdrawal_open", en="The EU 14-day withdrawal period is open", zh="欧盟十四天撤回权仍有效")
def eu_withdrawal_open(ticket):
    return within(ticket, 14)


@fact("order_paid", en="The order is paid", zh="订单已付款")
def order_paid(ticket):
    if ticket.order_id is None:
        return unknown(_("The request has no order."))
    return yes_or_no(ticket.order.captured_minor > 0)


@fact("payment_captured", en="The payment gateway confirms the money", zh="支付渠道已确认扣款")
def payment_captured(ticket):
    return order_paid(ticket)


@fact("order_shipped", en="The order has shipped", zh="订单已发货")
def order_shipped(ticket):
    if ticket.order_id is None:
        return unknown(_("The request has no order."))
    return yes_or_no(any(delivery.get("shipped_at") for delivery in ticket.order.deliveries))


@fact("promised_ship_time_passed", en="The promised dispatch time has passed", zh="已超过承诺发货时间")
def promised_ship_time_passed(ticket):
    if ticket.order_id is None or ticket.order.promised_ship_at is None:
        return unknown(_("The promised dispatch time is not known."))
    shipped = order_shipped(ticket).value == PASS
    return yes_or_no(not shipped and ticket.order.promised_ship_at < now())


@fact("tracking_signed", en="The parcel was signed for", zh="物流显示已签收")
def tracking_signed(ticket):
    if ticket.order_id is None or not ticket.order.deliveries:
        return unknown(_("There is no delivery on the order."))
    return yes_or_no(any(delivery.get("delivered_at") for delivery in ticket.order.deliveries))


@fact("in_warranty", en="The product is under warranty", zh="在质保期内")
def in_warranty(ticket):
    """By the longest of the lines' months, counted from delivery; zero months means nobody told us."""
    months = max((line.order_line.warranty_months for line in lines_of(ticket)), default=0)
    if not months or ticket.order.delivered_at is None:
        return unknown(_("Warranty months or the delivery date are not known."))
    return yes_or_no(ticket.created_at < add_months(ticket.order.delivered_at, months))


def add_months(moment, months):
    """The same day so many months later, or the month's last day."""
    year, month = divmod(moment.month - 1 + months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=moment.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=moment.year + year, month=month + 1)


@fact("stock_available", en="The ordered goods are in stock", zh="订购商品有可发库存")
def stock_available(ticket):
    wanted = {}
    for line in lines_of(ticket):
        wanted[line.order_line.sku] = wanted.get(line.order_line.sku, 0) + line.quantity
    stock = dict(Product.objects.filter(shop=ticket.shop_id, sku__in=wanted).values_list("sku", "stock"))
    if not wanted or any(stock.get(sku) is None for sku in wanted):
        return unknown(_("The shop has not sent the stock of these products."))
    return yes_or_no(all(stock[sku] >= count for sku, count in wanted.items()))


@fact("replacement_in_stock", en="The replacement is in stock", zh="换货所需规格有库存")
def replacement_in_stock(ticket):
    return stock_available(ticket)


@fact("evidence_complete", en="All photos that the reasons ask for are here", zh="原因要求的照片已齐全")
def evidence_complete(ticket):
    wanted = max(
        (line.reason.evidence.get("photos", 0) for line in lines_of(ticket) if line.reason_id), default=0
    )
    pictures = ticket.attachments.kept().filter(media_type__startswith="image/")
    here = pictures.values("sha256").distinct().count()  # the same picture twice is one
    return yes_or_no(
        here >= wanted, _("%(count)s of %(wanted)s photos are here.") % {"count": here, "wanted": wanted}
    )


@fact("duplicate_open", en="Another request on the same order line is open", zh="同一订单行已有未完结工单")
def duplicate_open(ticket):
    own = [line.order_line_id for line in lines_of(ticket)]
    others = TicketLine.objects.filter(order_line__in=own, ticket__status__in=OPEN_STATUSES).exclude(
        ticket=ticket.pk
    )
    return yes_or_no(others.exists())


@fact("invoice_issued", en="An invoice has been issued", zh="订单已开票")
def invoice_issued(ticket):
    if ticket.order_id is None or not ticket.order.invoice.get("kind"):
        return unknown(_("The shop has not said whether an invoice was issued."))
    return yes_or_no(bool(ticket.order.invoice.get("number")))


@fact("invoice_is_paper", en="The invoice is on paper", zh="已开的是纸质发票")
def invoice_is_paper(ticket):
    if ticket.order_id is None or not ticket.order.invoice.get("form"):
        return unknown(_("The shop has not said what form the invoice has."))
    return yes_or_no(ticket.order.invoice["form"] == "paper")


def lines_of(ticket):
    return ticket.lines.select_related("order_line", "reason")
