"""Each panel of the wall as a table for a spreadsheet."""

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from aftersales.dashboards.ahead import ahead, horizon
from aftersales.dashboards.late import late_rows
from aftersales.dashboards.load import load, stages
from aftersales.web.sheets import csv_text
from tickets.models import Stage, WaitingOn
from tickets.queries.waiting import HORIZONS

MOST_LATE = 2000


def sheet(name, look):
    """The text of a panel's table."""
    head, rows = SHEETS[name](look)
    return csv_text([head, *rows])


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
        _("Late since") + f" ({get_current_timezone_name()})",
        _("Request"),
        _("Next step"),
        _("Stage"),
        _("Who has it"),
        _("Waiting on"),
        _("Why"),
    ]
    rows, following = late_rows(look, limit=MOST_LATE)
    lines = [late_line(row) for row in rows]
    if following:
        said = _("Only the first %(count)s stand here; more have breached and are still open.")
        lines.append([said % {"count": len(rows)}, *[""] * (len(head) - 1)])
    return head, lines


def late_line(row):
    return [
        row["due_at"],
        row["ticket"].number,
        row["step"],
        Stage(row["ticket"].stage).label,
        row["assignee"],
        WaitingOn(row["ticket"].waiting_on).label,
        row["why"],
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
