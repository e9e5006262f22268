"""The panels as tables for a spreadsheet: the same numbers, and no text that is a formula."""

import csv
from datetime import UTC, datetime, timedelta

import pytest

from aftersales.clock import now
from aftersales.dashboards import sheets
from aftersales.dashboards.sheets import SHEETS
from staff.models import Team
from tickets.models import Hold

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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


def test_times_are_the_readers(leo, page_as, due_at):
    leo.time_zone = "Asia/Shanghai"
    leo.save()
    due_at(datetime(2026, 11, 2, 16, 30, 5, 999, tzinfo=UTC))

    head, row = read(page_as(leo).get("/wall/late.csv"))

    assert (head[0], row[0]) == ("Late since (Asia/Shanghai)", "2026-11-03 00:30:05")


def test_it_says_when_not_all_of_the_late_are_in_it(leo, page_as, due_at, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_LATE", 2)
    tickets = [due_at(now() - hours * HOUR) for hours in (3, 2)]
    browser = page_as(leo)
    assert [row[1] for row in read(browser.get("/wall/late.csv"))[1:]] == [each.number for each in tickets]

    due_at(now() - HOUR)

    rows = read(browser.get("/wall/late.csv"))
    assert [row[1] for row in rows[1:]] == [*(each.number for each in tickets), ""]
    assert rows[-1][0] == "Only the first 2 stand here; more have breached and are still open."
    assert len({len(row) for row in rows}) == 1


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
