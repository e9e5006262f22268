"""What the wall shows: its panels, all from one reading of the kept counts and a few rows by index."""

from urllib.parse import urlencode

from django.urls import reverse

from aftersales.dashboards.ahead import ahead, horizon
from aftersales.dashboards.late import on_the_wall
from aftersales.dashboards.load import load, stages
from aftersales.dashboards.look import WINDOWS, By
from aftersales.dashboards.sheets import SHEETS
from tickets.queries.due_hours import hour_name
from tickets.queries.waiting import Numbers

AHEAD_ON_SCREEN, LATE_ON_SCREEN = 6, 5


def wall(look):
    """Every panel."""
    first, late, has_more = on_the_wall(look)
    return {
        **totals(look),
        "ahead": ahead(look),
        "horizon": horizon(look),
        "first": first,
        "late_rows": late,
        "late_more": has_more,
        "stages": stages(look),
        "load": load(look) if look.with_people else None,
    }


def screen(look):
    """What is read from across the room: few and large."""
    _first, late, _has_more = on_the_wall(look, first=0, late=LATE_ON_SCREEN)
    shown = ahead(look)
    shown["rows"] = sorted(shown["rows"], key=lambda row: -row["weight"])[:AHEAD_ON_SCREEN]
    return {
        **totals(look),
        "ahead": shown,
        "late_rows": late,
        "load": load(look) if look.with_people else None,
    }


def totals(look):
    numbers = sum((cell.numbers for cell in look.places), Numbers())
    return {
        "all": numbers.open,
        "late": numbers.late,
        "coming": sum(numbers.hours),
        "until": hour_name(look.until),
    }


def around(look):
    """The choices beside the panels, and the addresses of the wall's other forms."""
    dimensions = [by for by in By if by != By.PERSON or look.with_people]
    return {
        "section": "wall",
        "look": look,
        "windows": WINDOWS,
        "dimensions": [(by, by.label, address(**look.params(by=by.value))) for by in dimensions],
        "here": address(**look.params()),
        "screen_url": address(**look.params(screen=1)),
        "all_url": look.link(),
        "late_url": reverse("wall_late", query=look.params()),
        "sheets": {name: reverse("wall_sheet", args=[name], query=look.params()) for name in SHEETS},
        "keep": urlencode({name: value for name, value in look.params().items() if name != "shop"}),
    }


def address(**params):
    return reverse("wall", query=params)
