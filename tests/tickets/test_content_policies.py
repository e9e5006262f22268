"""Bodies of SLA and eligibility policies: what is read, and what is refused at which place."""

import pytest

from aftersales.versions.actions import draft
from aftersales.versions.models import Version
from aftersales.versions.registry import InvalidContent
from tests.factories import SYSTEM
from tests.tickets.bodies import WORDS, changed, refused
from tickets.content import SlaPolicy
from tickets.content.eligibility import parse_eligibility
from tickets.content.sla import parse_sla

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
    "for": {"channels": ["phone"]},
    "counts_automatic": True,
    "deadlines": {
        "legal_refund": {"days": 7},
        "legal_repair": {"days": 30, "pauses_on": ["waiting_carrier"]},
    },
}


def test_an_sla_policy_is_read_when_it_is_whole():
    read = parse_sla(SLA)

    assert isinstance(read, SlaPolicy)
    assert read.pauses_on == {"customer", "carrier"}
    assert read.scope.named == {"channels": {"phone"}}
    assert read.counts_automatic
    assert read.deadlines == {"legal_refund": (7, set()), "legal_repair": (30, {"carrier"})}
    assert [(level.percent, level.actions, level.in_working_time) for level in read.levels] == [
        (50, ("show_amber",), False),
        (100, ("mark_breached", "add_watcher:supervisor"), False),
    ]


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
        (("targets", "resolution"), 10 * 366 * 1440, "/targets/resolution"),
        (("targets", "resolution"), "480", "/targets/resolution"),
        (("promise_hours",), 10 * 366 * 24, "/promise_hours"),
        (("levels", 1, "at_percent"), 40, "/levels/1/at_percent"),
        (("levels", 1, "at_percent"), 0, "/levels/1/at_percent"),
        (("for", "channels"), ["pigeon"], "/for/channels/0"),
        (("for",), {}, "/for"),
        (("counts_automatic",), 1, "/counts_automatic"),
        (("deadlines", "legal_lunch"), {"days": 1}, "/deadlines/legal_lunch"),
        (("deadlines", "legal_refund", "days"), 0, "/deadlines/legal_refund/days"),
        (("deadlines", "legal_refund", "days"), 3660, "/deadlines/legal_refund/days"),
        (
            ("deadlines", "legal_repair", "pauses_on"),
            ["waiting_godot"],
            "/deadlines/legal_repair/pauses_on/0",
        ),
    ],
)
def test_an_sla_policy_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_sla, changed(SLA, path, value)) == place


def test_a_policy_that_is_wrong_is_not_kept(db):
    body = changed(SLA, ("targets", "resolution"), 0)

    with pytest.raises(InvalidContent, match="targets › resolution: This has to be a whole number from 1"):
        draft("sla", "quick", body, by=SYSTEM)
    assert not Version.objects.filter(code="quick").exists()


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
        (("refund_days",), {"least": 6, "most": 5}, "/refund_days/least"),
        (("refund_days",), {"least": 1}, "/refund_days/most"),
        (("refund_days",), {"least": 1, "most": "5"}, "/refund_days/most"),
    ],
)
def test_an_eligibility_policy_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_eligibility, changed(ELIGIBILITY, path, value)) == place


def test_a_policy_says_how_long_a_refund_takes_or_the_desk_does():
    assert parse_eligibility(ELIGIBILITY).refund_days == (1, 5)
    assert parse_eligibility(ELIGIBILITY | {"refund_days": {"least": 2, "most": 3}}).refund_days == (2, 3)
