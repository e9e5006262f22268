"""Bodies of procedures, SLA policies and eligibility policies: what is read and what is refused where."""

import copy

import pytest
from django.utils.translation import override

from aftersales.versions.registry import InvalidContent
from tickets.content import Limits, Procedure, SlaPolicy
from tickets.content.eligibility import parse_eligibility
from tickets.content.procedures import parse_procedure
from tickets.content.sla import parse_sla

WORDS = {"zh": "文字", "en": "Words"}


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


def changed(body, path, value):
    """The body with one place changed; a value of `...` takes the place away."""
    body = copy.deepcopy(body)
    part = body
    for key in path[:-1]:
        part = part[key]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return body


def refused(parse, body):
    with pytest.raises(InvalidContent) as refusal:
        parse(body)
    return refusal.value.field


# -- procedures ---------------------------------------------------------------

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


# -- SLA policies -------------------------------------------------------------

SLA = {
    "code": "quick",
    "name": WORDS,
    "calendar": "24x7",
    "targets": {"first_response": 10, "resolution": 480},
    "promise_hours": 24,
    "pauses_on": ["waiting_customer", "waiting_carrier"],
    "levels": [
        {"at_percent": 50, "actions": ["show_amber"]},
        {"at_percent": 100, "actions": ["mark_breached", "add_watcher:supervisor"]},
    ],
    "priority_factor": {"urgent": 0.5, "high": 0.75, "normal": 1.0, "low": 1.5},
}


def test_an_sla_policy_is_read_when_it_is_whole():
    read = parse_sla(SLA)

    assert isinstance(read, SlaPolicy)
    assert read.pauses_on == {"customer", "carrier"}
    assert read.levels == ((50, ("show_amber",)), (100, ("mark_breached", "add_watcher:supervisor")))


@pytest.mark.parametrize(
    ("target", "priority", "minutes"),
    [
        ("resolution", "normal", 480),
        ("resolution", "urgent", 240),
        ("first_response", "low", 15),
        ("receive", "low", None),
    ],
)
def test_target_minutes_follow_the_priority_when_the_target_runs(target, priority, minutes):
    assert parse_sla(SLA).minutes(target, priority) == minutes


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("targets", "resolution"), 5, "/targets/first_response"),
        (("targets", "resolution"), ..., "/targets/resolution"),
        (("targets", "lunch"), 5, "/targets/lunch"),
        (("targets", "first_response"), 0, "/targets/first_response"),
        (("pauses_on",), ["waiting_godot"], "/pauses_on/0"),
        (("levels", 1, "at_percent"), 50, "/levels/1/at_percent"),
        (("levels", 0, "actions"), ["shout"], "/levels/0/actions/0"),
        (("levels", 0, "actions"), [], "/levels/0/actions"),
        (("priority_factor", "low"), 0, "/priority_factor/low"),
        (("priority_factor", "low"), float("nan"), "/priority_factor/low"),
        (("priority_factor", "low"), ..., "/priority_factor/low"),
        (("promise_hours",), 0, "/promise_hours"),
        (("calendar",), "", "/calendar"),
    ],
)
def test_an_sla_policy_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_sla, changed(SLA, path, value)) == place


# -- eligibility --------------------------------------------------------------

RETURN = {"reason_groups": ["changed_mind"], "resolutions": ["return"], "explanation": WORDS}
REPAIR = {"reason_groups": ["quality"], "resolutions": ["repair"], "explanation": WORDS}
ELIGIBILITY = {
    "code": "default",
    "name": WORDS,
    "windows": [
        {"id": "eu", **RETURN, "countries": ["DE"], "days": 14, "from": "delivered_next_day"},
        {"id": "all", **RETURN, "days": 7, "from": "delivered_next_day"},
        {"id": "repair", **REPAIR, "from": "warranty"},
    ],
    "excluded": [{"id": "fresh", "classes": ["food"], "reason_groups": ["changed_mind"], "explanation": WORDS}],
    "freight": {
        "by_fault": {"seller": "shop", "supplier": "shop", "carrier": "shop", "unknown": "shop", "buyer": "customer"},
        "explanation": WORDS,
    },
    "limits": {"by_currency": {"CNY": {"agent": 200, "supervisor": 900}}, "explanation": WORDS},
}  # fmt: skip


def test_the_first_window_counts_when_several_fit():
    policy = parse_eligibility(ELIGIBILITY)

    assert policy.window("changed_mind", "return", "DE").days == 14
    assert policy.window("changed_mind", "return", "CN").days == 7
    assert policy.window("changed_mind", "repair", "CN") is None
    assert list(policy.windows_for("quality", "CN")) == ["repair"]


def test_a_class_is_excluded_only_when_the_reason_is_too():
    policy = parse_eligibility(ELIGIBILITY)

    assert policy.exclusion("food", "changed_mind").code == "fresh"
    assert policy.exclusion("food", "quality") is None
    assert policy.exclusion("home", "changed_mind") is None


@pytest.mark.parametrize(
    ("amount", "currency", "role"),
    [
        (200, "CNY", "agent"),
        (201, "CNY", "supervisor"),
        (900, "CNY", "supervisor"),
        (901, "CNY", "finance"),
        (1, "JPY", "finance"),
    ],
)
def test_the_approver_is_the_least_role_when_the_amount_is(amount, currency, role):
    assert parse_eligibility(ELIGIBILITY).approver(amount, currency) == role


def test_the_customer_pays_freight_when_at_fault():
    policy = parse_eligibility(ELIGIBILITY)

    assert (policy.freight_payer("buyer"), policy.freight_payer("unknown")) == ("customer", "shop")


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("windows", 0, "days"), ..., "/windows/0"),
        (("windows", 2, "days"), 7, "/windows/2"),
        (("windows", 0, "from"), "easter", "/windows/0/from"),
        (("windows", 0, "countries"), ["Germany"], "/windows/0/countries/0"),
        (("windows", 1, "id"), "eu", "/windows/1/id"),
        (("windows", 0, "resolutions"), ["apology"], "/windows/0/resolutions/0"),
        (("excluded", 0, "id"), "eu", "/excluded/0/id"),
        (("freight", "by_fault", "buyer"), "nobody", "/freight/by_fault/buyer"),
        (("freight", "by_fault", "buyer"), ..., "/freight/by_fault/buyer"),
        (("limits", "by_currency", "CNY", "agent"), 901, "/limits/by_currency/CNY/agent"),
        (("limits", "by_currency", "XXX"), {"agent": 1, "supervisor": 2}, "/limits/by_currency/XXX"),
        (("windows", 0, "explanation"), ..., "/windows/0/explanation"),
    ],
)
def test_an_eligibility_policy_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_eligibility, changed(ELIGIBILITY, path, value)) == place
