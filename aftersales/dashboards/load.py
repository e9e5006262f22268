"""What people have before them, against who is there to do it."""

from django.utils.translation import pgettext

from staff.shifts import Shifts, Standing
from tickets.models import Stage
from tickets.policies import DESK, FLOOR
from tickets.queries.own_steps import OURS
from tickets.queries.waiting import HORIZONS, Numbers, sums

SOON = 2  # hours; one of the horizons
SOON_AT = HORIZONS.index(SOON)
MOST_PEOPLE = 40
MOST_NAMED = 50  # values in one filter
OWN_TURN = [str(whom) for whom in OURS]
ABSENT = (Standing.OFF, Standing.AWAY)


def load(look):
    """{rows, on, ours, unattended}: who has how much and who is on shift, nobody first, then the most pressed."""
    everything = sums(look.holders, lambda cell: cell.assignee_id)
    ours = ours_of(look.holders, lambda cell: cell.assignee_id)
    people, shifts = look.names.people, Shifts(look.shop_ids, look.names.people)
    rows = [
        row_of(look, pk, people.get(pk), everything.get(pk, Numbers()), ours.get(pk, 0), shifts)
        for pk in {*everything, *people}
    ]
    most = max((row["ours"] for row in rows), default=0) or 1
    for row in rows:
        row["percent"] = 100 * row["ours"] // most
    shown = sorted(filter(is_shown, rows), key=order_of)
    there = [row for row in rows if row["standing"] == Standing.ON and works(row["person"])]
    return {
        "rows": shown[:MOST_PEOPLE],
        "left_out": max(0, len(shown) - MOST_PEOPLE),
        "on": len(there),
        "ours": sum(row["ours"] for row in rows),
        "each": round(sum(row["ours"] for row in rows) / len(there), 1) if there else None,
        "unattended": unattended(look, rows),
    }


def row_of(look, pk, person, numbers, ours, shifts):
    filters = {"assignee": person.username if person else "nobody"}
    standing = shifts.standing(pk, look.at) if person else None
    return {
        "person": person,
        "name": person.display_name if person else pgettext("assignee", "nobody"),
        "standing": standing,
        "until": until(pk, standing, look.at, shifts),
        "count": numbers.open,
        "ours": ours,
        "soon": numbers.ahead[SOON_AT],
        "late": numbers.late,
        "url": look.link(**filters),
        "ours_url": look.link(waiting_on=OWN_TURN, **filters),
        "soon_url": look.link(due=f"{SOON}h", sla="on_time", **filters),
        "late_url": look.link(due="late", **filters),
    }


def until(pk, standing, at, shifts):
    """When who is there goes, or who is not there comes."""
    if standing == Standing.ON:
        return shifts.leaves_at(pk, at)
    return shifts.back_at(pk, at) if standing in ABSENT else None


def is_shown(row):
    """Who has something, and who is there to take something on."""
    return row["count"] or (row["standing"] == Standing.ON and works(row["person"]))


def works(person):
    return person is not None and person.is_active and person.role in DESK | FLOOR


def order_of(row):
    return row["person"] is not None, -row["late"], -row["soon"], -row["ours"], row["name"]


def unattended(look, rows):
    """What is late or due soon with people who are not there: the first thing to hand over."""
    absent = [row for row in rows if row["standing"] in ABSENT and (row["late"] or row["soon"])][:MOST_NAMED]
    return {
        "count": sum(row["late"] + row["soon"] for row in absent),
        "people": len(absent),
        "url": look.link(due=f"{SOON}h", assignee=[row["person"].username for row in absent]),
    }


def stages(look):
    """How many requests each stage holds, how many of them are ours to move, how many late."""
    found, ours = sums(look.places, lambda cell: cell.stage), ours_of(look.places, lambda cell: cell.stage)
    most = max((numbers.open for numbers in found.values()), default=0) or 1
    return [
        {
            "stage": stage,
            "count": numbers.open,
            "percent": 100 * numbers.open // most,
            "ours": ours.get(stage, 0),
            "late": numbers.late,
            "url": look.link(stage=str(stage)),
            "ours_url": look.link(stage=str(stage), waiting_on=OWN_TURN),
            "late_url": look.link(stage=str(stage), due="late"),
        }
        for stage in Stage
        if stage != Stage.DONE
        for numbers in [found.get(stage, Numbers())]
    ]


def ours_of(cells, key):
    """{key: how many are ours to move}."""
    numbers = sums([cell for cell in cells if cell.waiting_on in OURS], key)
    return {name: each.open for name, each in numbers.items()}
