"""Filters that are refused, each with a sentence, and none that breaks anything."""

import json
import random

import pytest

from aftersales.errors import Invalid
from aftersales.events.actors import Actor
from tickets.queries import filters
from tickets.queries.filter_fields import FIELDS

pytestmark = pytest.mark.django_db


def only(field, op, value=None):
    return {"all": [{"field": field, "op": op} | ({} if value is None else {"value": value})]}


# -- what is refused ------------------------------------------------------------------------------

deep = {"all": [{"all": [{"any": [{"all": []}]}]}]}
REFUSED = [
    ([], "A group is"),
    (None, "A group is"),
    ("stage", "A group is"),
    ({"none": []}, "A group is"),
    ({"all": [], "any": []}, "A group is"),
    ({"all": {}}, "A group is"),
    ({"all": [7]}, "A group is"),
    (deep, "at most 3 deep"),
    ({"all": only("stage", "is", "inspect")["all"] * 31}, "at most 30 conditions"),
    ({"all": [{"any": only("stage", "is", "inspect")["all"] * 16}] * 2}, "at most 30 conditions"),
    (only("moon", "is", "x"), "There is no field “moon”"),
    ({"all": [{"field": ["stage"], "op": "is", "value": "inspect"}]}, "There is no field"),
    ({"all": [{"field": "stage", "value": "inspect", "or": 1}]}, "Unknown field “or”"),
    (only("stage", "within", "2h"), "“Stage” has no “within”"),
    (only("stage", ["is"], "x"), "“Stage” has no"),
    (only("stage", "is", "moon"), "“moon” is not a choice of “Stage”."),
    (only("stage", "is", ["inspect"]), "is not a choice"),
    (only("stage", "is"), "is not a choice"),
    (only("stage", "any_of", "inspect"), "a list of 1 to 50"),
    (only("stage", "any_of", []), "a list of 1 to 50"),
    (only("sku", "any_of", ["x"] * 51), "a list of 1 to 50"),
    (only("team", "is", "others"), "“others” is not a choice of “Team”."),
    (only("shop", "is", "other"), "is not a choice of “Shop”."),
    (only("assignee", "is", "bob"), "“bob” is not a choice of “Assignee”."),
    (only("sku", "any_of", ["x" * 120] * 40), "longer than 4000"),
    (only("sku", "is", ""), "a text of up to 120"),
    (only("sku", "is", "x" * 121), "a text of up to 120"),
    (only("sku", "is", "\x00"), "a text of up to 120"),
    (only("sku", "is", "\ud800"), "a text of up to 120"),
    (only("\ud800", "is", "x"), "There is no field “?”"),
    (only("created", "older", "0h"), "like 12h or 3d"),
    (only("created", "older", "99999d"), "like 12h or 3d"),
    (only("created", "older", 24), "like 12h or 3d"),
    (only("created", "older", "٣h"), "like 12h or 3d"),
    (only("due", "in_hour", "2026-02-31T15Z"), "takes an hour"),
    (only("due", "in_hour", 7), "takes an hour"),
    (only("due", "before", "12h"), "takes an hour"),
    (only("amount", "at_least", 7), "“minor” and “currency”"),
    (only("amount", "at_least", {"minor": 1, "currency": "XXX"}), "is not a currency"),
    (only("amount", "at_least", {"minor": 1, "currency": []}), "is not a currency"),
    (only("amount", "at_least", {"minor": 1.5, "currency": "CNY"}), "whole number"),
    (only("amount", "at_least", {"minor": 2**63, "currency": "CNY"}), "whole number"),
    (only("amount", "at_least", {"minor": True, "currency": "CNY"}), "whole number"),
    (only("requests", "at_least", 51), "from 1 to 50"),
    (only("we_wrote", "never", "x"), "takes no value"),
]


@pytest.mark.parametrize(("data", "sentence"), REFUSED)
def test_a_bad_filter_is_refused_with_a_sentence(amy, data, sentence):
    with pytest.raises(Invalid, match=sentence.replace("?", r"\?")) as refused:
        filters.read(data, Actor.staff(amy))

    str(refused.value).encode()


def test_the_refusal_points_at_the_condition(amy):
    data = {"all": [*only("stage", "is", "inspect")["all"], {"any": only("created", "older", "soon")["all"]}]}
    with pytest.raises(Invalid) as refused:
        filters.read(data, Actor.staff(amy))

    assert refused.value.field == "/filter/all/1/any/0/value"


def test_who_sees_no_money_does_not_filter_by_it(wen):
    with pytest.raises(Invalid, match="Your role may not filter by “Amount”"):
        filters.read(only("amount", "at_least", {"minor": 1, "currency": "CNY"}), Actor.staff(wen))


def test_a_shops_key_is_nobody_in_person(shop_key):
    actor = Actor.shop(shop_key[0])

    for data in (only("turn", "is", "me"), only("assignee", "is", "others")):
        with pytest.raises(Invalid, match="“me” is a person"):
            filters.read(data, actor)
    assert filters.read(only("assignee", "is", "nobody"), actor)


@pytest.mark.parametrize("text", ["", "{", "[" * 3000, "NaN", "1e999", "9" * 3999, "x" * 4001])
def test_text_that_is_no_filter_is_refused(amy, text):
    with pytest.raises(Invalid):
        filters.from_text(text, Actor.staff(amy))


def test_whatever_is_sent_is_a_filter_or_a_refusal(ticket, found):
    """Values of every kind in every place of a filter: a query that runs, or a sentence."""
    chance = random.Random(7)
    odd = [
        None,
        0,
        -1,
        1.5,
        True,
        "",
        "me",
        "inspect",
        "2h",
        "\x00",
        [],
        ["me"],
        [[]],
        {},
        {"minor": 1},
        "中" * 200,
    ]
    words = [*FIELDS, "all", "any", "field", "op", "value", "is", "any_of", "older", "never"]

    def make(depth):
        if depth == 0 or chance.random() < 0.2:
            return chance.choice([*odd, chance.choice(words)])
        if chance.random() < 0.5:
            field = FIELDS[chance.choice(list(FIELDS))]
            return {"field": field.name, "op": chance.choice(field.ops), "value": make(0)}
        return {chance.choice(["all", "any", "x"]): [make(depth - 1) for _part in range(chance.randrange(4))]}

    outcomes = set()
    for _try in range(400):
        data = make(3)
        try:
            found(json.loads(json.dumps(data)))
            outcomes.add("read")
        except Invalid:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
