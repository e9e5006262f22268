"""Amounts of money: integers in a currency's smallest unit, written, read and divided without losing any."""

import re
import unicodedata

from django.utils.translation import gettext as _

from aftersales.errors import Invalid, NotPossible
from aftersales.languages import side_of

# ISO 4217; the few withdrawn of late stay (ANG BGN HRK SLL ZWL), because old orders are still in them.
# Metals, funds and test codes have no minor unit and are no money anyone is paid back in.
NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
TWO_DECIMALS = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
    CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
    TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL
"""
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
FOUR_DECIMALS = "CLF UYW"
EXPONENTS = {
    currency: exponent
    for exponent, currencies in (
        (0, NO_MINOR_UNIT),
        (2, TWO_DECIMALS),
        (3, THREE_DECIMALS),
        (4, FOUR_DECIMALS),
    )
    for currency in currencies.split()
}

# Any other currency is written with its code.
SYMBOLS = {
    "CNY": "¥",
    "EUR": "€",
    "GBP": "£",
    "USD": "$",
    "JPY": "JP¥",
    "HKD": "HK$",
    "TWD": "NT$",
    "KRW": "₩",
    "AUD": "A$",
    "CAD": "CA$",
    "NZD": "NZ$",
    "SGD": "S$",
    "INR": "₹",
    "BRL": "R$",
    "MXN": "MX$",
}
CHINESE_SYMBOLS = SYMBOLS | {"USD": "US$"}  # a bare $ leaves a Chinese reader asking which
# What people type though we do not write it.
ALSO_TYPED = {
    "CNY": ("元", "RMB"),
    "JPY": ("円", "日元"),
    "EUR": ("欧元",),
    "GBP": ("英镑",),
    "USD": ("美元",),
}

MINUS = "−"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# Commas part thousands and nothing else: "54,90" is asked about, not guessed at.
NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
AMOUNT = re.compile(r"([^\d.,]*)([\d.,]+)([^\d.,]*)", re.ASCII)  # what stands before, the number, after
MOST_MINOR = 2**63 - 1  # what the database's bigint holds


def exponent(currency):
    """How many decimals the currency has: 0 for yen, 2 for yuan, 3 for Kuwaiti dinar."""
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError):
        raise Invalid(
            _("“%(currency)s” is not a currency. Use the three letters of ISO 4217, like CNY or EUR.")
            % {"currency": currency}
        ) from None


def format_money(minor, currency, language="en", *, decimals=True):
    """As people read it: `¥1,299.00`, `−€54.90`; without decimals, rounded, for dashboards."""
    places = exponent(currency)
    unit = 10**places
    if decimals and places:
        whole, rest = divmod(abs(minor), unit)
        number = f"{whole:,}.{rest:0{places}}"
    else:
        whole = rest = round_half_up(abs(minor), unit)
        number = f"{whole:,}"
    sign = MINUS if minor < 0 and (whole or rest) else ""
    symbols = CHINESE_SYMBOLS if side_of(language) == "zh" else SYMBOLS
    return sign + symbols.get(currency, currency + NO_BREAK_SPACE) + number


def parse_money(text, currency):
    """What a person typed, as minor units: full-width digits, thousands and the currency's sign are fine."""
    places = exponent(currency)
    sign, number = _amount(text, currency)
    match = NUMBER.fullmatch(number)
    if not match:
        raise Invalid(
            _(
                "“%(text)s” can be read in two ways. "
                "Part thousands by commas and decimals by a point: 1,299.00."
            )
            % {"text": text}
        )
    whole, decimals = match[1].replace(",", ""), match[2] or ""
    if len(decimals) > places:
        raise Invalid(_too_many_decimals(currency, places))
    # The length first: turning a page of digits into a number is work an attacker would like us to do.
    minor = int(whole + decimals.ljust(places, "0")) if len(whole) < len(str(MOST_MINOR)) else MOST_MINOR + 1
    if minor > MOST_MINOR:
        raise Invalid(_("This amount is too large."))
    return sign * minor


def _amount(text, currency):
    """The sign and the bare number, when all that stands around it is this currency's own name."""
    plain = unicodedata.normalize("NFKC", text).replace(MINUS, "-")
    match = AMOUNT.fullmatch(plain)
    if not match:
        raise Invalid(_("“%(text)s” is not an amount. Write it like 1,299.00.") % {"text": text})
    before, number, after = (part.strip() for part in match.groups())
    sign = -1 if before.count("-") == 1 else 1
    if sign == -1:
        before = before.replace("-", "").strip()
    named = before or after
    if (before and after) or (named and named.upper() not in _names_of(currency)):
        raise Invalid(
            _("“%(text)s” is not an amount in %(currency)s. Write the number alone, like 1,299.00.")
            % {"text": text, "currency": currency}
        )
    return sign, number


def _names_of(currency):
    names = {currency, *ALSO_TYPED.get(currency, ())}
    if currency in SYMBOLS:
        # The bare sign of a longer symbol ($ of HK$) is what a keyboard has.
        names |= {SYMBOLS[currency], SYMBOLS[currency][-1], CHINESE_SYMBOLS[currency]}
    return names


def _too_many_decimals(currency, places):
    if not places:
        return _("%(currency)s has no decimals.") % {"currency": currency}
    return _("%(currency)s has at most %(places)d decimals.") % {"currency": currency, "places": places}


def round_half_up(numerator, denominator):
    """A fraction to the nearest integer; halves go away from zero, so a credit mirrors its debit."""
    if denominator < 1:
        raise ValueError("The denominator must be at least 1.")
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def split_by_weight(total, weights):
    """Shares of `total` in the proportion of `weights`, by largest remainder: they add up to it exactly.

    Of equal remainders the earlier comes first. A weight of nought gets nothing, unless all are nought:
    then the split is even.
    """
    weights = list(weights)
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("Neither the amount nor a weight may be negative.")
    if total and not weights:
        raise ValueError("There is nothing to split the amount over.")
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def refund_for_quantity(paid, of, already, quantity, *, already_refunded=None):
    """What to give back for `quantity` more of `of` pieces that cost `paid`, `already` being given back.

    The running total is rounded, not each part, so the last piece takes up the remainder and the parts
    add up to `paid` however they are grouped. `already_refunded` says what was really given back so far,
    where that may differ from what this rule gave (a goodwill, an old system); never below nought.
    """
    if of < 1 or already < 0 or quantity < 0 or paid < 0 or (already_refunded or 0) < 0:
        raise ValueError("Amounts and quantities cannot be negative, and there must be a piece.")
    if already + quantity > of:
        raise NotPossible(
            _("%(quantity)d cannot be given back: %(left)d of %(of)d are left.")
            % {"quantity": quantity, "left": max(of - already, 0), "of": of}
        )
    if already_refunded is None:
        already_refunded = round_half_up(paid * already, of)
    return max(round_half_up(paid * (already + quantity), of) - already_refunded, 0)
