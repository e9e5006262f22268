"""Inspection checklists by class of product: what an inspector looks at, and the grade that follows.

{"id": "generic", "name": {...},
 "items": [{"id": "packaging", "label": {...}, "answer": "choice", "required": true, "photo": true,
            "choices": [{"id": "damaged", "zh": "...", "en": "..."}]}],
 "grade_start": "A", "grade_rules": [{"item": "packaging", "equals": "damaged", "grade_at_most": "B"}],
 "disposition_by_grade": [{"when": {"grade": "A"}, "disposition": "restock_new"}],
 "photos_required": [{"zh": "...", "en": "..."}]}
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from aftersales.languages import side_of
from aftersales.versions.bodies import Part
from aftersales.versions.registry import versioned

GRADES = ("A", "B", "C", "D")  # from as new to unusable
ANSWERS = ("yes_no", "choice", "number", "text", "date", "serial")
DISPOSITIONS = ("restock_new", "restock_open_box", "refurbish", "return_to_vendor", "scrap", "hold_evidence")
# What a grade rule may compare with, where the item has no choices of its own.
COMPARABLE = {"yes_no": ("yes", "no"), "serial": ("mismatch",)}


class GradeRule(NamedTuple):
    """If this item has this answer the grade is at most this."""

    item: str
    equals: str
    grade_at_most: str


@dataclass(frozen=True)
class Item:
    """One thing to look at. `label` is a dict that nobody changes."""

    code: str
    label: dict
    answer: str
    required: bool
    photo: bool
    choices: tuple

    @property
    def name(self):
        """The label in the reader's language."""
        return self.label[side_of()]


@dataclass(frozen=True)
class Checklist:
    """A checklist, ready to be filled in. Its dicts are not changed by anybody."""

    code: str
    name: dict
    items: tuple
    grade_start: str
    grade_rules: tuple
    disposition_by_grade: dict
    photos_required: tuple  # of {"zh", "en"}

    def item(self, code):
        """The item of this code, or None."""
        return next((item for item in self.items if item.code == code), None)

    def grade(self, answers):
        """The grade these answers give: each rule that matches caps it, the lowest wins."""
        capped = [rule.grade_at_most for rule in self.grade_rules if answers.get(rule.item) == rule.equals]
        return max([self.grade_start, *capped], key=GRADES.index)

    def disposition(self, grade):
        """What usually becomes of goods of this grade."""
        return self.disposition_by_grade[grade]


@versioned("checklist")
def parse_checklist(body):
    """A checklist from its body; refused in one sentence that names the place."""
    entries = Part(body).entries(
        required=(
            "id",
            "name",
            "items",
            "grade_start",
            "grade_rules",
            "disposition_by_grade",
            "photos_required",
        )
    )
    seen = set()
    items = tuple(_item(part, seen) for part in entries["items"].items(at_least=1))
    return Checklist(
        code=entries["id"].code(),
        name=entries["name"].both_languages(200),
        items=items,
        grade_start=entries["grade_start"].one_of(GRADES),
        grade_rules=tuple(_rule(part, items) for part in entries["grade_rules"].items()),
        disposition_by_grade=_dispositions(entries["disposition_by_grade"]),
        photos_required=tuple(part.both_languages(200) for part in entries["photos_required"].items()),
    )


def _item(part, seen):
    entries = part.entries(required=("id", "label", "answer", "required", "photo"), optional=("choices",))
    answer = entries["answer"].one_of(ANSWERS)
    if answer == "choice":
        entries = part.entries(required=(*entries, "choices"))
    return Item(
        code=entries["id"].once(seen),
        label=entries["label"].both_languages(200),
        answer=answer,
        required=entries["required"].flag(),
        photo=entries["photo"].flag(),
        choices=entries["choices"].choices() if "choices" in entries else (),
    )


def _rule(part, items):
    entries = part.entries(required=GradeRule._fields)
    by_code = {item.code: item for item in items}
    item = by_code[entries["item"].one_of(by_code)]
    possible = [choice.id for choice in item.choices] or COMPARABLE.get(item.answer, ())
    return GradeRule(item.code, entries["equals"].one_of(possible), entries["grade_at_most"].one_of(GRADES))


def _dispositions(part):
    found = {}
    for entry in part.items():
        entries = entry.entries(required=("when", "disposition"))
        grade = entries["when"].entries(required=("grade",))["grade"].one_of(GRADES)
        found[grade] = entries["disposition"].one_of(DISPOSITIONS)
    for grade in GRADES:
        if grade not in found:
            part.refuse(_("No disposition is given for grade %(grade)s.") % {"grade": grade})
    return found
