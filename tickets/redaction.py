"""Takes personal data out of a text before it leaves the desk: names, phones, mails, addresses, numbers."""

import re

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w])\+?\d[\d\s().-]{5,}\d|\d{6,}")  # phones, cards, identity numbers, postcodes
PLACES = (
    # What a Chinese address ends on, and whatever stands before it without a stop.
    re.compile(
        r"[\u4e00-\u9fff\d]{2,}(?:省|市|区|县|镇|路|街|巷|弄)[\u4e00-\u9fff\w\d-]*(?:号|室|栋|幢|单元|楼)"
    ),
    re.compile(
        r"\b\d+[a-z]?\s+(?:[A-Z][\w']*\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|drive|way)\b",
        re.IGNORECASE,
    ),
)
TITLES = "先生|女士|小姐|太太|老师"
SHORTEST = 2  # of a known value: a single letter is no name


def without_personal_data(text, ticket, colleagues=()):
    """The text with [name], [mail], [phone], [address] and [number] where such things stood."""
    names = [(name, "[colleague]") for name in colleagues if len(name) >= SHORTEST]
    for value, mark in [*known_values(ticket), *names]:
        text = re.sub(pattern_of(value), mark, text, flags=re.IGNORECASE)
    text = MAIL.sub("[mail]", LINK.sub("[link]", text))
    for place in PLACES:
        text = place.sub("[address]", text)
    return NUMBER.sub("[number]", text)


def known_values(ticket):
    """What the desk knows of this customer, the longest first so that no part of it is left over."""
    customer, order = ticket.customer, ticket.order
    address = (order.shipping_address or {}) if order else {}
    values = [
        (value, "[address]") for key, value in address.items() if key not in ("name", "phone", "country")
    ]
    values += [(ticket.contact.get("phone"), "[phone]"), (ticket.contact.get("email"), "[mail]")]
    values += [(address.get("phone"), "[phone]")]
    if customer:
        values += [(customer.phone, "[phone]"), (customer.email, "[mail]")]
    for name in filter(None, (customer and customer.name, address.get("name"))):
        values += [(part, "[name]") for part in {name, *name.split()}]
    known = [(str(value).strip(), mark) for value, mark in values if value]
    return sorted((pair for pair in known if len(pair[0]) >= SHORTEST), key=lambda pair: -len(pair[0]))


def pattern_of(value):
    """A word of Latin letters as a whole; a Chinese name also as surname and title."""
    if value.isascii():
        return rf"(?<!\w){re.escape(value)}(?!\w)"
    if len(value) <= 4:
        return rf"{re.escape(value)}|{re.escape(value[0])}(?={TITLES})"
    return re.escape(value)
