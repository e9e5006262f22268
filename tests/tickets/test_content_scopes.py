"""Which policy is the most specific for a request: pure, held against a plain second way of saying it."""

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftersales.versions.bodies import Part
from tests.tickets.bodies import changed, refused
from tickets.content.scopes import CONDITIONS, LESS_SPECIFIC, Facts, Rule, choose, read_scope, tied

FACTS = Facts("doa", "quality", "demo", "high", "VIP", "phone", "broken", "CNY", 50_000)
GROUP_OF = {"doa": "quality", "scratch": "quality", "late": "delivery"}


def rule(code, own_shop="", **body):
    content = SimpleNamespace(scope=read_scope(Part(body, "for")))
    return Rule(SimpleNamespace(code=code, content=content), own_shop)


def chosen(*rules, facts=FACTS):
    choice = choose(facts, rules)
    return choice.rule and choice.rule.version.code


def whys(*rules, facts=FACTS):
    return {one.version.code: why for one, why in choose(facts, rules).others}


# -- matching ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "miss"),
    [
        ({"categories": ["doa", "late"]}, None),
        ({"categories": ["late"]}, "categories"),
        ({"groups": ["quality"]}, None),
        ({"groups": ["delivery"]}, "groups"),
        ({"shops": ["demo"]}, None),
        ({"shops": ["other"]}, "shops"),
        ({"customer_levels": ["VIP", "gold"]}, None),
        ({"customer_levels": ["vip"]}, "customer_levels"),
        ({"channels": ["chat"]}, "channels"),
        ({"priorities": ["high", "urgent"]}, None),
        ({"priorities": ["urgent"]}, "priorities"),
        ({"reasons": ["broken"]}, None),
        ({"reasons": ["late"]}, "reasons"),
        ({"amount": {"currency": "CNY", "from_minor": 50_000}}, None),
        ({"amount": {"currency": "CNY", "from_minor": 50_001}}, "amount"),
        ({"amount": {"currency": "CNY", "to_minor": 50_001}}, None),
        ({"amount": {"currency": "CNY", "to_minor": 50_000}}, "amount"),
        ({"amount": {"currency": "EUR", "from_minor": 1}}, "amount"),
        ({"channels": ["phone"], "reasons": ["late"], "shops": ["other"]}, "shops"),
    ],
)
def test_a_request_meets_every_condition_by_any_of_its_values(body, miss):
    assert rule("one", **body).scope.miss(FACTS) == miss


def test_without_a_rule_that_matches_the_category_has_its_own():
    assert choose(FACTS, []) == (None, ())
    assert chosen(rule("far", shops=["other"])) is None
    assert whys(rule("far", shops=["other"])) == {"far": "shops"}


def test_the_rule_with_most_conditions_is_chosen_and_the_others_say_why_not():
    rules = [
        rule("phone", channels=["phone"]),
        rule("vip_phone", channels=["phone"], customer_levels=["VIP"]),
        rule("gold_phone", channels=["phone"], customer_levels=["gold"], priorities=["high"]),
    ]

    assert chosen(*rules) == "vip_phone"
    assert whys(*rules) == {"gold_phone": "customer_levels", "phone": LESS_SPECIFIC}


def test_a_category_is_narrower_than_its_group():
    assert chosen(rule("a", groups=["quality"]), rule("b", categories=["doa"])) == "b"


def test_a_shops_own_is_narrower_than_every_shops():
    assert chosen(rule("a", channels=["phone"]), rule("b", own_shop="demo", channels=["phone"])) == "b"


def test_a_tie_that_was_never_refused_is_always_decided_alike():
    rules = [rule("b", channels=["phone"]), rule("a", priorities=["high"])]

    assert chosen(*rules) == chosen(*reversed(rules)) == "a"


# -- ties -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "is_tie"),
    [
        ({"channels": ["phone"]}, {"channels": ["phone", "chat"]}, True),
        ({"channels": ["phone"]}, {"channels": ["chat"]}, False),
        ({"channels": ["phone"]}, {"priorities": ["high"]}, True),
        ({"channels": ["phone"]}, {"priorities": ["high"], "channels": ["phone"]}, False),
        ({"categories": ["doa"]}, {"groups": ["quality"], "channels": ["phone"]}, True),
        ({"categories": ["late"]}, {"groups": ["quality"], "channels": ["phone"]}, False),
        ({"groups": ["quality"]}, {"groups": ["delivery"]}, False),
        (
            {"amount": {"currency": "CNY", "to_minor": 5}},
            {"amount": {"currency": "CNY", "from_minor": 5}},
            False,
        ),
        (
            {"amount": {"currency": "CNY", "to_minor": 6}},
            {"amount": {"currency": "CNY", "from_minor": 5}},
            True,
        ),
        (
            {"amount": {"currency": "CNY", "from_minor": 9}},
            {"amount": {"currency": "CNY", "from_minor": 5}},
            True,
        ),
        (
            {"amount": {"currency": "CNY", "from_minor": 5}},
            {"amount": {"currency": "EUR", "from_minor": 5}},
            False,
        ),
        ({"channels": ["phone"], "own_shop": "demo"}, {"channels": ["phone"]}, False),
        ({"channels": ["phone"], "own_shop": "demo"}, {"channels": ["phone"], "own_shop": "other"}, False),
        ({"channels": ["phone"], "own_shop": "demo"}, {"priorities": ["low"], "own_shop": "demo"}, True),
        ({"channels": ["phone"], "own_shop": "demo"}, {"channels": ["phone"], "shops": ["demo"]}, True),
        ({"channels": ["phone"], "own_shop": "demo"}, {"channels": ["phone"], "shops": ["other"]}, False),
    ],
)
def test_two_rules_tie_when_they_weigh_the_same_and_can_mean_one_request(one, other, is_tie):
    one, other = rule("one", **one), rule("other", **other)

    assert (tied(one, [other], GROUP_OF) is other) is is_tie
    assert (tied(other, [one], GROUP_OF) is one) is is_tie


