"""What is typed in the fields of a step, as values of a body and back again; what cannot be read stays text."""

from aftersales.errors import Invalid
from aftersales.money import EXPONENTS, exponent, parse_money

MONEY = ("auto_below_minor", "limit_minor")
ROWS = {
    "choices": ("id", "zh", "en"),
    "limits": ("currency", *MONEY),
    "args": ("name", "value"),
}


def field_of(place):
    """(field, row's name) of a place within a step."""
    head = place[0] if place else ""
    if head in ("title", "instruction"):
        return f"{head}_{place[1] if len(place) > 1 else 'en'}", ""
    if head == "params" and len(place) > 1:
        row = place[2] if len(place) > 2 else ""
        return place[1], str(int(row) + 1) if row.isdecimal() else row
    return head, ""


def text_of(data, name):
    return data.get(name, "").replace("\r\n", "\n")


def whole_of(text):
    """A whole number, or the text as it was typed."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else text


def amount_of(text, currency):
    """Minor units, or the text as it was typed."""
    try:
        return parse_money(text, currency) if text.strip() else ""
    except Invalid:
        return text


def money_shown(value, currency):
    """Minor units as they are typed: 129.00; whatever else stands there as it is."""
    if not isinstance(value, int) or isinstance(value, bool) or currency not in EXPONENTS:
        return value
    places = exponent(currency)
    whole, rest = divmod(abs(value), 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def standing_rows(name, value):
    if name == "choices":
        return [{column: str(row.get(column, "")) for column in ROWS[name]} for row in value or ()]
    if name == "args":
        return [{"name": key, "value": plain_text(inner)} for key, inner in (value or {}).items()]
    return [
        {"currency": currency} | {key: money_shown(row.get(key, ""), currency) for key in MONEY}
        for currency, row in (value or {}).items()
    ]


def plain_text(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def value_of(text):
    """What the verb is given: true, false and whole numbers are those, all else is text."""
    return {"true": True, "false": False}.get(text, whole_of(text))


READ_ROWS = {
    "choices": lambda rows: rows,
    "args": lambda rows: {row["name"]: value_of(row["value"]) for row in rows},
    "limits": lambda rows: {
        row["currency"]: {key: amount_of(row[key], row["currency"]) for key in MONEY} for row in rows
    },
}
