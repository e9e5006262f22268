"""What people have before them, against who is on shift."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.dashboards.load import load, stages
from staff.models import Shift
from tickets.models import NEVER

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def rows(shown):
    return {row["name"]: (row["count"], row["ours"], row["soon"], row["late"]) for row in shown["rows"]}


def test_who_has_how_much_nobody_first(leo, amy, look, due_at):
    due_at(now() - HOUR, assignee=amy)
    due_at(now() + HOUR, assignee=amy)
    due_at(now() + 5 * HOUR, assignee=amy, waiting_on="customer")
    due_at(NEVER)

    shown = load(look(leo))

    assert rows(shown) == {"nobody": (1, 1, 0, 0), "Amy": (3, 2, 1, 1)}
    assert next(iter(rows(shown))) == "nobody"
    assert (shown["ours"], shown["on"], shown["each"]) == (3, 0, None)


def test_who_is_there_is_held_against_what_is_ours(leo, amy, finn, look, due_at):
    Shift.objects.create(user=amy, calendar="24x7")
    Shift.objects.create(user=finn, calendar="24x7")
    for _n in range(3):
        due_at(now() + 9 * HOUR, assignee=amy)

    shown = load(look(leo))

    assert (shown["on"], shown["ours"], shown["each"]) == (2, 3, 1.5)
    assert rows(shown)["Finn"] == (0, 0, 0, 0)  # who is there and has room
    assert {row["name"]: row["standing"] for row in shown["rows"]} == {"Amy": "on", "Finn": "on"}


def test_what_is_due_with_somebody_who_is_away_is_said(leo, amy, look, page_as, due_at):
    back = now() + 3 * HOUR
    Shift.objects.create(user=amy, calendar="24x7", away_until=back)
    due_at(now() - HOUR, assignee=amy)
    due_at(now() + HOUR, assignee=amy)
    due_at(now() + 5 * HOUR, assignee=amy)
    due_at(now() + HOUR, assignee=leo)

    shown = load(look(leo))

    amys = next(row for row in shown["rows"] if row["name"] == "Amy")
    assert (amys["standing"], amys["until"]) == ("away", back)
    assert (shown["unattended"]["count"], shown["unattended"]["people"]) == (2, 1)
    assert len(page_as(leo).get(shown["unattended"]["url"]).context["rows"]) == 2


def test_where_requests_stand(leo, look, due_at):
    due_at(now() - HOUR)
    due_at(now() + HOUR)
    due_at(NEVER, stage="receive", waiting_on="customer")

    shown = {str(row["stage"]): (row["count"], row["ours"], row["late"]) for row in stages(look(leo))}

    assert shown == {
        "communicate": (2, 2, 1),
        "receive": (1, 0, 0),
        "inspect": (0, 0, 0),
        "resolve": (0, 0, 0),
    }
