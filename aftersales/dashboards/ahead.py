"""What will breach if nothing changes: by team, stage, person or whom it waits for, and by the hour."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aftersales.dashboards.look import By
from tickets.models import Stage, WaitingOn
from tickets.queries.waiting import HORIZONS, Numbers, sums

STAGES = [stage for stage in Stage if stage != Stage.DONE]
MOST_ROWS = 30
# From how many requests a cell is seen from across the room.
MANY, VERY_MANY = 3, 6


# -- by one dimension, in one, two, four and eight hours --------------------------------------


def ahead(look):
    """{rows, all, left_out}: how many are late, and how many breach within each horizon."""
    cells = look.holders if look.by == By.PERSON else look.places
    found = sums(cells, KEYS[look.by])
    rows = [ahead_row(look, key, numbers) for key, numbers in found.items() if is_shown(look, numbers)]
    rows.sort(key=lambda row: -row["weight"])
    shown = sorted(rows[:MOST_ROWS], key=lambda row: row["order"])
    everything = sum((cell.numbers for cell in cells), Numbers())
    return {
        "rows": shown,
        "all": {"name": _("All"), "cells": ahead_cells(look, everything, _("All"))},
        "left_out": len(rows) - len(shown),
    }


KEYS = {
    By.TEAM: lambda cell: cell.team_id,
    By.STAGE: lambda cell: cell.stage,
    By.PERSON: lambda cell: cell.assignee_id,
    By.WAITING_ON: lambda cell: cell.waiting_on,
}


def is_shown(look, numbers):
    """People are many: only those with something late or due."""
    return numbers.late or numbers.ahead[-1] or (look.by != By.PERSON and numbers.open)


def ahead_row(look, key, numbers):
    name, order, filters = DESCRIBED[look.by](look, key)
    return {
        "name": name,
        "order": order,
        "weight": numbers.late + numbers.ahead[-1],
        "cells": ahead_cells(look, numbers, name, **filters),
    }


def ahead_cells(look, numbers, name, **filters):
    """Late, within each horizon, open: each with the link to those requests."""
    late = heat(numbers.late, is_late=True)
    found = [cell(numbers.late, look.link(due="late", **filters), late, name, _("late now"))]
    for hours, count in zip(HORIZONS, numbers.ahead, strict=True):
        url = look.link(due=f"{hours}h", sla="on_time", **filters)
        found.append(cell(count, url, heat(count), name, _("in %(hours)s h") % {"hours": hours}))
    return [*found, cell(numbers.open, look.link(**filters), "", name, _("open"))]


NOTHING = SafeString("<span>·</span>")


def cell(count, url, tone, *said):
    """A number, and as it is drawn: in Python, because tables of hundreds cost too much through the template engine."""
    drawn = NOTHING
    if count:
        spoken = " · ".join(map(str, (count, *said)))
        drawn = format_html('<a class="{}" href="{}" aria-label="{}">{}</a>', tone, url, spoken, count)
    return {"count": count, "url": url, "heat": tone, "label": said[-1], "drawn": drawn}


def of_team(look, key):
    if key is None:
        return pgettext("team", "No team"), (1, ""), {"team": "none"}
    team = look.names.teams[key]
    return team.name, (0, team.code), {"team": team.code}


def of_stage(look, key):
    return Stage(key).label, STAGES.index(key), {"stage": key}


def of_person(look, key):
    if key is None:
        return pgettext("assignee", "nobody"), (0, ""), {"assignee": "nobody"}
    person = look.names.people[key]
    return person.display_name, (1, person.username), {"assignee": person.username}


def of_waiting_on(look, key):
    return WaitingOn(key).label, WaitingOn.values.index(key), {"waiting_on": key}


DESCRIBED = {By.TEAM: of_team, By.STAGE: of_stage, By.PERSON: of_person, By.WAITING_ON: of_waiting_on}


# -- the heat table: hour by hour ---------------------------------------------------------------


def horizon(look):
    """A row for each team and stage with something late or due, a column for each hour."""
    found = sums(look.places, lambda cell: (cell.team_id, cell.stage))
    rows = []
    for team_id in sorted({team_id for team_id, _stage in found}, key=lambda pk: of_team(look, pk)[1]):
        of_it = [(stage, found[team_id, stage]) for stage in STAGES if (team_id, stage) in found]
        named = [heat_row(look, team_id, stage, numbers) for stage, numbers in of_it if due_sum(numbers)]
        rows += [{**row, "is_first": place == 0} for place, row in enumerate(named)]
    everything = sum(found.values(), Numbers(hours=(0,) * look.hours))
    return {
        "hours": look.hour_names(),
        "rows": rows,
        "sums": hour_cells(look, everything, _("All teams")),
        "sum": cell(due_sum(everything), look.link_until(), "strong", _("All teams"), _("Sum")),
    }


def due_sum(numbers):
    return numbers.late + sum(numbers.hours)


def heat_row(look, team_id, stage, numbers):
    team, _order, filters = of_team(look, team_id)
    name, filters = f"{team} · {stage.label}", {**filters, "stage": str(stage)}
    return {
        "team": team,
        "stage": stage,
        "cells": hour_cells(look, numbers, name, **filters),
        "sum": cell(due_sum(numbers), look.link_until(**filters), "", name, _("Sum")),
    }


def hour_cells(look, numbers, name, **filters):
    late = heat(numbers.late, is_late=True)
    hours = look.hour_names()
    return [cell(numbers.late, look.link(due="late", **filters), late, name, _("late now"))] + [
        cell(count, look.link_in_hour(place, **filters), heat(count), name, hours[place])
        for place, count in enumerate(numbers.hours)
    ]


def heat(count, *, is_late=False):
    if is_late:
        return "w3 big" if count > 1 else "w3"
    return "w3" if count >= VERY_MANY else "w2" if count >= MANY else "w1"
