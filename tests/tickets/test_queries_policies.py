"""The policy of a request, what is refused when one is published, and why this one and no other."""

import pytest

from aftersales.versions.actions import draft, publish
from aftersales.versions.models import State, Version
from aftersales.versions.registry import InvalidContent, compiled
from tests.tickets.sla_cases import SYSTEM, clock_of, policy_body, publish_policy
from tickets.actions.clocks import initial_clocks
from tickets.actions.intake import open_ticket
from tickets.models import Category, Customer
from tickets.queries.clock_pages import told_clock
from tickets.queries.clock_truth import categories_by_target
from tickets.queries.policies import explained

BODY = {"category": "quality_other", "channel": "phone", "subject": "杯子", "message": "有裂纹"}


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


def publish_for(code, shop=None, **scope):
    body = policy_body(code, **{"for": scope})
    return publish(draft("sla", code, body, by=SYSTEM, shop_id=shop and shop.pk), by=SYSTEM)


def published_now(code):
    return compiled(Version.objects.get(kind="sla", code=code, state=State.PUBLISHED).pk)


def policy_chosen(shop, **body):
    ticket, _created = open_ticket(shop, BODY | body, by=SYSTEM)
    return clock_of(ticket, "resolution").policy.code


# -- the choice at intake ---------------------------------------------------------------


def test_without_a_rule_the_category_names_the_policy_and_nothing_is_kept(ticket):
    clock = clock_of(ticket, "resolution")

    assert (clock.policy.code, clock.choice) == ("quality", None)


def test_the_most_specific_policy_is_pinned_at_intake(shop):
    publish_for("phone", channels=["phone"])
    publish_for("phone_quality", channels=["phone"], categories=["quality_other"])

    assert policy_chosen(shop) == "phone_quality"
    assert policy_chosen(shop, channel="chat") == "quality"


def test_a_shops_own_policy_is_not_another_shops(shop, other_shop):
    publish_for("ours", shop, channels=["phone"])

    assert policy_chosen(shop) == "ours"
    assert policy_chosen(other_shop) != "ours"


def test_a_shops_own_version_stands_in_place_of_every_shops(shop):
    publish_for("desk", channels=["phone"])
    publish_for("desk", shop, channels=["chat"])

    assert policy_chosen(shop) == "quality"
    assert policy_chosen(shop, channel="chat") == "desk"


def test_the_order_gives_customer_level_reason_and_amount(shop, order):
    Customer.objects.update(level="VIP")
    publish_for(
        "vip", customer_levels=["VIP"], reasons=["c_no_reason"], amount={"currency": "CNY", "from_minor": 1}
    )
    line = order.lines.first()
    claim = {"order_line": line.external_id, "quantity": 1, "reason": "c_no_reason"}

    assert policy_chosen(shop, order=order.external_id, lines=[claim]) == "vip"
    assert policy_chosen(shop) == "quality"


def test_a_category_that_names_no_policy_may_have_one_by_rule(ticket):
    publish_for("all", shops=["demo"])
    ticket.category.sla_policy = ""

    assert {clock.policy_id for clock in initial_clocks(ticket, ticket.created_at)} == {
        Version.objects.get(code="all").pk
    }


def test_choosing_reads_nothing_when_it_is_done_again(ticket, django_assert_num_queries):
    publish_for("phone", channels=["phone"])
    initial_clocks(ticket, ticket.created_at)

    with django_assert_num_queries(0):
        initial_clocks(ticket, ticket.created_at)


def test_healing_looks_for_no_target_that_a_rule_may_not_set(shop):
    category = Category.objects.get(code="quality_other")
    targets = {"first_response": 5, "resolution": 60}
    body = policy_body("short", targets=targets, **{"for": {"groups": [category.parent.code]}})
    assert category.pk in categories_by_target(shop.pk)["communicate"]

    publish(draft("sla", "short", body, by=SYSTEM), by=SYSTEM)

    assert category.pk not in categories_by_target(shop.pk)["communicate"]
    assert category.pk in categories_by_target(shop.pk)["resolution"]


def test_a_customers_level_comes_with_the_order_and_is_told(order, api, shop):
    assert api.get(f"/orders/{order.external_id}").json()["customer"]["level"] == ""


# -- publishing ---------------------------------------------------------------------------


def refusal_of(code, shop=None, **scope):
    before = set(Version.objects.filter(state=State.PUBLISHED).values_list("pk", flat=True))
    with pytest.raises(InvalidContent) as refused:
        publish_for(code, shop, **scope)
    assert set(Version.objects.filter(state=State.PUBLISHED).values_list("pk", flat=True)) == before
    return refused.value


