"""A panel as a sheet: rows of one length, in which no name is taken for a formula."""

import csv
import io
import re

import pytest

pytestmark = pytest.mark.django_db
PAGE = "/wall/history"
SHEETS = ["sla", "times", "intake", "funnel", "people"]


@pytest.mark.parametrize("panel", SHEETS)
def test_each_panel_is_a_sheet(lived, leo, page_as, panel):
    answer = page_as(leo).get(f"{PAGE}/{panel}.csv", {"days": 28})

    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len({len(line) for line in lines}) == 1
    assert len(lines) > 1
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(rf'attachment; filename="{panel}-[\d-]+\.csv"', answer["Content-Disposition"])


@pytest.mark.parametrize(
    "name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "＝1", "  =1", "\u00a0=1"]
)
def test_no_name_is_taken_for_a_formula(lived, leo, amy, page_as, name):
    type(amy).objects.filter(pk=amy.pk).update(name_en=name)

    text = page_as(leo).get(f"{PAGE}/people.csv").text

    cells = [line[0] for line in csv.reader(io.StringIO(text.removeprefix("\ufeff")))]
    assert f"'{name}" in cells


def test_a_sheet_that_there_is_not(leo, page_as):
    assert page_as(leo).get(f"{PAGE}/money.csv").status_code == 404
