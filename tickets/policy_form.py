"""The form of an SLA policy: whom it is for, what is promised how soon, what pauses it, what happens on the way."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.money import EXPONENTS
from tickets import sla
from tickets.content.scopes import AMOUNT
from tickets.content.sla import DEADLINES, PAUSES, PRIORITIES, TARGETS
from tickets.models import Category, Channel, Priority
from tickets.procedure_inputs import amount_of, money_shown, whole_of
from tickets.procedure_words import in_language, spoken
from tickets.queries.catalogue import by_code, categories, reasons
from tickets.rule_forms import Part, Section, between_commas, code_part, language_parts, row_of, words_of

PAUSE_NAMES = {
    "waiting_customer": gettext_lazy("the customer"),
    "waiting_carrier": gettext_lazy("the carrier"),
    "waiting_partner": gettext_lazy("a partner"),
    "waiting_platform": gettext_lazy("the platform"),
    "waiting_warehouse": gettext_lazy("the warehouse"),
    "on_hold": gettext_lazy("nobody: on hold"),
}
ACTION_NAMES = {
    "show_amber": gettext_lazy("Show it amber in the queue"),
    "notify_assignee": gettext_lazy("Tell the assignee"),
    "notify_team_lead": gettext_lazy("Tell the team's lead"),
    "notify_supervisor": gettext_lazy("Tell the supervisor"),
    "notify_manager": gettext_lazy("Tell the manager"),
    "notify_director": gettext_lazy("Tell the director"),
    "raise_priority": gettext_lazy("Raise the priority by one"),
    "add_watcher:supervisor": gettext_lazy("Let the supervisor watch"),
    "add_watcher:manager": gettext_lazy("Let the manager watch"),
    "reassign_to:supervisor": gettext_lazy("Give it to the supervisor"),
    "reassign_to:manager": gettext_lazy("Give it to the manager"),
    "mark_breached": gettext_lazy("Mark it as overdue"),
    "webhook:sla.breach": gettext_lazy("Tell the shop's system"),
    "reassign_least_loaded:agent": gettext_lazy("Give it to the agent on shift with the least to do"),
}
WHEN_TOLD = {
    "in_working_time": gettext_lazy("When they work"),
    "urgent_at_once": gettext_lazy("Urgent requests at once"),
}
CHOSEN = ("categories", "groups", "channels", "priorities", "reasons")  # conditions that are ticked
FACTORS = {"urgent": 0.5, "high": 0.75, "normal": 1, "low": 1.5}
SOUND = {
    "name": {"zh": "-", "en": "-"},
    "calendar": sla.AROUND_THE_CLOCK,
    "targets": {"first_response": 1, "resolution": 1},
    "pauses_on": [],
    "levels": [],
    "priority_factor": FACTORS,
    "promise_hours": 1,
    "deadlines": {},
    "counts_automatic": False,
    "_by_key": ("deadlines",),
}
NEW = {
    "name": {},
    "calendar": sla.AROUND_THE_CLOCK,
    "targets": {},
    "pauses_on": ["waiting_customer"],
    "levels": [{"at_percent": 100, "actions": ["mark_breached", "notify_supervisor"]}],
    "priority_factor": FACTORS,
}


def sections(context):
    return [
        Section(
            _("SLA policy"),
            [
                *code_part(context),
                *language_parts("name", _("Name of the rule"), in_language),
                Part("calendar", _("Calendar"), "select", choices=context["calendars"]),
                Part("counts_automatic", _("An automatic message counts as the first reply"), "tick"),
            ],
        ),
        scope_section(),
        Section(
            _("Targets"),
            [Part(f"target_{name}", sla.TARGETS.get(name, name), numeric=True) for name in TARGETS],
            hint=_("Working minutes of the calendar. An empty target does not run."),
            cells=4,
        ),
        Section(
            _("Promise and law"),
            [
                Part("promise_hours", _("Promise to the customer, in hours of the clock on the wall"), numeric=True,
                     cells=12),
                *(part for name in DEADLINES for part in deadline_parts(name)),
            ],
            hint=_("Around the clock and the same for every priority."),
        ),
        pauses_section(),
        Section(_("Levels"), [levels_part()], cells=12,
                hint=_("At this share of the target these things happen, once. An empty row is none. More can be "
                       "notify, add_watcher or reassign_to with person/…, team/…, email/… or a role, and start_step.")),
    ]  # fmt: skip


def pauses_section():
    times = _("Times the target: %(priority)s")
    return Section(
        _("Pauses and priorities"),
        [
            Part("pauses_on", _("Clocks stand still while it waits for"), "chips", choices=pause_choices(),
                 cells=12),
            *(
                Part(f"factor_{one}", times % {"priority": Priority(one).label}, numeric=True, cells=3)
                for one in reversed(PRIORITIES)
            ),
        ],
    )  # fmt: skip


def scope_section():
    def named(rows):
        return [(code, spoken(row.name, code)) for code, row in rows.items()]

    groups = {code: row for code, row in by_code(Category).items() if row.parent_id is None}
    return Section(
        _("Which requests"),
        [
            Part("for_categories", _("Categories"), "chips", choices=named(categories())),
            Part("for_groups", _("Groups of categories"), "chips", choices=named(groups)),
            Part("for_channels", _("Channels"), "chips", choices=Channel.choices),
            Part("for_priorities", _("Priorities"), "chips", choices=Priority.choices),
            Part("for_reasons", _("Reasons"), "chips", choices=named(reasons())),
            Part(
                "for_customer_levels", _("Levels of the customer"), hint=_("Between commas, like VIP, Gold.")
            ),
            Part("for_currency", _("Amount: currency"), mono=True),
            Part("for_from", _("Amount: from"), numeric=True),
            Part("for_to", _("Amount: below"), numeric=True),
        ],
        hint=_(
            "Nothing: those whose category names this policy. What is chosen here counts for requests that "
            "come in; running clocks stay with the policy that they have."
        ),
    )


def deadline_parts(name):
    yield Part(f"deadline_{name}", _("%(target)s, in days") % {"target": sla.TARGETS[name]}, numeric=True)
    yield Part(
        f"deadline_pauses_{name}",
        _("%(target)s stands still while it waits for") % {"target": sla.TARGETS[name]},
        "chips",
        choices=pause_choices(),
    )


def levels_part():
    return Part(
        "levels",
        _("Levels"),
        "rows",
        columns=(
            Part("at_percent", _("Percent of the target"), numeric=True),
            Part("actions", _("What happens"), "chips", choices=ACTION_NAMES.items()),
            Part("others", _("More, like notify:person/leo"), mono=True),
            Part("when", _("When people are told"), "chips", choices=WHEN_TOLD.items()),
        ),
    )


def level_of(row):
    return {
        "at_percent": whole_of(row["at_percent"]),
        "actions": [*row["actions"], *words_of(row["others"])],
        **{name: True for name in WHEN_TOLD if name in row["when"]},
    }


def pause_choices():
    return [(pause, PAUSE_NAMES.get(pause, pause)) for pause in PAUSES]


def shown(body):
    """The body as it is typed."""
    name, scope = body.get("name", {}), body.get("for", {})
    amount, deadlines = scope.get(AMOUNT) or {}, body.get("deadlines") or {}
    currency = amount.get("currency", "")
    return {
        "code": body.get("code", ""),
        "name_zh": name.get("zh", ""),
        "name_en": name.get("en", ""),
        "calendar": body.get("calendar", ""),
        "counts_automatic": "on" if body.get("counts_automatic") else "",
        **{f"for_{one}": list(map(str, scope.get(one, []))) for one in CHOSEN},
        "for_customer_levels": ", ".join(map(str, scope.get("customer_levels", []))),
        "for_currency": currency,
        "for_from": str(money_shown(amount.get("from_minor", ""), currency)),
        "for_to": str(money_shown(amount.get("to_minor", ""), currency)),
        **{f"target_{one}": str(body.get("targets", {}).get(one, "")) for one in TARGETS},
        "promise_hours": str(body.get("promise_hours", "")),
        **{f"deadline_{one}": str(deadlines.get(one, {}).get("days", "")) for one in DEADLINES},
        **{f"deadline_pauses_{one}": deadlines.get(one, {}).get("pauses_on", []) for one in DEADLINES},
        "pauses_on": body.get("pauses_on", []),
        **{f"factor_{one}": str(body.get("priority_factor", {}).get(one, "")) for one in PRIORITIES},
        "levels": [
            {
                "at_percent": str(level.get("at_percent", "")),
                "actions": list(level.get("actions", [])),
                "others": "",
                "when": [name for name in WHEN_TOLD if level.get(name)],
            }
            for level in body.get("levels", [])
        ],
    }


def read(values, standing):
    """The body as it was typed; what the form does not know stays as it stands."""
    targets = {one: whole_of(values[f"target_{one}"]) for one in TARGETS if values[f"target_{one}"] != ""}
    optional = {
        "for": scope_of(values, standing.get("for") or {}),
        "promise_hours": whole_of(values["promise_hours"]),
        "deadlines": {one: deadline_of(values, one) for one in DEADLINES if deadline_of(values, one)},
    }
    kept = {name: value for name, value in standing.items() if name not in (*optional, "counts_automatic")}
    return kept | {
        "code": values.get("code") or standing.get("code", ""),
        "name": {one: values[f"name_{one}"] for one in ("zh", "en")},
        "calendar": values["calendar"],
        "targets": targets,
        "pauses_on": values["pauses_on"],
        "levels": [level_of(row) for row in values["levels"]],
        "priority_factor": {one: number_of(values[f"factor_{one}"]) for one in PRIORITIES},
        **{name: value for name, value in optional.items() if value not in ("", {})},
        **({"counts_automatic": True} if values["counts_automatic"] else {}),
    }


def scope_of(values, standing):
    named = {one: values[f"for_{one}"] for one in CHOSEN} | {
        "customer_levels": between_commas(values["for_customer_levels"])
    }
    found = {one: standing[one] for one in ("shops",) if one in standing}
    found |= {one: chosen for one, chosen in named.items() if chosen}
    currency = values["for_currency"].upper()
    amount = {
        name: minor_of(values[key], currency)
        for name, key in (("from_minor", "for_from"), ("to_minor", "for_to"))
        if values[key]
    }
    return found | ({AMOUNT: {"currency": currency, **amount}} if currency or amount else {})


def minor_of(text, currency):
    return amount_of(text, currency) if currency in EXPONENTS else text


def deadline_of(values, name):
    days, pauses = values[f"deadline_{name}"], values[f"deadline_pauses_{name}"]
    if not days and not pauses:
        return None
    return {"days": whole_of(days), **({"pauses_on": pauses} if pauses else {})}


def number_of(text):
    """A number, or the text as it was typed."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


AT = {"targets": "target", "priority_factor": "factor", "for": "for"}
FIRST = {"targets": "target_first_response", "name": "name_zh", "priority_factor": "factor_normal"}
AMOUNTS = {"currency": "for_currency", "from_minor": "for_from", "to_minor": "for_to"}


def place(steps):
    """(part, row) of a place in the body."""
    head, rest = (steps[0], steps[1:]) if steps else ("", [])
    if head == "name" and rest:
        return f"name_{rest[0]}", ""
    if head == "for" and rest[:1] == [AMOUNT]:
        return AMOUNTS.get(rest[1] if len(rest) > 1 else "", "for_currency"), ""
    if head in AT and rest:
        return f"{AT[head]}_{rest[0]}", ""
    if head == "deadlines" and rest:
        return f"deadline_pauses_{rest[0]}" if "pauses_on" in rest else f"deadline_{rest[0]}", ""
    if head in FIRST:
        return FIRST[head], ""
    return head, row_of(steps) if head == "levels" else ""
