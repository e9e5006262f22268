"""What the policy says: windows counted to the end of the last day, exclusions, freight, evidence."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from returns.queries.eligibility import Asked, evaluate
from tickets.models import Reason

SIGNED = datetime(2026, 11, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai


@pytest.fixture
def ask(shop):
    def evaluated(group, resolution, at, product_class="generic", months=12):
        line = SimpleNamespace(product_class=product_class, warranty_months=months)
        reason = Reason.objects.filter(group=group).first()
        return evaluate(shop, SimpleNamespace(delivered_at=SIGNED), [Asked(line, reason)], resolution, at=at)

    return evaluated


def test_seven_days_end_at_midnight_of_the_seventh(ask):
    found = ask("changed_mind", "return", SIGNED)

    assert found.apply_by == datetime(2026, 11, 8, 16, 0, tzinfo=UTC)  # 9 November 0:00 in Shanghai
    assert ask("changed_mind", "return", datetime(2026, 11, 8, 15, 59, tzinfo=UTC)).decision == "allow"
    late = ask("changed_mind", "return", datetime(2026, 11, 8, 16, 0, tzinfo=UTC))
    assert late.decision == "deny"
    assert "2026-11-08" in late.explanation[-2]["zh"] + late.explanation[-1]["zh"]


def test_a_class_that_is_excluded_is_denied_with_its_clause(ask):
    found = ask("changed_mind", "return", SIGNED, product_class="food")

    assert found.decision == "deny"
    assert found.explanation[0]["clause"] == "no_reason_food"


def test_where_the_policy_says_nothing_a_person_decides(ask):
    assert ask("changed_mind", "compensation", SIGNED).decision == "review"


def test_a_warranty_ends_on_its_day(ask):
    assert ask("quality", "repair", datetime(2027, 11, 1, tzinfo=UTC)).decision == "allow"
    assert ask("quality", "repair", datetime(2027, 11, 2, tzinfo=UTC)).decision == "deny"


def test_a_warranty_that_nobody_told_of_has_no_end(ask):
    found = ask("quality", "repair", datetime(2028, 1, 1, tzinfo=UTC), months=0)

    assert (found.decision, found.apply_by) == ("allow", None)


@pytest.mark.parametrize(("group", "payer"), [("changed_mind", "customer"), ("quality", "shop")])
def test_who_pays_the_way_back(group, payer, ask):
    assert ask(group, "return", SIGNED).freight_payer == payer


def test_eligibility_over_rest_writes_nothing(api, order, django_assert_max_num_queries):
    body = {
        "order": "O-1", "requested_resolution": "return", "reason": "q_surface",
        "lines": [{"order_line": "1", "quantity": 2}],
    }  # fmt: skip

    with django_assert_max_num_queries(12):
        answer = api.post("/eligibility", body)

    found = answer.json()
    assert answer.status_code == 200
    assert (found["decision"], found["goods_required"], found["freight_payer"]) == ("allow", True, "shop")
    assert {"clause", "zh", "en"} == set(found["explanation"][0])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"order": "nope"}, "unknown_order"),
        ({"reason": "nope"}, "unknown_reason"),
        ({"lines": [{"order_line": "9"}]}, "unknown_line"),
        ({"lines": [{"order_line": "1", "quantity": 4}]}, "quantity_not_available"),
    ],
)
def test_what_eligibility_cannot_know_is_refused(changes, code, api, order):
    body = {
        "order": "O-1",
        "requested_resolution": "return",
        "reason": "q_surface",
        "lines": [{"order_line": "1"}],
    }

    answer = api.post("/eligibility", {**body, **changes})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


def test_another_shops_order_is_unknown(api_as, bob, order):
    body = {"order": "O-1", "requested_resolution": "return", "lines": [{"order_line": "1"}]}

    assert api_as(bob).post("/eligibility", body).status_code == 422
