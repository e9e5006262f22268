"""What will breach: in each hour and within each horizon, by team, stage, person and whom it waits for."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from aftersales.dashboards.ahead import MOST_ROWS, ahead, horizon
from tests.factories import new_user
from tickets.models import NEVER
from tickets.queries.due_hours import hours_ahead

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def table(shown):
    return {row["name"]: [cell["count"] for cell in row["cells"]] for row in shown["rows"]}


def heat(shown):
    return {
        (row["team"], str(row["stage"])): [cell["count"] for cell in row["cells"]] for row in shown["rows"]
    }


def test_requests_stand_in_the_hour_in_which_their_clock_runs_out(leo, look, due_at):
    at = now()
    hours = hours_ahead(at)
    due_at(at - 5 * HOUR)
    for hour in (hours[1], hours[1] + HOUR / 2, hours[3]):
        due_at(hour)
    due_at(hours[3], stage="inspect")
    due_at(hours[9])
    due_at(NEVER)

    shown = horizon(look(leo, at=at))

    assert heat(shown) == {
        ("After-sales", "communicate"): [1, 0, 2, 0, 1, 0, 0, 0, 0],
        ("After-sales", "inspect"): [0, 0, 0, 0, 1, 0, 0, 0, 0],
    }
    assert [cell["count"] for cell in shown["sums"]] == [1, 0, 2, 0, 2, 0, 0, 0, 0]
    assert (shown["sum"]["count"], [row["sum"]["count"] for row in shown["rows"]]) == (5, [4, 1])


@pytest.fixture
def spread(due_at, amy, leo, stage):
    """Late, in half an hour, in 90 minutes, in 3, 7 and 20 hours, and never: with several people and teams."""
    at = now()
    due_at(at - HOUR, assignee=amy)
    due_at(at + HOUR / 2, assignee=amy, waiting_on="warehouse")
    due_at(at + 1.5 * HOUR, stage="inspect", team=None)
    due_at(at + 3 * HOUR, assignee=leo)
    due_at(at + 7 * HOUR, team=stage.other_team, stage="resolve")
    due_at(at + 20 * HOUR, stage="inspect")
    due_at(NEVER, waiting_on="customer", stage="receive")
    return at


BY = {
    "team": {"After-sales": [1, 1, 1, 2, 2, 5], "Others": [0, 0, 0, 0, 1, 1], "No team": [0, 0, 1, 1, 1, 1]},
    "stage": {
        "Communicate": [1, 1, 1, 2, 2, 3],
        "Receive": [0, 0, 0, 0, 0, 1],
        "Inspect": [0, 0, 1, 1, 1, 2],
        "Resolve": [0, 0, 0, 0, 1, 1],
    },
    "person": {"nobody": [0, 0, 1, 1, 2, 4], "Amy": [1, 1, 1, 1, 1, 2], "Leo": [0, 0, 0, 1, 1, 1]},
    "waiting_on": {"Us": [1, 0, 1, 2, 3, 5], "Customer": [0, 0, 0, 0, 0, 1], "Warehouse": [0, 1, 1, 1, 1, 1]},
}


@pytest.mark.parametrize("by", BY)
def test_within_one_two_four_and_eight_hours_by_each_dimension(leo, look, spread, by):
    shown = ahead(look(leo, f"by={by}", at=spread))

    assert table(shown) == BY[by]
    assert [cell["count"] for cell in shown["all"]["cells"]] == [1, 1, 2, 3, 4, 7]
    assert list(table(shown)) == list(BY[by])


def test_of_many_people_the_most_pressed_are_shown(leo, look, due_at, shop):
    for number in range(MOST_ROWS + 2):
        person = new_user(f"p{number}", "agent", "人", f"P{number}")
        due_at(now() + 2 * HOUR, assignee=person)
    due_at(now() - HOUR, assignee=person)

    shown = ahead(look(leo, "by=person"))

    assert (len(shown["rows"]), shown["left_out"]) == (MOST_ROWS, 2)
    assert f"P{number}" in table(shown)


def test_who_has_nothing_due_is_not_in_the_way(leo, amy, look, due_at):
    due_at(NEVER, assignee=amy)

    assert ahead(look(leo, "by=person"))["rows"] == []
    assert len(ahead(look(leo, "by=team"))["rows"]) == 1
