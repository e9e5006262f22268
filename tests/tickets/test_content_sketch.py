"""Steps put, moved and taken on a sketch; the shape that a draft needs; and how two bodies differ."""

import pytest

from tests.tickets.test_content import procedure, step
from tickets.content.differences import compare
from tickets.content.procedures import parse_procedure, problems_of
from tickets.content.sketch import (
    answers_of,
    asked_for_by,
    check_sketch,
    with_new_step,
    with_step,
    with_step_as_in,
    with_step_placed,
    with_step_shifted,
    without_step,
)


@pytest.fixture
def body():
    return procedure(
        step("why", "ask"),
        step("window", "check"),
        step("send", "message", when={"window": "pass"}),
        step("in", "wait", stage="receive"),
        step("refund", "do", stage="resolve"),
    )


def places(body):
    return [(each["id"], each["stage"]) for each in body["steps"]]


def codes(body):
    return [each["id"] for each in body["steps"]]


# -- moving -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "way", "now"),
    [
        ("why", "down", ["window", "why", "send", "in", "refund"]),
        ("send", "up", ["why", "send", "window", "in", "refund"]),
        ("why", "up", ["why", "window", "send", "in", "refund"]),
        ("send", "down", ["why", "window", "send", "in", "refund"]),
        ("why", "right", ["window", "send", "why", "in", "refund"]),
        ("in", "left", ["why", "window", "send", "in", "refund"]),
        ("refund", "right", ["why", "window", "send", "in", "refund"]),
        ("why", "left", ["why", "window", "send", "in", "refund"]),
    ],
)
def test_a_step_is_shifted(body, code, way, now):
    assert codes(with_step_shifted(body, code, way)) == now


def test_a_step_changes_its_stage_when_it_goes_over(body):
    assert dict(places(with_step_shifted(body, "why", "right")))["why"] == "receive"
    assert dict(places(with_step_shifted(body, "in", "left")))["in"] == "communicate"


def test_a_step_is_placed_and_beyond_the_last_is_last(body):
    assert places(with_step_placed(body, "refund", "communicate", 1))[1] == ("refund", "communicate")
    assert places(with_step_placed(body, "why", "resolve", 999))[-1] == ("why", "resolve")


def test_nothing_changes_what_was_given(body):
    before = str(body)

    with_new_step(body, "inspect", "ask")
    with_step_shifted(body, "why", "down")
    without_step(body, "why")

    assert str(body) == before


def test_a_new_step_has_a_name_of_its_own(body):
    once, first = with_new_step(body, "inspect", "ask")
    twice, second = with_new_step(once, "inspect", "ask")

    assert (first, second) == ("ask_1", "ask_2")
    assert places(twice)[4:6] == [("ask_1", "inspect"), ("ask_2", "inspect")]
    check_sketch(twice, "demo")


def test_a_step_that_is_gone_is_put_at_the_end_of_its_stage(body):
    again = with_step(without_step(body, "why"), body["steps"][0])

    assert codes(again) == ["window", "send", "why", "in", "refund"]


def test_a_change_is_taken_back_where_it_stood(body):
    gone = without_step(with_step_shifted(body, "send", "up"), "why")
    more, code = with_new_step(gone, "resolve", "do")

    back = with_step_as_in(with_step_as_in(with_step_as_in(more, body, "why"), body, code), body, "send")

    assert back == body


def test_who_asks_for_an_answer_is_known(body):
    assert [each["id"] for each in asked_for_by(body, "window")] == ["send"]


def test_the_answers_of_a_step_are_those_that_are_known(body):
    choices = [{"id": "a", "zh": "甲", "en": "A"}, {"id": "", "zh": "", "en": ""}, {"zh": "丙"}]

    assert answers_of(body["steps"][1]) == ("pass", "fail")
    assert answers_of(body["steps"][0]) == []
    assert answers_of(step("pick", "ask", params={"choices": choices})) == ["a"]


# -- all that is wrong ----------------------------------------------------------------------


def test_every_problem_is_told_not_only_the_first(body):
    body["steps"][0]["title"] = {"zh": "", "en": "x"}
    body["steps"][0]["role"] = "boss"
    body["steps"][2]["when"] = {"window": "perhaps", "nobody": "x"}
    body["steps"][3]["params"] = {"until": "christmas", "limit_days": 0}
    del body["steps"][4]["mandatory"]
    body["goal"] = "words"

    assert {pointer for pointer, _sentence in problems_of(body)} == {
        "/goal",
        "/steps/0/title/zh",
        "/steps/0/role",
        "/steps/2/when/window",
        "/steps/2/when/nobody",
        "/steps/3/params/until",
        "/steps/3/params/limit_days",
        "/steps/4/mandatory",
    }


def test_what_is_read_strictly_has_no_problem(body):
    parse_procedure(body)

    assert problems_of(body) == []


@pytest.mark.parametrize("body", [None, [], 7, {}, {"steps": {}}, {"steps": [None, 3, {}, {"id": []}]}])
def test_anything_at_all_has_its_problems_told(body):
    assert problems_of(body)


def test_three_hundred_steps_are_read(body):
    body["steps"] = [step(f"s{n}", "check", when={f"s{n - 1}": "pass"} if n else {}) for n in range(300)]

    check_sketch(body, "demo")
    assert problems_of(body) == []
    assert len(compare(body, without_step(body, "s0"))) == 1


# -- differences ------------------------------------------------------------------------------


def differ(old, new):
    return [
        (change.kind, change.code, [field.path for field in change.fields]) for change in compare(old, new)
    ]


def test_the_same_does_not_differ(body):
    assert compare(body, body) == []


def test_added_and_removed_steps(body):
    more, code = with_new_step(without_step(body, "window"), "inspect", "photo")

    assert differ(body, more) == [("added", code, []), ("removed", "window", [])]


def test_a_moved_step_is_the_only_one_that_moved(body):
    assert differ(body, with_step_shifted(body, "send", "up")) == [("moved", "send", [])] or differ(
        body, with_step_shifted(body, "send", "up")
    ) == [("moved", "window", [])]
    assert differ(body, with_step_placed(body, "send", "communicate", 0)) == [("moved", "send", [])]


def test_another_stage_is_a_move_with_its_field(body):
    assert differ(body, with_step_shifted(body, "in", "left")) == [("moved", "in", [("stage",)])]


def test_fields_differ_each_for_itself(body):
    send, why = dict(body["steps"][2]), dict(body["steps"][0])
    send |= {"when": {"window": "fail", "why": "x"}, "mandatory": False, "title": {"zh": "新", "en": "Words"}}
    why |= {"params": {"choices": [{"id": "a", "zh": "甲", "en": "A"}]}, "kind": "decide"}

    assert differ(body, with_step(with_step(body, send), why)) == [
        ("changed", "why", [("kind",), ("params", "input"), ("params", "choices", "a")]),
        ("changed", "send", [("title", "zh"), ("mandatory",), ("when", "window"), ("when", "why")]),
    ]


def test_the_order_of_choices_and_the_heading_count(body):
    listed = [{"id": "a", "zh": "甲", "en": "A"}, {"id": "b", "zh": "乙", "en": "B"}]
    one = with_step(body, {**body["steps"][0], "params": {"choices": listed}})
    other = with_step(one, {**one["steps"][0], "params": {"choices": listed[::-1]}})

    assert differ(one, {**other, "title": {"zh": "新", "en": "Words"}}) == [
        ("changed", "", [("title", "zh")]),
        ("changed", "why", [("params", "choices")]),
    ]
