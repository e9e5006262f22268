"""Procedures: the steps that carry a request from its first word to its solution, as data.

    {"id": "no_reason_return", "title": {"zh": "...", "en": "..."}, "goal": {"zh": "...", "en": "..."},
     "applies_to": ["no_reason_return"], "steps": [
       {"id": "window", "stage": "communicate", "kind": "check", "role": "system", "mandatory": true,
        "target_minutes": 2, "title": {...}, "instruction": {...}, "params": {"fact": "within_7_days"}},
       {..., "when": {"window": "pass"}}]}

`when` compares answers of earlier steps for equality, all of them; there is no other condition.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aftersales import money
from aftersales.errors import Invalid
from aftersales.versions.bodies import Choice, Part
from aftersales.versions.registry import versioned

STAGES = ("communicate", "receive", "inspect", "resolve")
ROLES = ("agent", "warehouse", "inspector", "finance", "supervisor", "system")
INPUTS = ("text", "serial", "items")
WAITS_FOR = (
    "parcel.receive",
    "parcel.scan",
    "parcel.intercept_result",
    "carrier.answer",
    "partner.record_result",
    "dispute.ruling",
)
# Of each kind: the params it must have, those it may have, and its answers where they are always the same.
KINDS = {
    "ask": ((), ("choices", "input", "message", "show_facts"), None),
    "check": (("fact",), ("photos", "checklist"), ("pass", "fail")),
    "photo": (("photos",), ("message",), ("done",)),
    "message": (("message",), (), ("sent",)),
    "decide": (("choices",), ("show_facts", "message"), None),
    "approve": (
        ("approver", "above", "currency", "auto_below_minor", "limit_minor"),
        ("limits",),
        ("approved", "declined"),
    ),
    "do": (("verb",), ("args", "message", "checklist", "photos"), ("done",)),
    "wait": (("until",), ("limit_days", "message", "remind_message", "late_message"), ("arrived", "timeout")),
}


class Limits(NamedTuple):
    """Below the first an approval passes by itself; over the second it goes to the role above."""

    auto_below_minor: int
    limit_minor: int


@dataclass(frozen=True)
class Step:
    """One step. `title`, `instruction` and `params` are dicts that nobody changes."""

    code: str
    stage: str
    kind: str
    role: str
    mandatory: bool
    title: dict
    instruction: dict
    params: dict
    when: tuple  # of (earlier step's code, its answer)
    target_minutes: int

    @property
    def name(self):
        """The title in the reader's language."""
        return self.title["zh" if (get_language() or "en").startswith("zh") else "en"]

    @cached_property
    def choices(self):
        """The choices offered, or nothing where the answer is typed or follows from the kind."""
        return tuple(Choice(**choice) for choice in self.params.get("choices", ()))

    @cached_property
    def answers(self):
        """The answers this step can have, or None where anything may be typed."""
        if self.choices:
            return tuple(choice.id for choice in self.choices)
        return KINDS[self.kind][2]

    def limits_in(self, currency):
        """The limits of an approve step in a currency, or None: then it goes to the role above."""
        if currency == self.params.get("currency"):
            return Limits(self.params["auto_below_minor"], self.params["limit_minor"])
        limits = self.params.get("limits", {}).get(currency)
        return Limits(**limits) if limits else None


@dataclass(frozen=True)
class Procedure:
    """A procedure, ready to be followed."""

    code: str
    title: dict
    goal: dict
    applies_to: tuple
    steps: tuple

    @cached_property
    def _positions(self):
        return {step.code: position for position, step in enumerate(self.steps)}

    def index(self, code):
        """The position of a step; KeyError for one that this version does not have."""
        return self._positions[code]

    def step(self, code):
        return self.steps[self.index(code)]


@versioned("sop")
def parse_procedure(body):
    """A procedure from its body; refused in one sentence that names the place."""
    entries = Part(body).entries(
        required=("id", "title", "goal", "applies_to", "steps"), optional=("version",)
    )
    steps = []
    for part in entries["steps"].items(at_least=1):
        steps.append(_step(part, steps))
    return Procedure(
        code=entries["id"].code(),
        title=entries["title"].both_languages(200),
        goal=entries["goal"].both_languages(500),
        applies_to=entries["applies_to"].codes(at_least=1),
        steps=tuple(steps),
    )


