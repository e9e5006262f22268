"""A sheet's text: readable by a spreadsheet, and nothing in it is worked out there."""

import csv
import io

import pytest

from aftersales.web.sheets import csv_text, safe


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\u3000=1",
        " \t1",
        "＝1",
        "－1",
    ],
)
def test_no_text_is_a_formula(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Amy", "2026-11-27", "王小明", "a=b", "", 5, 1.5, -3, 0])
def test_what_is_none_stays_as_it_is(value):
    assert safe(value) == value


def test_nothing_is_an_empty_cell():
    assert safe(None) == ""


def test_a_sheet_is_read_back_as_it_was_written():
    text = csv_text([["名字", "数"], ['"a", b\nc', -1], ["=x", None]])

    assert text.encode().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows == [["名字", "数"], ['"a", b\nc', "-1"], ["'=x", ""]]
