"""What is printed on a parcel's label: gathered here, personal data masked, drawn in returns/label.py."""

from dataclasses import dataclass

from django.utils.translation import override

from aftersales.languages import side_of
from tickets.models import Resolution


@dataclass(frozen=True)
class LabelItem:
    sku: str
    title: str
    quantity: int


@dataclass(frozen=True)
class Label:
    """All that is printed, personal data already masked; the same contents make the same bytes."""

    code: str
    request: str
    order: str
    language: str
    shop: str
    address: tuple  # lines of where the parcel goes
    sender: str
    items: tuple
    reason: str
    wish: str
    freight: str  # who pays: "shop", "customer" or ""
    waybill: str = ""
    wants_invoice: bool = False


def label_of(parcel):
    """The contents of an inbound parcel's label, in the request's language."""
    ticket = parcel.ticket
    chinese = side_of(ticket.language) == "zh"
    items = [item for item in parcel.items.order_by("id") if item.ticket_line_id]
    lines = [item.ticket_line for item in items]
    return Label(
        code=parcel.label_code,
        request=ticket.number,
        order=ticket.order.number if ticket.order_id else "",
        language=ticket.language,
        shop=ticket.shop.name_zh if chinese else ticket.shop.name_en,
        address=address_lines(ticket.shop.return_address),
        sender=masked_sender(ticket),
        items=tuple(
            LabelItem(item.ticket_line.order_line.sku, item.ticket_line.order_line.title, item.expected)
            for item in items
        ),
        reason=", ".join(dict.fromkeys(reason_name(line, chinese) for line in lines if line.reason_id)),
        wish=wish_of(ticket),
        freight=parcel.freight_payer,
        waybill=" ".join(filter(None, (parcel.carrier.upper(), parcel.waybill))),
        wants_invoice=bool(ticket.order_id and ticket.order.invoice.get("form") == "paper"),
    )


def reason_name(line, chinese):
    return line.reason.name["zh" if chinese else "en"]


def wish_of(ticket):
    with override(ticket.language):
        return str(Resolution(ticket.requested_resolution).label)


def address_lines(address):
    """The shop's return address: who, where."""
    who = " ".join(filter(None, (address.get("name", ""), address.get("phone", ""))))
    return tuple(filter(None, (who, address.get("address", ""))))


def masked_sender(ticket):
    """Enough for the dock to recognise, too little for anyone who finds the parcel."""
    customer = ticket.customer
    if customer is None:
        return ""
    phone = ticket.contact.get("phone") or customer.phone
    return " ".join(
        filter(None, (masked_name(customer.name), "•••• " + phone[-4:] if len(phone) >= 7 else ""))
    )


def masked_name(name):
    """王＊＊, or J. for names with spaces."""
    name = name.strip()
    if not name:
        return ""
    return f"{name[0]}＊＊" if ord(name[0]) > 0x2E80 else f"{name[0]}."
