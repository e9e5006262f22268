"""The panels as tables for a spreadsheet: the same numbers, and no text that is a formula."""

import csv
from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.dashboards.sheets import SHEETS, safe
from staff.models import Team
from tickets.models import Hold

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("http://x")']
)
def test_no_text_is_a_formula(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Amy", "2026-11-27", "王小明", "a=b", 5, 1.5, -3, 0])
def test_what_is_none_stays_as_it_is(value):
    assert safe(value) == value


def read(answer):
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("name", SHEETS)
def test_each_panel_has_one(leo, page_as, due_at, name):
    ticket = due_at(now() - HOUR, assignee=leo)

    rows = read(page_as(leo).get(f"/wall/{name}.csv"))

    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    assert (ticket.number in str(rows)) == (name == "late")


def test_names_and_reasons_of_others_are_made_harmless(leo, page_as, due_at, stage):
    Team.objects.filter(pk=stage.team.pk).update(name_en="=cmd|' /C calc'!A0")
    ticket = due_at(now() - HOUR)
    Hold.objects.create(ticket=ticket, reason="+SUM(1)", waiting_on="us", placed_by="x", placed_at=now())
    browser = page_as(leo)

    assert read(browser.get("/wall/ahead.csv"))[1][0].startswith("'=cmd")
    assert read(browser.get("/wall/late.csv"))[1][-1] == "On hold: +SUM(1)"


def test_there_is_no_other_sheet_and_none_for_strangers(leo, client, page_as):
    assert page_as(leo).get("/wall/secrets.csv").status_code == 404
    client.logout()
    assert client.get("/wall/late.csv").status_code == 302
