"""Each panel of the wall as a table for a spreadsheet, in which no text is taken for a formula."""

import csv
import io

from django.utils.translation import gettext as _

from aftersales.dashboards.ahead import ahead, horizon
from aftersales.dashboards.late import late_rows
from aftersales.dashboards.load import load, stages
from tickets.models import Stage, WaitingOn
from tickets.queries.waiting import HORIZONS

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_LATE = 2000
BYTE_ORDER = "\ufeff"  # by which spreadsheets know the text is UTF-8


def sheet(name, look):
    """The text of a panel's table."""
    head, rows = SHEETS[name](look)
    written = io.StringIO()
    csv.writer(written).writerows([safe(value) for value in row] for row in [head, *rows])
    return BYTE_ORDER + written.getvalue()


def safe(value):
    """A text that would be a formula stands behind an apostrophe; numbers are numbers."""
    if isinstance(value, int | float):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) else text


def ahead_sheet(look):
    shown = ahead(look)
    head = [look.by.label, _("late now"), *(_("in %(hours)s h") % {"hours": h} for h in HORIZONS), _("open")]
    return head, [
        [row["name"], *(cell["count"] for cell in row["cells"])] for row in [*shown["rows"], shown["all"]]
    ]


def hours_sheet(look):
    shown = horizon(look)
    head = [_("Team"), _("Stage"), _("late now"), *shown["hours"], _("Sum")]
    rows = [
        [
            row["team"],
            Stage(row["stage"]).label,
            *(cell["count"] for cell in row["cells"]),
            row["sum"]["count"],
        ]
        for row in shown["rows"]
    ]
    sums = [cell["count"] for cell in shown["sums"]]
    return head, [*rows, [_("All teams"), "", *sums, shown["sum"]["count"]]]


def late_sheet(look):
    head = [
        _("Late since"),
        _("Request"),
        _("Next step"),
        _("Stage"),
        _("Who has it"),
        _("Waiting on"),
        _("Why"),
    ]
    rows, _following = late_rows(look, limit=MOST_LATE)
    return head, [
        [
            row["due_at"].isoformat(),
            row["ticket"].number,
            row["step"],
            Stage(row["ticket"].stage).label,
            row["assignee"],
            WaitingOn(row["ticket"].waiting_on).label,
            row["why"],
        ]
        for row in rows
    ]


def load_sheet(look):
    head = [_("Person"), _("Shift"), _("Requests"), _("Ours to move"), _("Due in 2 h"), _("Late")]
    return head, [
        [
            row["name"],
            row["standing"].label if row["standing"] else "",
            *(row[name] for name in ("count", "ours", "soon", "late")),
        ]
        for row in load(look)["rows"]
    ]


def stages_sheet(look):
    head = [_("Stage"), _("In it now"), _("Ours to move"), _("Late")]
    return head, [[row["stage"].label, row["count"], row["ours"], row["late"]] for row in stages(look)]


SHEETS = {
    "ahead": ahead_sheet,
    "hours": hours_sheet,
    "late": late_sheet,
    "load": load_sheet,
    "stages": stages_sheet,
}
