"""Rows as CSV that a spreadsheet reads as text and numbers: in UTF-8, and no cell is ever taken for a formula."""

import csv
import io
import re
from datetime import datetime

from django.utils.timezone import localtime

BYTE_ORDER = "\ufeff"  # by which spreadsheets know the text is UTF-8
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[^\S\t\r\n]*[\t\r\n]")  # whatever space is before it


def csv_text(rows):
    """The text of the sheet."""
    written = io.StringIO()
    csv.writer(written).writerows([safe(value) for value in row] for row in rows)
    return BYTE_ORDER + written.getvalue()


def safe(value):
    """A text that would be a formula stands behind an apostrophe; numbers are numbers, times are the reader's."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text
