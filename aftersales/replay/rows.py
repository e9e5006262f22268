"""Reads the UCI Online Retail format row by row; a row that cannot be read is named by its line, never guessed."""

import csv
import gzip
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

COLUMNS = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]  # fmt: skip - the format's own line
CUSTOMER = re.compile(r"(\d{1,12})(\.0)?", re.ASCII)
PRICE = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


class WrongFormat(Exception):
    """The file is not of this format at all."""


class Unreadable(Exception):
    """One row cannot be read; the text says why."""


@dataclass(frozen=True)
class Row:
    """One line of an invoice; a return has an invoice that begins with C."""

    line: int  # of the file
    invoice: str
    sku: str
    title: str
    quantity: int
    at: datetime
    price_minor: int
    customer: str  # empty when the file does not say
    country: str

    @property
    def is_return(self):
        return self.invoice.startswith("C")


@dataclass(frozen=True)
class Broken:
    line: int
    why: str


def read_rows(path):
    """(rows, broken) of a file, plain or gzipped."""
    opener = gzip.open if str(path).endswith(".gz") else open
    rows, broken = [], []
    with opener(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline=None) as file:
        try:
            if next(csv.reader([file.readline()]), None) != COLUMNS:
                raise WrongFormat(f"The first line must be {','.join(COLUMNS)}")
            # Line by line: a quotation mark that nobody closes spoils its own line and no other.
            for number, line in enumerate(file, start=2):
                try:
                    rows.append(read_row(number, line))
                except Unreadable as reason:
                    broken.append(Broken(number, str(reason)))
        except (OSError, EOFError) as error:
            raise WrongFormat(f"{path} cannot be read: {error}") from error
    return rows, broken


def read_row(number, line):
    try:
        fields = next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        raise Unreadable(f"it is not CSV: {error}") from error
    if len(fields) != len(COLUMNS):
        raise Unreadable(f"it has {len(fields)} fields instead of {len(COLUMNS)}")
    if any("\udc80" <= char <= "\udcff" or char == "\x00" for char in line):
        raise Unreadable("it is not UTF-8 text")
    invoice, sku, title, quantity, at, price, customer, country = (field.strip() for field in fields)
    if not invoice:
        raise Unreadable("it has no InvoiceNo")
    return Row(
        line=number,
        invoice=invoice,
        sku=sku,
        title=title,
        quantity=whole(quantity),
        at=moment(at),
        price_minor=pence(price),
        customer=customer_id(customer),
        country=country,
    )


def whole(text):
    if not WHOLE.fullmatch(text):
        raise Unreadable(f"Quantity “{text}” is not a whole number")
    return int(text)


@lru_cache(10_000)
def moment(text):
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise Unreadable(f"InvoiceDate “{text}” is not YYYY-MM-DD HH:MM:SS") from error


@lru_cache(10_000)
def pence(text):
    """Pounds in pence; what is no whole number of pence is not rounded."""
    if not PRICE.fullmatch(text):
        raise Unreadable(f"UnitPrice “{text}” is not a number")
    minor = Decimal(text) * 100
    if minor != int(minor):
        raise Unreadable(f"UnitPrice “{text}” is not a whole number of pence")
    return int(minor)


def customer_id(text):
    """The id without the “.0” that spreadsheets add; nothing stays nothing."""
    if not text:
        return ""
    found = CUSTOMER.fullmatch(text)
    if not found:
        raise Unreadable(f"CustomerID “{text}” is not a number")
    return found[1]