def test_two_that_tie_are_refused_by_a_sentence_that_names_both(shop):
    publish_for("phone", channels=["phone"])

    refused = refusal_of("urgent", priorities=["urgent"])

    assert refused.field == "/for"
    assert "“urgent” and “phone” may mean the same request" in str(refused)


def test_a_category_and_its_group_with_one_condition_more_tie(shop):
    group = Category.objects.get(code="quality_other").parent.code
    publish_for("cracks", categories=["quality_other"])

    assert "“cracks”" in str(refusal_of("group", groups=[group], channels=["phone"]))


def test_policies_of_two_shops_never_tie(shop, other_shop):
    publish_for("ours", shop, channels=["phone"])
    publish_for("theirs", other_shop, channels=["phone"])

    assert "“ours”" in str(refusal_of("mine", shop, priorities=["high"]))


def test_a_new_version_may_say_what_the_old_one_said():
    publish_for("phone", channels=["phone"])

    assert publish_for("phone", channels=["phone", "chat"]).number == 2


@pytest.mark.parametrize("condition", ["categories", "groups", "reasons", "shops"])
def test_what_the_desk_does_not_have_is_refused_at_its_field(shop, condition):
    refused = refusal_of("lost", **{condition: ["atlantis"]})

    assert refused.field == f"/for/{condition}"
    assert "“atlantis” is not known here" in str(refused)


def test_a_shops_own_policy_is_for_that_shop_alone_and_names_no_other(shop, other_shop):
    for code in ("atlantis", other_shop.code):
        refused = refusal_of("mine", shop, shops=[code], channels=["chat"])

        assert refused.field == "/for/shops"
        assert f"“{code}” is not known here. Known are: {shop.code}." in str(refused)
    assert publish_for("mine", shop, shops=[shop.code]).state == State.PUBLISHED


# -- why -----------------------------------------------------------------------------------


def test_a_clock_tells_why_this_policy_and_why_not_the_others(shop):
    publish_for("phone", channels=["phone"])
    publish_for("vip", customer_levels=["VIP"], channels=["phone"])
    publish_for("dear", amount={"currency": "CNY", "from_minor": 100_000}, channels=["phone"], shops=["demo"])
    ticket, _created = open_ticket(shop, BODY, by=SYSTEM)
    publish_for("phone", channels=["chat"])  # what a later version says does not matter

    told = told_clock(ticket, "resolution", shows_money=True)

    assert (told["policy"]["code"], told["policy"]["number"]) == ("phone", 1)
    assert told["choice"]["by"] == "conditions"
    assert told["choice"]["met"] == [{"condition": "channels", "value": "phone"}]
    assert [(one["code"], one["why_not"], one["had"]) for one in told["choice"]["others"]] == [
        ("dear", "amount", {"currency": "CNY", "minor": 0}),
        ("vip", "customer_levels", ""),
    ]


def test_a_clock_of_the_categorys_policy_tells_what_the_others_asked(shop):
    publish_for("chat", channels=["chat"])
    ticket, _created = open_ticket(shop, BODY, by=SYSTEM)

    choice = told_clock(ticket, "resolution", shows_money=True)["choice"]

    assert (choice["by"], choice["met"]) == ("category", [])
    assert [(one["code"], one["asked"], one["had"]) for one in choice["others"]] == [
        ("chat", ["chat"], "phone")
    ]


def test_without_money_no_amount_is_told_neither_the_requests_nor_the_policies(shop):
    publish_for("dear", amount={"currency": "CNY", "from_minor": 100_000})
    publish_for("cheap", amount={"currency": "CNY", "from_minor": 0, "to_minor": 9}, channels=["phone"])
    ticket, _created = open_ticket(shop, BODY, by=SYSTEM)
    clock = clock_of(ticket, "resolution")
    clock.choice["facts"] |= {"currency": "CNY", "amount_minor": 7}

    told = explained(clock.choice | {"by": "conditions"}, published_now("cheap"), shows_money=False)

    assert told["met"][-1] == {"condition": "amount", "value": None}
    asked = {one["code"]: (one["asked"], one["had"]) for one in told["others"]}
    assert asked["dear"] == ([None], None)


def test_a_clock_that_never_was_is_none(ticket):
    assert told_clock(ticket, "legal_repair", shows_money=True) is None


def test_where_no_policy_says_what_it_is_for_there_is_nothing_to_tell(ticket):
    choice = told_clock(ticket, "resolution", shows_money=True)["choice"]

    assert choice == {"by": "category", "recounted_from": None, "met": [], "others": []}
