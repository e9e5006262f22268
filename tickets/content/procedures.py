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

from django.utils.translation import gettext as _

from aftersales.languages import side_of
from aftersales.versions.bodies import Choice, Gathering, Part, Strictly
from aftersales.versions.registry import versioned
from tickets.content.params import KINDS, ROLES, Limits, read_params

STAGES = ("communicate", "receive", "inspect", "resolve")


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
        return self.title[side_of()]

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


HEADING = {
    "id": lambda part, read: read(part.code),
    "title": lambda part, read: read.both_languages(part, 200),
    "goal": lambda part, read: read.both_languages(part, 500),
    "applies_to": lambda part, read: read(part.codes, at_least=1),
}
STEP = ("id", "stage", "kind", "role", "mandatory", "title", "instruction", "target_minutes")


@versioned("sop")
def parse_procedure(body):
    """A procedure from its body; refused in one sentence that names the place."""
    return _procedure(Part(body), Strictly())


def problems_of(body, known=None):
    """All that is wrong with a body, as [(pointer, sentence)], by the same reading that refuses it.

    `known` is {what: names}; a name that the desk does not know is wrong, too.
    """
    read = Gathering()
    _procedure(Part(body), read, known)
    return read.problems


def _procedure(root, read, known=None):
    entries = read.entries(root, (*HEADING, "steps"), ("version",))
    heading = {name: reads(entries[name], read) for name, reads in HEADING.items() if name in entries}
    steps = []
    for part in (read(entries["steps"].items, at_least=1) or ()) if "steps" in entries else ():
        step = _step(part, steps, read, known)
        if step is not None:
            steps.append(step)
    return Procedure(
        code=heading.get("id"),
        title=heading.get("title"),
        goal=heading.get("goal"),
        applies_to=heading.get("applies_to"),
        steps=tuple(steps),
    )


def _step(part, before, read, known):
    entries = read.entries(part, STEP, ("params", "when"))
    if not entries.keys() >= {"id", "kind", "stage"}:
        return None
    kind = read(entries["kind"].one_of, KINDS)
    found = {name: reads(entries[name], read) for name, reads in VALUES.items() if name in entries}
    params = entries.get("params", Part({}, *part.place, "params"))
    return Step(
        code=read(entries["id"].once, {step.code for step in before}) or str(entries["id"].value),
        stage=read(_stage, entries["stage"], before) or (before[-1].stage if before else STAGES[0]),
        kind=kind or "do",
        params=(read_params(params, kind, read, known) if kind else None) or {},
        when=(_when(entries["when"], before, read) if "when" in entries else None) or (),
        **{name: found.get(name) for name in VALUES},
    )


VALUES = {
    "role": lambda part, read: read(part.one_of, ROLES),
    "mandatory": lambda part, read: read(part.flag),
    "title": lambda part, read: read.both_languages(part, 200),
    "instruction": lambda part, read: read.both_languages(part, 1000),
    "target_minutes": lambda part, read: read(part.whole, at_most=60 * 24 * 90),
}


def _stage(part, before):
    stage = part.one_of(STAGES)
    if before and STAGES.index(stage) < STAGES.index(before[-1].stage):
        part.refuse(
            _("Stages only go forward, and the step before is already in “%(stage)s”.")
            % {"stage": before[-1].stage}
        )
    return stage


def _when(part, before, read):
    earlier = {step.code: step for step in before}
    entries = read(part.mapping) or {}
    return tuple((code, read(_answer, entry, code, earlier)) for code, entry in entries.items())


def _answer(part, code, earlier):
    """An answer that an earlier step can have."""
    if code not in earlier:
        part.refuse(_("No earlier step is called “%(step)s”.") % {"step": code})
    possible = earlier[code].answers
    return part.text(500) if possible is None else part.one_of(possible)
