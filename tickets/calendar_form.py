"""The form of a calendar: a line of intervals for each day of the week, and rows for the days that differ."""

from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.worktime.parsing import WEEKDAYS
from tickets.procedure_words import in_language
from tickets.rule_forms import Part, Section, code_part, language_parts, row_of, times_of, without_nothing

DAYS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
ENDS = ("announced_from", "announced_until")
OPTIONAL = ("holidays", "make_up_days", "make_up_hours", "special_days", "breaks", *ENDS)
BY_DAY = ("special_days", "breaks")
SOUND = {
    "name": {"en": "-"},
    "time_zone": "UTC",
    "weekly": {key: ["09:00-18:00"] for key in WEEKDAYS},
    "holidays": [],
    "make_up_days": [],
    "make_up_hours": ["09:00-18:00"],
    "special_days": {},
    "breaks": {},
    "_by_key": ("weekly", "special_days", "breaks"),
}
NEW = {"name": {}, "time_zone": "Asia/Shanghai", "weekly": {key: ["09:00-18:00"] for key in WEEKDAYS[:5]}}


def zones():
    """What may be typed as a zone, without those that only old files name."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def sections(context):
    hours = _("Like 09:00-12:00, 13:00-18:00; 22:00-06:00 runs over midnight.")
    return [
        Section(
            _("Calendar"),
            [
                *code_part(context),
                *language_parts("name", _("Name of the rule"), in_language),
                Part("time_zone", _("Time zone"), mono=True, listed="zones"),
                Part("announced_from", _("Holidays are known from"), mono=True,
                     hint=_("A day like 2026-01-01; before it every explanation says that it is a guess.")),
                Part("announced_until", _("Holidays are known until"), mono=True,
                     hint=_("A day like 2026-12-31; after it every explanation says that it is a guess.")),
            ],
        ),
        Section(
            _("Hours of the week"),
            [Part(f"weekly_{key}", label, mono=True) for key, label in DAYS.items()],
            hint=" ".join((hours, _("An empty day is closed."))),
        ),
        holidays_section(),
        days_section(hours),
    ]  # fmt: skip


def holidays_section():
    columns = (
        Part("zh", in_language(_("Holiday"), "zh"), lang="zh-Hans"),
        Part("en", in_language(_("Holiday"), "en"), lang="en"),
        Part("days", _("Days"), mono=True),
    )
    hint = _("Days like 2026-10-01, 2026-10-02. An empty row is none.")
    return Section(
        _("Holidays"), [Part("holidays", _("Holidays"), "rows", columns=columns, hint=hint)], cells=12
    )


def days_section(hint):
    """Days with hours of their own, in one way or another; `hint` is how hours are written."""
    columns = (Part("day", _("Day"), mono=True), Part("hours", _("Hours"), mono=True))
    return Section(
        _("Days that differ"),
        [
            Part("special_days", _("Days with hours of their own"), "rows", hint=hint, columns=columns),
            Part("breaks", _("Breaks on a day"), "rows", hint=_("These hours are cut out of the day."),
                 columns=columns),
            Part("make_up_days", _("Make-up days"), mono=True,
                 hint=_("Weekend days that are worked: 2026-10-10, 2026-10-11.")),
            Part("make_up_hours", _("Hours of make-up days"), mono=True,
                 hint=_("Empty: those of the first working day of the week.")),
        ],
    )  # fmt: skip


def shown(body):
    """The body as it is typed."""
    name, weekly = body.get("name", {}), body.get("weekly", {})
    return {
        "code": body.get("code", ""),
        "name_zh": name.get("zh") or "",
        "name_en": name.get("en") or "",
        "time_zone": body.get("time_zone", ""),
        **{name: body.get(name) or "" for name in ENDS},
        **{f"weekly_{key}": ", ".join(weekly.get(key, [])) for key in WEEKDAYS},
        "holidays": [
            {**names_of(entry), "days": ", ".join(entry.get("days") or [])}
            for entry in body.get("holidays") or []
        ],
        "make_up_days": ", ".join(body.get("make_up_days") or []),
        "make_up_hours": ", ".join(body.get("make_up_hours") or []),
        **{
            name: [
                {"day": key, "hours": ", ".join(value)}
                for key, value in sorted((body.get(name) or {}).items())
            ]
            for name in BY_DAY
        },
    }


def names_of(entry):
    name = entry.get("name") or {}
    return {"zh": name.get("zh") or "", "en": name.get("en") or ""}


def read(values, standing):
    """The body as it was typed; what the form does not know stays as it stands."""
    weekly = {key: times_of(values[f"weekly_{key}"]) for key in WEEKDAYS}
    optional = {
        "holidays": holidays_of(values["holidays"], standing.get("holidays") or []),
        "make_up_days": times_of(values["make_up_days"]),
        "make_up_hours": times_of(values["make_up_hours"]),
        **{name: " ".join(times_of(values[name])) for name in ENDS},
        **{name: hours_by_day(values[name]) for name in BY_DAY},
    }
    kept = {name: value for name, value in standing.items() if name not in OPTIONAL}
    return kept | {
        "code": values.get("code") or standing.get("code", ""),
        "name": {one: values[f"name_{one}"] for one in ("zh", "en") if values[f"name_{one}"]},
        "time_zone": values["time_zone"],
        "weekly": {key: hours for key, hours in weekly.items() if hours},
        **without_nothing(optional),
    }


def holidays_of(rows, standing):
    """What else stands with a holiday of this name stays with it."""
    found = []
    for row in rows:
        name = {one: row[one] for one in ("zh", "en") if row[one]}
        same = next((entry for entry in standing if entry.get("name") == name), {})
        found.append({**same, "name": name, "days": times_of(row["days"])})
    return found


def hours_by_day(rows):
    """A day that was typed twice has the hours of both."""
    found = {}
    for row in rows:
        found.setdefault(" ".join(times_of(row["day"])), []).extend(times_of(row["hours"]))
    return found


def place(steps):
    """(part, row) of a place in the body."""
    head = steps[0] if steps else ""
    if head == "weekly":
        return f"weekly_{steps[1] if len(steps) > 1 else 'mon'}", ""
    if head == "name":
        return "name_zh", ""
    if head in BY_DAY:
        return head, steps[1] if len(steps) > 1 else ""
    return head, row_of(steps) if head == "holidays" else ""
