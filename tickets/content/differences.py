"""How one body of a procedure differs from another: steps added, removed, changed, moved, field by field."""

from bisect import bisect_left
from dataclasses import dataclass

HEADING = ("title", "goal", "applies_to")
WHOLE = ("stage", "kind", "role", "mandatory", "target_minutes")
APART = ("title", "instruction")  # told language by language


@dataclass(frozen=True)
class FieldChange:
    """One value that differs; `path` leads to it within the step. None: it is not there."""

    path: tuple
    old: object
    new: object


@dataclass(frozen=True)
class Change:
    """What became of one step; `code` is "" for the heading of the procedure."""

    kind: str  # added, removed, changed, moved
    code: str
    step: dict  # as it is in the newer body, or was if it is no more
    fields: tuple = ()
    is_moved: bool = False  # beside what changed in it


def compare(old, new):
    """Every difference, in the order of the newer body; what was removed stands where it was."""
    before = {step["id"]: step for step in old["steps"]}
    after = {step["id"]: step for step in new["steps"]}
    common = [code for code in after if code in before]
    settled = _in_place([list(before).index(code) for code in common], common)
    found = [_heading(old, new)]
    for code, step in after.items():
        if code not in before:
            found.append(Change("added", code, step))
        else:
            found.append(_step(before[code], step, code not in settled))
    for code, step in before.items():
        if code not in after:
            found.append(Change("removed", code, step))
    return [change for change in found if change is not None]


def _heading(old, new):
    fields = _fields(_flat(old, HEADING[:2], HEADING[2:]), _flat(new, HEADING[:2], HEADING[2:]))
    return Change("changed", "", new, fields) if fields else None


def _step(old, new, is_out_of_place):
    fields = _fields(flat_step(old), flat_step(new)) + _reordered(old, new)
    is_moved = is_out_of_place or old["stage"] != new["stage"]
    own = [field for field in fields if field.path != ("stage",)]
    if own:
        return Change("changed", new["id"], new, fields, is_moved)
    return Change("moved", new["id"], new, fields, True) if is_moved else None


def _reordered(old, new):
    """The same choices in another order, which no single choice tells of."""
    listed = [
        [str(choice.get("id")) for choice in step.get("params", {}).get("choices", ())] for step in (old, new)
    ]
    if listed[0] != listed[1] and sorted(listed[0]) == sorted(listed[1]):
        return (FieldChange(("params", "choices"), *listed),)
    return ()


def _in_place(positions, codes):
    """The most of the codes that keep their order: a longest increasing run; the others have moved."""
    tails, ends, previous = [], [], {}
    for at, position in enumerate(positions):
        length = bisect_left(tails, position)
        tails[length:] = [position, *tails[length + 1 :]]
        ends[length:] = [at, *ends[length + 1 :]]
        previous[at] = ends[length - 1] if length else None
    kept, at = set(), ends[-1] if ends else None
    while at is not None:
        kept.add(codes[at])
        at = previous[at]
    return kept


def _fields(old, new):
    paths = [*old, *(path for path in new if path not in old)]
    return tuple(
        FieldChange(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)
    )


def _flat(body, apart, whole):
    """{path: value} of all that can differ."""
    flat = {(name, language): body.get(name, {}).get(language) for name in apart for language in ("zh", "en")}
    return flat | {(name,): body.get(name) for name in whole}


def flat_step(step):
    flat = _flat(step, APART, WHOLE)
    flat |= {("when", code): answer for code, answer in step.get("when", {}).items()}
    for name, value in step.get("params", {}).items():
        if name == "choices":
            flat |= {("params", name, str(choice.get("id"))): choice for choice in value}
        elif name in ("limits", "args"):
            flat |= {("params", name, key): inner for key, inner in value.items()}
        else:
            flat[("params", name)] = value
    return flat
