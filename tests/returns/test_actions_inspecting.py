"""Inspection: grades capped by what was seen, partial quantities, serials, who may."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.versions.registry import current
from returns.models import Inspection
from tests.factories import order_body
from tickets.registry import answer_of

pytestmark = pytest.mark.usefixtures("sound")

SOUND = {
    "packaging": "intact", "label_match": "yes", "accessories": "yes", "condition": "new", "fault": "no",
    "misuse": "no", "finding": "No crack to be seen",
}  # fmt: skip


def test_answers_give_grade_fault_finding_and_disposition(received, ines, do, counters, buckets, kinds_of):
    ticket = do(ines, received, "inspect", answers=SOUND)

    found = Inspection.objects.get()
    assert (found.grade, found.fault, found.disposition, found.quantity) == ("A", "no", "restock_new", 2)
    assert (found.finding, found.inspector) == ("No crack to be seen", ines)
    assert found.checklist.code == "generic"
    assert counters(ticket, "received", "inspected") == (2, 2)
    assert buckets(ticket) == {"inspected": 2}
    assert "goods.inspect" in kinds_of(ticket)


def test_each_rule_caps_the_grade_and_the_lowest_wins(received, ines, do):
    do(ines, received, "inspect", answers={**SOUND, "packaging": "damaged", "condition": "marked"})

    found = Inspection.objects.get()
    assert (found.grade, found.disposition) == ("C", "refurbish")


def test_a_better_grade_than_the_answers_allow_is_refused(received, ines, do):
    with pytest.raises(Invalid, match="at most B, because of “Packaging”") as refusal:
        do(ines, received, "inspect", answers={**SOUND, "packaging": "damaged"}, grade="A")

    assert refusal.value.code == "grade_too_good"


def test_a_worse_grade_is_the_inspectors_to_give(received, ines, do):
    do(ines, received, "inspect", answers=SOUND, grade="B")

    assert Inspection.objects.get().grade == "B"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"misuse": ""}, "“Signs of misuse” has no answer"),
        ({"condition": "fair"}, "answered by one of"),
        ({"colour": "red"}, "no question “colour”"),
    ],
)
def test_answers_that_the_list_cannot_have_are_refused(changes, sentence, received, ines, do):
    with pytest.raises(Invalid, match=sentence):
        do(ines, received, "inspect", answers={**SOUND, **changes})


def test_units_are_inspected_one_after_the_other(received, ines, do, counters, buckets):
    do(ines, received, "inspect", quantity=1, answers=SOUND)
    ticket = do(ines, received, "inspect", answers={**SOUND, "condition": "broken"})

    assert list(Inspection.objects.order_by("id").values_list("quantity", "grade")) == [(1, "A"), (1, "C")]
    assert counters(ticket, "inspected") == (2,)
    assert buckets(ticket) == {"inspected": 2}


def test_more_than_was_received_cannot_be_inspected(received, ines, do):
    with pytest.raises(Invalid, match="2 units wait"):
        do(ines, received, "inspect", quantity=3, grade="A")


def test_nothing_is_inspected_twice(received, ines, do):
    do(ines, received, "inspect", grade="A")

    with pytest.raises(NotPossible, match="waits to be inspected"):
        do(ines, received, "inspect", grade="A")


def test_without_answers_a_grade_is_needed(received, ines, do):
    with pytest.raises(Invalid, match="Give a grade"):
        do(ines, received, "inspect")


def test_only_grade_a_is_as_new(received, ines, do):
    with pytest.raises(Invalid, match="Only grade A"):
        do(ines, received, "inspect", grade="B", disposition="restock_new")


@pytest.mark.parametrize("name", ["amy", "wen", "finn", "audrey"])
def test_inspecting_is_for_inspectors(name, received, stage, do):
    with pytest.raises(NotAllowed):
        do(getattr(stage, name), received, "inspect", grade="A")


def test_the_shop_may_tell_what_its_own_warehouse_saw(received, shop_actor, do):
    do(shop_actor, received, "inspect", grade="B", finding="Box opened")

    found = Inspection.objects.get()
    assert (found.inspector, found.inspector_name) == (None, shop_actor.name)


@pytest.mark.parametrize(("read", "answer", "grade"), [("SN-1", "pass", "A"), ("SN-9", "fail", "D")])
def test_a_serial_is_compared_with_what_was_sold(read, answer, grade, open_request, amy, wen, ines, do):
    lines = order_body()["lines"]
    lines[1] |= {"product_class": "electronics", "serials": ["SN-1"]}
    ticket = open_request({"lines": lines}, lines=[{"order_line": "2", "quantity": 1}])
    do(amy, ticket, "approve", goods_back=True)
    do(wen, ticket, "receive")

    ticket = do(ines, ticket, "inspect", answers=answers_of("electronics", read), checklist="electronics")

    assert answer_of("serial_matches", ticket).value == answer
    assert Inspection.objects.get().grade == grade


def answers_of(code, serial):
    """The best answers to a checklist."""
    best = {"yes_no": "yes", "text": "Fine", "number": 1, "date": "2026-11-22", "serial": serial}
    checklist = current("checklist", code).content
    answers = {
        item.code: item.choices[0].id if item.choices else best[item.answer] for item in checklist.items
    }
    for item in checklist.items:
        options = [choice.id for choice in item.choices] or (["yes", "no"] if item.answer == "yes_no" else [])
        for option in options:
            if checklist.grade({item.code: option}) == "A":
                answers[item.code] = option
                break
    return answers