def _step(part, before):
    entries = part.entries(
        required=("id", "stage", "kind", "role", "mandatory", "title", "instruction", "target_minutes"),
        optional=("params", "when"),
    )
    kind = entries["kind"].one_of(KINDS)
    return Step(
        code=entries["id"].once({step.code for step in before}),
        stage=_stage(entries["stage"], before),
        kind=kind,
        role=entries["role"].one_of(ROLES),
        mandatory=entries["mandatory"].flag(),
        title=entries["title"].both_languages(200),
        instruction=entries["instruction"].both_languages(1000),
        params=_params(entries.get("params", Part({}, *part.place, "params")), kind),
        when=_when(entries["when"], before) if "when" in entries else (),
        target_minutes=entries["target_minutes"].whole(at_most=60 * 24 * 90),
    )


def _stage(part, before):
    stage = part.one_of(STAGES)
    if before and STAGES.index(stage) < STAGES.index(before[-1].stage):
        part.refuse(
            _("Stages only go forward, and the step before is already in “%(stage)s”.")
            % {"stage": before[-1].stage}
        )
    return stage


def _when(part, before):
    earlier = {step.code: step for step in before}
    found = []
    for code, answer in part.mapping().items():
        if code not in earlier:
            answer.refuse(_("No earlier step is called “%(step)s”.") % {"step": code})
        possible = earlier[code].answers
        found.append((code, answer.text(500) if possible is None else answer.one_of(possible)))
    return tuple(found)


def _params(part, kind):
    required, optional, _answers = KINDS[kind]
    entries = part.entries(required, optional)
    if kind == "ask" and not ("choices" in entries or "input" in entries):
        part.refuse(_("An ask step needs choices or an input."))
    for name, entry in entries.items():
        CHECKS[name](entry)
    if kind == "approve":
        _check_limits(entries["auto_below_minor"], entries["limit_minor"])
    return part.value


def _args(part):
    """What the verb is given beside what a person enters: short values, never structures."""
    for entry in part.mapping().values():
        if not isinstance(entry.value, str | int | bool):
            entry.refuse(_("This has to be one value: text, a number, true or false."))


def _name(part):
    """The name of a verb, dots and all, or of a fact or a reply."""
    if not all(piece.isidentifier() for piece in part.text(60).split(".")):
        part.refuse(_("“%(value)s” is not a name.") % {"value": part.value})


def _currency(part):
    try:
        money.exponent(part.value)
    except Invalid as error:
        part.refuse(str(error))


def _limits(part):
    for limits in part.mapping().values():
        _currency(Part(limits.place[-1], *limits.place))
        entries = limits.entries(required=Limits._fields)
        _check_limits(entries["auto_below_minor"], entries["limit_minor"])


def _check_limits(auto_below, limit):
    if auto_below.whole(at_most=money.MOST_MINOR) > limit.whole(at_most=money.MOST_MINOR):
        auto_below.refuse(_("What passes by itself cannot be more than the limit."))


CHECKS = {
    "choices": Part.choices,
    "input": lambda part: part.one_of(INPUTS),
    "message": _name,
    "remind_message": _name,
    "late_message": _name,
    "show_facts": lambda part: part.codes(at_least=1),
    "fact": _name,
    "verb": _name,
    "args": _args,
    "checklist": _name,
    "photos": lambda part: part.whole(at_least=1, at_most=20),
    "until": lambda part: part.one_of(WAITS_FOR),
    "limit_days": lambda part: part.whole(at_least=1, at_most=365),
    "approver": lambda part: part.one_of(ROLES),
    "above": lambda part: part.one_of(ROLES),
    "currency": _currency,
    "auto_below_minor": lambda part: part.whole(at_most=money.MOST_MINOR),
    "limit_minor": lambda part: part.whole(at_most=money.MOST_MINOR),
    "limits": _limits,
}
