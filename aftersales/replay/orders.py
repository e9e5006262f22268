"""Invoices of the file as the orders that a shop would send."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

# Codes that are no goods: carriage, which is an order's freight, and what else a till books.
FREIGHT = {"POST", "DOT", "C2"}
NOT_GOODS = FREIGHT | {"M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "TEST001", "TEST002"}
VOUCHERS = "GIFT_"
COUNTRIES = {
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
}  # fmt: skip - read across
CURRENCY = "GBP"


def is_goods(sku):
    code = sku.upper()
    return code not in NOT_GOODS and not code.startswith(VOUCHERS)


@dataclass
class Invoice:
    """The rows of one purchase, in the order of the file."""

    number: str
    rows: list = field(default_factory=list)

    @property
    def customer(self):
        return self.rows[0].customer

    @property
    def at(self):
        return self.rows[0].at

    def lines(self):
        """[(line's external id, row)] of what is not freight: goods, and what else was charged."""
        charged = [row for row in self.rows if row.sku.upper() not in FREIGHT]
        return [(str(number), row) for number, row in enumerate(charged, start=1)]


def invoices_of(rows):
    """The purchases, in the order in which the file begins them."""
    found = {}
    for row in rows:
        if not row.is_return:
            found.setdefault(row.invoice, Invoice(row.invoice)).rows.append(row)
    return list(found.values())


def shift_to(rows, now):
    """What to add to the file's dates: whole days, so that the newest line lies within the day before now.

    Whole days keep the hours, and make a second run on the same day send the very same orders.
    """
    return timedelta(days=(now - max(row.at for row in rows)).days) if rows else timedelta(0)


def order_body(invoice, shift):
    """The order as the file tells it: nothing is corrected, the desk says what it will not have."""
    lines = [line_body(number, row) for number, row in invoice.lines()]
    freight = sum(row.quantity * row.price_minor for row in invoice.rows if row.sku.upper() in FREIGHT)
    paid = sum(line["paid_minor"] for line in lines)
    placed_at = (invoice.at + shift).isoformat()
    body = {
        "external_id": invoice.number,
        "number": invoice.number,
        "placed_at": placed_at,
        "currency": CURRENCY,
        "status": "delivered",  # the file names no delivery, and none is made up
        "lines": lines,
        "shipping_minor": freight,
        "payments": [{"external_id": "1", "captured_minor": paid + freight, "paid_at": placed_at}],
        "metadata": {"source": "online retail", "invoice_date": invoice.at.isoformat()},
    }
    if invoice.customer:
        body["customer"] = {"external_id": invoice.customer, "locale": "en-GB"}
    if country := COUNTRIES.get(invoice.rows[0].country):
        body["shipping_address"] = {"country": country}
    return body


def line_body(number, row):
    return {
        "external_id": number,
        "sku": row.sku,
        "title": row.title,
        "quantity": row.quantity,
        "unit_price_minor": row.price_minor,
        "paid_minor": row.quantity * row.price_minor,
    }


def by_customer(invoices, shards):
    """The invoices in so many lists: one customer's are in one list, in order, so that no two senders meet."""
    lists = defaultdict(list)
    for invoice in invoices:
        lists[hash_of(invoice.customer or invoice.number) % shards].append(invoice)
    return list(lists.values())


def hash_of(text):
    """The same in every process, as `hash` is not."""
    return sum(text.encode()) if not text.isdigit() else int(text)
