"""Bodies of procedures: what is read, and what is refused at which place."""

import pytest
from django.utils.translation import override

from tests.tickets.bodies import WORDS, changed, refused
from tickets.content import Limits, Procedure
from tickets.content.procedures import parse_procedure


def step(code, kind, stage="communicate", **changes):
    params = {
        "ask": {"input": "text"},
        "check": {"fact": "within_7_days"},
        "photo": {"photos": 2},
        "message": {"message": "close_thanks"},
        "decide": {"choices": [{"id": "yes", "zh": "是", "en": "Yes"}, {"id": "no", "zh": "否", "en": "No"}]},
        "approve": {
            "approver": "supervisor",
            "above": "finance",
            "currency": "CNY",
            "auto_below_minor": 100,
            "limit_minor": 900,
            "limits": {"GBP": {"auto_below_minor": 10, "limit_minor": 90}},
        },
        "do": {"verb": "refund.propose", "args": {"kind": "x"}},
        "wait": {"until": "parcel.receive", "limit_days": 15},
    }[kind]
    body = {
        "id": code,
        "stage": stage,
        "kind": kind,
        "role": "agent",
        "mandatory": True,
        "title": WORDS,
        "instruction": WORDS,
        "target_minutes": 5,
        "params": params,
    }
    return {**body, **changes}


def procedure(*steps):
    return {
        "id": "demo",
        "title": WORDS,
        "goal": WORDS,
        "applies_to": ["quality_other"],
        "steps": list(steps),
    }


ALL_KINDS = procedure(
    step("why", "ask"),
    step("window", "check"),
    step("pictures", "photo"),
    step("choose", "decide", when={"window": "pass"}),
    step("send", "message", when={"choose": "yes", "why": "anything typed"}),
    step("in", "wait", stage="receive"),
    step("refund", "do", stage="resolve"),
    step("second", "approve", stage="resolve"),
)


def test_a_procedure_is_read_when_every_kind_is_in_it():
    read = parse_procedure(ALL_KINDS)

    assert isinstance(read, Procedure)
    assert [one.kind for one in read.steps] == [
        *("ask", "check", "photo", "decide", "message", "wait", "do", "approve"),
    ]
    assert read.step("send").when == (("choose", "yes"), ("why", "anything typed"))
    assert read.index("refund") == 6
    assert read.step("refund").params["args"] == {"kind": "x"}


def test_answers_are_known_when_the_kind_or_the_choices_give_them():
    answers = {one.code: one.answers for one in parse_procedure(ALL_KINDS).steps}

    assert answers == {
        "why": None,
        "window": ("pass", "fail"),
        "pictures": ("done",),
        "choose": ("yes", "no"),
        "send": ("sent",),
        "in": ("arrived", "timeout"),
        "refund": ("done",),
        "second": ("approved", "declined"),
    }


def test_a_step_has_its_name_when_the_reader_is_chinese_or_not():
    first = parse_procedure(ALL_KINDS).steps[0]

    with override("zh-hans"):
        assert first.name == "文字"
    with override("en"):
        assert first.name == "Words"


def test_limits_are_the_currency_s_own_when_the_step_lists_it():
    approve = parse_procedure(ALL_KINDS).step("second")

    assert approve.limits_in("CNY") == Limits(100, 900)
    assert approve.limits_in("GBP") == Limits(10, 90)
    assert approve.limits_in("JPY") is None


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("steps", 0, "kind"), "guess", "/steps/0/kind"),
        (("steps", 0, "kind"), ["ask"], "/steps/0/kind"),
        (("steps", 0, "stage"), "done", "/steps/0/stage"),
        (("steps", 0, "role"), "customer", "/steps/0/role"),
        (("steps", 0, "mandatory"), "yes", "/steps/0/mandatory"),
        (("steps", 0, "mandatory"), 1, "/steps/0/mandatory"),
        (("steps", 0, "mandatory"), ..., "/steps/0/mandatory"),
        (("steps", 0, "target_minutes"), -1, "/steps/0/target_minutes"),
        (("steps", 0, "target_minutes"), True, "/steps/0/target_minutes"),
        (("steps", 0, "title"), {"zh": "问"}, "/steps/0/title/en"),
        (("steps", 0, "title"), {"zh": "问", "en": "  "}, "/steps/0/title/en"),
        (("steps", 0, "when"), {"refund": "done"}, "/steps/0/when/refund"),
        (("steps", 0, "colour"), "red", "/steps/0/colour"),
        (("steps", 0, "params"), {}, "/steps/0/params"),
        (("steps", 0, "params"), {"input": "colour"}, "/steps/0/params/input"),
        (("steps", 0, "params"), {"verb": "refund"}, "/steps/0/params/verb"),
        (("steps", 1, "id"), "why", "/steps/1/id"),
        (("steps", 1, "id"), "Has Spaces", "/steps/1/id"),
        (("steps", 1, "params"), {}, "/steps/1/params/fact"),
        (("steps", 2, "params", "photos"), 0, "/steps/2/params/photos"),
        (("steps", 3, "params", "choices"), [], "/steps/3/params/choices"),
        (("steps", 3, "params", "choices", 1, "id"), "yes", "/steps/3/params/choices/1/id"),
        (("steps", 3, "when"), {"window": "maybe"}, "/steps/3/when/window"),
        (("steps", 3, "when"), {"window": True}, "/steps/3/when/window"),
        (("steps", 5, "params", "until"), "christmas", "/steps/5/params/until"),
        (("steps", 6, "params", "args"), {"kind": {"deep": 1}}, "/steps/6/params/args/kind"),
        (("steps", 6, "stage"), "communicate", "/steps/6/stage"),
        (("steps", 7, "params", "limit_minor"), 99, "/steps/7/params/auto_below_minor"),
        (("steps", 7, "params", "currency"), "XXX", "/steps/7/params/currency"),
        (
            ("steps", 7, "params", "limits"),
            {"EUR": {"limit_minor": 1}},
            "/steps/7/params/limits/EUR/auto_below_minor",
        ),
        (("steps", 7, "params", "above"), "the boss", "/steps/7/params/above"),
        (("steps",), [], "/steps"),
        (("steps",), "none", "/steps"),
        (("applies_to",), ["a", "a"], "/applies_to/1"),
        (("goal",), "words", "/goal"),
    ],
)
def test_a_procedure_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_procedure, changed(ALL_KINDS, path, value)) == place


@pytest.mark.parametrize("body", [None, [], "steps", 7, {}])
def test_a_procedure_is_refused_when_it_is_something_else(body):
    assert isinstance(refused(parse_procedure, body), str)