def test_a_rule_never_ties_with_the_version_it_replaces():
    assert tied(rule("one", channels=["phone"]), [rule("one", channels=["phone"])], GROUP_OF) is None


any_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Few values, so that what is drawn meets often.
VALUES = {
    "categories": ["doa", "scratch", "late"],
    "groups": ["quality", "delivery"],
    "shops": ["demo", "other"],
    "customer_levels": ["VIP", "gold"],
    "channels": ["phone", "chat"],
    "priorities": ["high", "urgent"],
    "reasons": ["broken", "lost"],
}


@st.composite
def bodies(draw):
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True))
    if "categories" in names and "groups" in names:
        names.remove("groups")
    body = {
        name: draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=2, unique=True))
        for name in names
    }
    if draw(st.booleans()):
        begins = draw(st.integers(0, 3))
        body["amount"] = {
            "currency": "CNY",
            "from_minor": begins,
            "to_minor": begins + draw(st.integers(1, 3)),
        }
    return body


@st.composite
def requests(draw):
    category = draw(st.sampled_from(sorted(GROUP_OF)))
    values = {fact: draw(st.sampled_from(VALUES[name])) for name, fact in CONDITIONS.items()}
    values |= {"category": category, "group": GROUP_OF[category]}
    return Facts(**values, currency="CNY", amount_minor=draw(st.integers(0, 6)))


def is_meant(body, facts):
    """What a person reads in the body."""
    amount = body.get("amount")
    return all(getattr(facts, CONDITIONS[name]) in body[name] for name in body if name != "amount") and (
        amount is None or facts.amount_minor in range(amount["from_minor"], amount["to_minor"])
    )


@any_machine
@given(st.lists(bodies(), max_size=5), requests())
def test_whatever_is_chosen_matches_and_nothing_that_matches_is_heavier(found, facts):
    rules = [rule(f"rule_{number}", **body) for number, body in enumerate(found)]
    matching = [one for one, body in zip(rules, found, strict=True) if is_meant(body, facts)]

    choice = choose(facts, rules)

    assert (choice.rule in matching) if matching else (choice.rule is None)
    assert all(one.weight <= choice.rule.weight for one in matching)
    assert len(choice.others) == len(rules) - bool(matching)
    for one, why in choice.others:
        assert (why == LESS_SPECIFIC) is (one in matching)


@any_machine
@given(bodies(), bodies(), requests())
def test_two_that_mean_one_request_and_weigh_the_same_are_seen_as_a_tie(one, other, facts):
    first, second = rule("first", **one), rule("second", **other)

    if is_meant(one, facts) and is_meant(other, facts) and first.weight == second.weight:
        assert tied(first, [second], GROUP_OF) is second


# -- reading ----------------------------------------------------------------------

BODY = {
    "categories": ["doa"],
    "channels": ["phone"],
    "amount": {"currency": "CNY", "from_minor": 5, "to_minor": 9},
}


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("channels",), ["pigeon"], "/channels/0"),
        (("channels",), [], "/channels"),
        (("channels",), "phone", "/channels"),
        (("categories",), ["doa", "doa"], "/categories/1"),
        (("categories",), [""], "/categories/0"),
        (("groups",), ["quality"], "/groups"),
        (("colours",), ["red"], "/colours"),
        (("amount",), {"currency": "CNY"}, "/amount"),
        (("amount", "currency"), "XXX", "/amount/currency"),
        (("amount", "to_minor"), 5, "/amount/to_minor"),
        (("amount", "to_minor"), 0, "/amount/to_minor"),
        (("amount", "from_minor"), -1, "/amount/from_minor"),
        (("amount", "from_minor"), 1.5, "/amount/from_minor"),
    ],
)
def test_a_scope_is_refused_by_its_place_when(path, value, place):
    def read(body):
        return read_scope(Part(body))

    assert read(BODY).weight == 4
    assert refused(read, changed(BODY, path, value)) == place


def test_a_scope_without_a_condition_is_refused():
    assert refused(lambda body: read_scope(Part(body)), {}) == ""
