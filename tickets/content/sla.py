"""SLA policies: what is promised how soon, in which calendar, what pauses it, and what happens on the way.

    {"code": "return", "name": {"zh": "...", "en": "..."}, "calendar": "cn_extended",
     "targets": {"first_response": 15, "resolution": 1440}, "promise_hours": 48,
     "pauses_on": ["waiting_customer"], "levels": [{"at_percent": 50, "actions": ["show_amber"]},
       {"at_percent": 75, "actions": ["notify:person/leo"], "in_working_time": true, "urgent_at_once": true}],
     "priority_factor": {"urgent": 0.5, "high": 0.75, "normal": 1, "low": 1.5},
     "for": {"channels": ["phone"]}, "counts_automatic": true,
     "deadlines": {"legal_refund": {"days": 7}, "legal_repair": {"days": 30, "pauses_on": ["waiting_carrier"]}}}

A policy that says which requests it is `for` (tickets/content/scopes.py) wins over the one that the category
names. Targets are working minutes of the calendar, the last three of them for each step at which a procedure
waits for a carrier, a partner (a repair centre, a supplier) or a platform; `promise_hours` are hours of the clock
on the wall. Deadlines of the law are days of the clock on the wall, whatever the priority, and pause for nothing
but what they name. An automatic message is a first response only where `counts_automatic` is true.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from aftersales.versions.bodies import Part
from aftersales.versions.registry import versioned
from tickets.content.level_actions import read_actions
from tickets.content.scopes import Scope, read_scope

TARGETS = (
    *("first_response", "next_response", "communicate", "receive", "inspect", "resolve", "resolution"),
    *("wait_carrier", "wait_partner", "wait_platform"),
)
DEADLINES = ("legal_refund", "legal_withdrawal", "legal_repair")
LONGEST_DAYS = 366
PRIORITIES = ("low", "normal", "high", "urgent")
# The policy's words beside the ticket's: what the desk waits for while the clock stands still.
PAUSES = {
    "waiting_customer": "customer",
    "waiting_carrier": "carrier",
    "waiting_partner": "partner",
    "waiting_platform": "platform",
    "waiting_warehouse": "warehouse",
    "on_hold": "nobody",
}
LONGEST_MINUTES = 60 * 24 * 366
LARGEST_FACTOR = 10


class Level(NamedTuple):
    """At this percent of the target these actions happen, once.

    `in_working_time`: people are told when they work, not at night; of urgent requests at once if `urgent_at_once`.
    """

    percent: int
    actions: tuple  # as they are written; tickets/content/level_actions.py says what they mean
    in_working_time: bool = False
    urgent_at_once: bool = False


BREACH = Level(100, ())


class Deadline(NamedTuple):
    """So many days, and whom it waits for while it stands still: nobody, unless the policy says so."""

    days: int
    pauses_on: frozenset


@dataclass(frozen=True)
class SlaPolicy:
    """A policy, ready to start clocks by. `targets` and `priority_factor` are dicts that nobody changes."""

    code: str
    name: dict
    calendar: str
    targets: dict  # target -> working minutes; a target that is absent does not run
    promise_hours: int | None
    pauses_on: frozenset  # of what tickets wait on: "customer", "carrier", ...
    levels: tuple
    priority_factor: dict
    scope: Scope | None = None  # None: only for categories that name it
    counts_automatic: bool = False  # whether a message that no person wrote is a first response
    deadlines: dict = field(default_factory=dict)  # target -> Deadline

    @cached_property
    def passed(self):
        """The levels that a clock passes: those of the policy, and 100 % though it does nothing there."""
        written = any(level.percent == BREACH.percent for level in self.levels)
        return self.levels if written else tuple(sorted((*self.levels, BREACH)))

    def minutes(self, target, priority):
        """How many working minutes a ticket of this priority has, or None if the target does not run."""
        if target not in self.targets:
            return None
        return max(1, round(self.targets[target] * self.priority_factor.get(priority, 1)))


@versioned("sla")
def parse_sla(body):
    """An SLA policy from its body; refused in one sentence that names the place."""
    entries = Part(body).entries(
        required=("code", "name", "calendar", "targets", "pauses_on", "levels", "priority_factor"),
        optional=("promise_hours", "for", "counts_automatic", "deadlines"),
    )
    return SlaPolicy(
        code=entries["code"].code(),
        name=entries["name"].both_languages(200),
        calendar=entries["calendar"].code(),
        targets=_targets(entries["targets"]),
        promise_hours=entries["promise_hours"].whole(1, 24 * 366) if "promise_hours" in entries else None,
        pauses_on=_pauses(entries["pauses_on"]),
        levels=_levels(entries["levels"]),
        priority_factor=_factors(entries["priority_factor"]),
        scope=read_scope(entries["for"]) if "for" in entries else None,
        counts_automatic="counts_automatic" in entries and entries["counts_automatic"].flag(),
        deadlines=_deadlines(entries["deadlines"]) if "deadlines" in entries else {},
    )


def _targets(part):
    entries = part.entries(required=("first_response", "resolution"), optional=TARGETS)
    targets = {target: entry.whole(1, LONGEST_MINUTES) for target, entry in entries.items()}
    if targets["first_response"] > targets["resolution"]:
        entries["first_response"].refuse(_("The first response cannot be later than the resolution."))
    return targets


def _pauses(part):
    return frozenset(PAUSES[pause] for pause in part.codes(among=PAUSES))


def _deadlines(part):
    deadlines = {}
    for target, entry in part.entries(optional=DEADLINES).items():
        entries = entry.entries(required=("days",), optional=("pauses_on",))
        pauses_on = _pauses(entries["pauses_on"]) if "pauses_on" in entries else frozenset()
        deadlines[target] = Deadline(entries["days"].whole(1, LONGEST_DAYS), pauses_on)
    return deadlines


def _levels(part):
    levels = []
    for entry in part.items():
        entries = entry.entries(
            required=("at_percent", "actions"), optional=("in_working_time", "urgent_at_once")
        )
        percent = entries["at_percent"].whole(1, 1000)
        if levels and percent <= levels[-1].percent:
            entries["at_percent"].refuse(_("Levels have to rise, each once."))
        levels.append(Level(percent, read_actions(entries["actions"]), *_when_told(entries)))
    return tuple(levels)


def _when_told(entries):
    """(in_working_time, urgent_at_once); the second says nothing without the first."""
    waits = "in_working_time" in entries and entries["in_working_time"].flag()
    if "urgent_at_once" not in entries:
        return waits, False
    at_once = entries["urgent_at_once"].flag()
    if at_once and not waits:
        entries["urgent_at_once"].refuse(
            _("This is for a level whose notices wait: set in_working_time, too.")
        )
    return waits, at_once


def _factors(part):
    factors = {}
    for priority, entry in part.entries(required=PRIORITIES).items():
        value = entry.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LARGEST_FACTOR:
            entry.refuse(
                _("This has to be a number above 0 and not above %(largest)d.") % {"largest": LARGEST_FACTOR}
            )
        factors[priority] = value
    return factors
