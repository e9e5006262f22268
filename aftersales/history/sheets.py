"""A panel as a sheet: rows for a spreadsheet."""

from django.utils.translation import gettext as _

from aftersales.history.queries.panels import HOURS, WAY_NAMES, WAYS
from aftersales.history.words import measure_name, target_name
from aftersales.web.drawing import stage_name
from aftersales.web.sheets import csv_text
from aftersales.web.times import WEEKDAYS


def sheet_of(name, panel):
    """The panel as CSV."""
    return csv_text(ROWS[name](panel))


def sla_rows(panel):
    yield [_("Clock"), _("Met"), _("Missed"), _("Share met in percent")]
    for row in panel["rows"]:
        yield [target_name(row["target"]), row["met"], row["missed"], row["share"]]
    yield [_("All"), panel["met"], panel["missed"], panel["share"]]


def times_rows(panel):
    yield [
        _("Measure"),
        _("How many"),
        _("Half of them within, in seconds of working time"),
        _("Nine in ten within, in seconds of working time"),
        _("Target on average, in seconds"),
    ]
    for row in panel["rows"]:
        figures = ("count", "p50_seconds", "p90_seconds", "target_seconds")
        yield [measure_name(row["measure"]), *(row[name] for name in figures)]


def intake_rows(panel):
    yield [_("Weekday"), *(f"{hour:02d}:00" for hour in HOURS)]
    for row in panel["rows"]:
        yield [str(WEEKDAYS[row["weekday"] - 1]), *(cell["count"] for cell in row["cells"])]


def funnel_rows(panel):
    yield [_("Stage"), _("Entered"), *(str(WAY_NAMES[way]) for way in WAYS)]
    for row in panel["rows"]:
        yield [str(stage_name(row["stage"])), row["entered"], *(row["left"][way] for way in WAYS)]


def people_rows(panel):
    yield [
        *(_("Person"), _("First replies"), _("Half of the first replies within, in seconds of working time")),
        *(_("Next answers"), _("Clocks met"), _("Clocks missed"), _("Share met in percent")),
    ]
    for row in panel["rows"]:
        figures = ("first_replies", "first_reply_p50_seconds", "next_replies", "met", "missed", "share")
        yield [row["person"].display_name, *(row[name] for name in figures)]


ROWS = {
    "sla": sla_rows,
    "times": times_rows,
    "intake": intake_rows,
    "funnel": funnel_rows,
    "people": people_rows,
}
