"""A procedure on the drawing board: its shape while it is unfinished, and how its steps are put, moved and taken.

A sketch is a body that pages can draw: what its steps say may still be wrong. Nothing here changes the
body it was given.
"""

import json
from copy import deepcopy
from math import isfinite

from django.utils.translation import gettext as _

from aftersales.versions.bodies import Part
from tickets.content.params import KINDS
from tickets.content.procedures import STAGES

MOST_STEPS = 500
MOST_CHARACTERS = 1_000_000
HEADING = ("id", "title", "goal", "applies_to", "steps")
STEP = (
    *("id", "stage", "kind", "role", "target_minutes", "mandatory", "title", "instruction", "params", "when"),
)
SCALAR = (str, int, float, bool, type(None))


def check_sketch(body, code):
    """Refuse what cannot be drawn as the procedure of this code."""
    root = Part(body).mapping("id", "steps")
    if root["id"].value != code:
        root["id"].refuse(_("This has to be “%(code)s”, the procedure at hand.") % {"code": code})
    for name in ("title", "goal"):
        _texts(root.get(name))
    _each(root.get("applies_to"))
    _others(root, HEADING)
    seen = set()
    steps = root["steps"].items()
    if len(steps) > MOST_STEPS:
        root["steps"].refuse(_("A procedure has at most %(most)d steps.") % {"most": MOST_STEPS})
    for step in steps:
        _check_step(step, seen)
    if len(json.dumps(body, ensure_ascii=False)) > MOST_CHARACTERS:
        Part(body).refuse(_("This procedure is too long to be kept."))


def _check_step(part, seen):
    entries = part.mapping("id", "kind", "stage")
    entries["id"].once(seen)
    entries["kind"].one_of(KINDS)
    entries["stage"].one_of(STAGES)
    for name in ("title", "instruction", "when"):
        _texts(entries.get(name))
    for name in ("role", "mandatory", "target_minutes"):
        _scalar(entries.get(name))
    if "params" in entries:
        for name, entry in entries["params"].mapping().items():
            PARAM_SHAPES.get(name, _scalar)(entry)
    _others(entries, STEP)


def _others(entries, names):
    """What belongs nowhere is kept for its writer to see, as long as it is one value."""
    for name, entry in entries.items():
        if name not in names:
            _scalar(entry)


def _scalar(part):
    if part is None:
        return
    if not isinstance(part.value, SCALAR) or (isinstance(part.value, float) and not isfinite(part.value)):
        part.refuse(_("This has to be one value: text, a number, true or false."))
    if isinstance(part.value, str):
        _text(part)


def _texts(part):
    for entry in part.mapping().values() if part is not None else ():
        _text(entry)


def _text(part):
    if not isinstance(part.value, str):
        part.refuse(_("This has to be text."))
    if "\0" in part.value or any("\ud800" <= letter <= "\udfff" for letter in part.value):
        part.refuse(_("There is a character here that cannot be stored."))


def _each(part):
    for entry in part.items() if part is not None else ():
        _text(entry)


def _scalars(part):
    for entry in part.mapping().values():
        _scalar(entry)


def _scalars_of_each(parts):
    for entry in parts:
        _scalars(entry)


PARAM_SHAPES = {
    "choices": lambda part: _scalars_of_each(part.items()),
    "limits": lambda part: _scalars_of_each(part.mapping().values()),
    "show_facts": _each,
    "args": _scalars,
}


# -- steps ------------------------------------------------------------------------------


def step_of(body, code):
    """The step of this code, or None."""
    return next((step for step in body["steps"] if step["id"] == code), None)


def with_steps(body, steps):
    """The body with these steps, in the order of the stages."""
    return {**body, "steps": sorted(steps, key=lambda step: STAGES.index(step["stage"]))}


def with_new_step(body, stage, kind):
    """(body, code): a step of this kind at the end of a stage, with everything still to be said."""
    taken = {step["id"] for step in body["steps"]}
    code = next(f"{kind}_{number}" for number in range(1, MOST_STEPS + 2) if f"{kind}_{number}" not in taken)
    step = {
        "id": code,
        "stage": stage,
        "kind": kind,
        "role": "agent",
        "target_minutes": 10,
        "mandatory": True,
        "title": {"zh": "", "en": ""},
        "instruction": {"zh": "", "en": ""},
        "params": {},
    }
    return with_steps(body, [*body["steps"], step]), code


def with_step(body, step):
    """The body with this step in place of the one of its code, or at the end of its stage."""
    if step_of(body, step["id"]) is None:
        return with_steps(body, [*body["steps"], step])
    return with_steps(body, [step if each["id"] == step["id"] else each for each in body["steps"]])


def without_step(body, code):
    return {**body, "steps": [step for step in body["steps"] if step["id"] != code]}


def with_step_placed(body, code, stage, position):
    """The step at a position among those of a stage; beyond the last it is the last."""
    step = {**step_of(body, code), "stage": stage}
    others = [each for each in body["steps"] if each["id"] != code]
    column = [each for each in others if each["stage"] == stage]
    column.insert(max(0, position), step)
    return with_steps(body, [each for each in others if each["stage"] != stage] + column)


def with_step_shifted(body, code, way):
    """One place up or down in its stage, or over to the stage before or after."""
    step = step_of(body, code)
    stage = step["stage"]
    column = [each["id"] for each in body["steps"] if each["stage"] == stage]
    position, at = column.index(code), STAGES.index(stage)
    if way in ("up", "down"):
        return with_step_placed(body, code, stage, position + (1 if way == "down" else -1))
    if way == "left" and at > 0:
        return with_step_placed(body, code, STAGES[at - 1], MOST_STEPS)
    if way == "right" and at < len(STAGES) - 1:
        return with_step_placed(body, code, STAGES[at + 1], 0)
    return body


def with_step_as_in(body, base, code):
    """The step as it is in another body: changed back, put back where it stood, or taken out."""
    step = step_of(base, code)
    if step is None:
        return without_step(body, code)
    column = [each["id"] for each in base["steps"] if each["stage"] == step["stage"]]
    put = with_step(body, deepcopy(step))
    return with_step_placed(put, code, step["stage"], column.index(code))


def asked_for_by(body, code):
    """The steps that ask for the answer of this one."""
    return [step for step in body["steps"] if code in step.get("when", {})]


def answers_of(step):
    """The answers that a step (as it stands in a body) can have, as far as they are known."""
    fixed = KINDS[step["kind"]][2]
    choices = step.get("params", {}).get("choices", ())
    return fixed or [choice["id"] for choice in choices if isinstance(choice.get("id"), str) and choice["id"]]
