"""Bodies of inspection checklists: what is read, what is refused at which place, and the grade that follows."""

import pytest

from returns.content import parse_checklist
from tests.tickets.bodies import WORDS, changed, refused

CHOICES = [{"id": "intact", **WORDS}, {"id": "damaged", **WORDS}]
ITEM = {"label": WORDS, "required": True, "photo": False}
CHECKLIST = {
    "id": "generic",
    "name": WORDS,
    "items": [
        {"id": "packaging", "answer": "choice", "choices": CHOICES, **ITEM},
        {"id": "matches", "answer": "yes_no", **ITEM},
        {"id": "finding", "answer": "text", **ITEM},
    ],
    "grade_start": "A",
    "grade_rules": [
        {"item": "packaging", "equals": "damaged", "grade_at_most": "B"},
        {"item": "matches", "equals": "no", "grade_at_most": "D"},
    ],
    "disposition_by_grade": [
        {"when": {"grade": grade}, "disposition": disposition}
        for grade, disposition in zip(
            "ABCD", ["restock_new", "restock_open_box", "refurbish", "scrap"], strict=True
        )
    ],
    "photos_required": [WORDS],
}


def test_a_checklist_is_read_when_it_is_whole():
    read = parse_checklist(CHECKLIST)

    assert [item.code for item in read.items] == ["packaging", "matches", "finding"]
    assert read.item("matches").answer == "yes_no"
    assert read.item("nothing") is None
    assert read.disposition("C") == "refurbish"


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        ({}, "A"),
        ({"packaging": "intact", "matches": "yes"}, "A"),
        ({"packaging": "damaged"}, "B"),
        ({"packaging": "damaged", "matches": "no"}, "D"),
    ],
)
def test_the_lowest_grade_counts_when_rules_match(answers, grade):
    assert parse_checklist(CHECKLIST).grade(answers) == grade


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("grade_start",), "S", "/grade_start"),
        (("items",), [], "/items"),
        (("items", 0, "choices"), ..., "/items/0/choices"),
        (("items", 0, "answer"), "colour", "/items/0/answer"),
        (("items", 1, "id"), "packaging", "/items/1/id"),
        (("items", 1, "photo"), "no", "/items/1/photo"),
        (("grade_rules", 0, "item"), "nothing", "/grade_rules/0/item"),
        (("grade_rules", 0, "equals"), "gone", "/grade_rules/0/equals"),
        (("grade_rules", 1, "grade_at_most"), "E", "/grade_rules/1/grade_at_most"),
        (("disposition_by_grade", 3), ..., "/disposition_by_grade"),
        (("disposition_by_grade", 0, "disposition"), "burn", "/disposition_by_grade/0/disposition"),
        (("photos_required", 0), {"zh": "全貌"}, "/photos_required/0/en"),
    ],
)
def test_a_checklist_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_checklist, changed(CHECKLIST, path, value)) == place
