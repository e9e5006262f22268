"""What the SLA wall shows: one count of all open requests, turned into its panels."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC

from django.db.models import Case, Count, Value, When
from django.db.models.functions import TruncHour
from django.urls import reverse

from staff.models import Team, User
from tickets.models import NEVER, OPEN_STATUSES, Stage, Ticket
from tickets.queries import queue
from tickets.queries.due_hours import HOUR, hour_code, hour_name, hours_ahead
from tickets.queries.own_steps import OURS

WINDOWS = (4, 8, 12)  # hours
FIRST_TO_GO = 8
JUST_LATE = HOUR / 2  # what is late for longer is in the column of the late, and no news
SOON = 2  # this hour and the next
STAGES = [stage for stage in Stage if stage != Stage.DONE]
# From how many requests a cell is seen from across the room.
MANY, VERY_MANY = 3, 6


@dataclass(frozen=True)
class Look:
    """What somebody asks of the wall: their open requests, narrowed, and how far ahead."""

    actor: object
    at: object
    hours: int = 8
    shop: object = None
    team: object = None

    @property
    def tickets(self):
        tickets = Ticket.objects.visible_to(self.actor).filter(status__in=OPEN_STATUSES)
        if self.shop:
            tickets = tickets.filter(shop=self.shop)
        return tickets.filter(team=self.team) if self.team else tickets

    @property
    def columns(self):
        return hours_ahead(self.at, self.hours)

    @property
    def until(self):
        return self.columns[-1] + HOUR

    def link(self, **filters):
        """The queue with these filters and the wall's own."""
        if self.shop:
            filters["shop"] = self.shop.code
        return reverse("queue", query={"view": "all", **filters})


def wall(look):
    """Every panel, from one statement over the open requests and three small ones for names and rows."""
    counted = counted_requests(look)
    teams = Team.objects.in_bulk({row["team_id"] for row in counted if row["team_id"]})
    return {
        "horizon": horizon(look, counted, teams),
        "stages": stages(look, counted),
        "people": people(look, counted),
        "first": first_to_go(look),
        "late": sum(row["count"] for row in counted if row["due"] == look.at),
        "coming": sum(row["count"] for row in counted if row["due"] and row["due"] != look.at),
        "all": sum(row["count"] for row in counted),
    }


def counted_requests(look):
    """[{team_id, stage, assignee_id, is_ours, due, count}]; `due` is the hour, `look.at` for the late, or None.

    A request counts once, at its nearest clock. The open ones of a shop are read by their own index.
    """
    due = Case(
        When(next_due_at__lt=look.at, then=Value(look.at)),
        When(next_due_at__lt=look.until, then=TruncHour("next_due_at", tzinfo=UTC)),
    )
    ours = Case(When(waiting_on__in=OURS, then=True), default=False)
    return list(
        look.tickets.order_by()
        .annotate(due=due, is_ours=ours)
        .values("team_id", "stage", "assignee_id", "is_ours", "due")
        .annotate(count=Count("pk"))
    )


# -- what breaches in the next hours ------------------------------------------------


def horizon(look, counted, teams):
    """The heat table: a row for each team and stage with something due, a column for each hour."""
    places = Counter()
    for row in counted:
        if row["due"]:
            places[row["team_id"], row["stage"], row["due"]] += row["count"]
    columns = [look.at, *look.columns]
    rows = []
    for team_id in sorted(
        {place[0] for place in places}, key=lambda pk: (pk is None, str(teams.get(pk, "")))
    ):
        of_team = [
            heat_row(look, teams.get(team_id), stage, [places[team_id, stage, due] for due in columns])
            for stage in STAGES
        ]
        rows += first_named([row for row in of_team if row["sum"]])
    sums = [sum(row["numbers"][at] for row in rows) for at in range(len(columns))]
    return {
        "hours": [hour_name(hour) for hour in look.columns],
        "rows": rows,
        "sums": sums,
        "sum": sum(sums),
        "until": hour_name(look.until),
    }


def heat_row(look, team, stage, numbers):
    filters = {"stage": str(stage), **({"team": team.code} if team else {})}
    names = [None, *[f"{hour_name(hour)}–{hour_name(hour + HOUR)}" for hour in look.columns]]
    dues = ["late", *map(hour_code, look.columns)]
    return {
        "team": team,
        "stage": stage,
        "numbers": numbers,
        "sum": sum(numbers),
        "url": look.link(**filters),
        "cells": [
            {
                "count": count,
                "hour": name,
                "heat": heat(count, is_late=name is None),
                "url": look.link(**filters, due=due),
            }
            for count, name, due in zip(numbers, names, dues, strict=True)
        ],
    }


def heat(count, *, is_late):
    if is_late:
        return "w3 big" if count > 1 else "w3"
    return "w3" if count >= VERY_MANY else "w2" if count >= MANY else "w1"


def first_named(rows):
    """Only the first row of a team says its name."""
    return [{**row, "is_first": number == 0} for number, row in enumerate(rows)]


# -- who goes first, and where requests stand ------------------------------------------


def first_to_go(look):
    soonest = look.tickets.filter(next_due_at__gte=look.at - JUST_LATE, next_due_at__lt=NEVER)
    tickets = queue.with_row_parts(soonest.order_by("next_due_at", "id"))[:FIRST_TO_GO]
    return [queue.row(ticket) for ticket in tickets]


def stages(look, counted):
    """How many requests each stage holds, how many of them are ours to move, how many late."""
    most = max((share(counted, stage=stage) for stage in STAGES), default=0) or 1
    return [
        {
            "stage": stage,
            "count": (count := share(counted, stage=stage)),
            "percent": 100 * count // most,
            "ours": share(counted, stage=stage, is_ours=True),
            "late": share(counted, stage=stage, due=look.at),
            "url": look.link(stage=str(stage)),
            "late_url": look.link(stage=str(stage), due="late"),
        }
        for stage in STAGES
    ]


def people(look, counted):
    """Who has how much, nobody first: what is late, and what is due in this hour and the next."""
    names = User.objects.in_bulk({row["assignee_id"] for row in counted if row["assignee_id"]})
    found = [
        {
            "person": names.get(pk),
            "count": share(counted, assignee_id=pk),
            "ours": share(counted, assignee_id=pk, is_ours=True),
            "late": share(counted, assignee_id=pk, due=look.at),
            "soon": sum(share(counted, assignee_id=pk, due=due) for due in look.columns[:SOON]),
        }
        for pk in {row["assignee_id"] for row in counted}
    ]
    return sorted(found, key=lambda row: (row["person"] is not None, -row["late"], -row["count"]))


def share(counted, **wanted):
    return sum(row["count"] for row in counted if all(row[name] == value for name, value in wanted.items()))


def mine(actor):
    """(shops, teams) to choose from: those the person serves, and the teams beside them."""
    _own_teams, shops = actor.user.places()
    teams = Team.objects.filter(shops__in=shops).distinct().order_by("code")
    return shops, list(teams)
