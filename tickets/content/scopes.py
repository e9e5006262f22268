"""Which requests a policy is for, which of several is the most specific, and why the others are not.

    {"categories": ["no_reason_return"], "shops": ["demo"], "priorities": ["urgent"], "customer_levels": ["VIP"],
     "channels": ["phone"], "reasons": ["changed_mind"],
     "amount": {"currency": "CNY", "from_minor": 100000, "to_minor": 500000}}

A request has to meet every condition, by any of its values; `groups` stands in place of `categories`. An
amount counts from the first and below the second. Each condition weighs one, categories weigh two, for they
are narrower than their group; a shop's own policy weighs one more. The heaviest that matches is the policy.
Nothing is read or written here.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from aftersales import money
from aftersales.errors import Invalid
from tickets.models.choices import Channel, Priority

# Condition -> the fact it asks about, in the order in which a request that does not match is told why.
CONDITIONS = {
    "categories": "category",
    "groups": "group",
    "shops": "shop",
    "customer_levels": "customer_level",
    "channels": "channel",
    "priorities": "priority",
    "reasons": "reason",
}
KNOWN = {"channels": Channel.values, "priorities": Priority.values}
AMOUNT = "amount"
LESS_SPECIFIC = "less_specific"
WEIGHTS = {"categories": 2}
LONGEST_VALUE = 60


class Facts(NamedTuple):
    """What is known of a request when its policy is chosen; `reason` is that of its first line."""

    category: str
    group: str
    shop: str
    priority: str
    customer_level: str
    channel: str
    reason: str
    currency: str
    amount_minor: int


class Amount(NamedTuple):
    currency: str
    from_minor: int
    to_minor: int | None

    def holds(self, facts):
        is_below = self.to_minor is None or facts.amount_minor < self.to_minor
        return facts.currency == self.currency and self.from_minor <= facts.amount_minor and is_below

    def meets(self, other):
        """Whether one amount can be in both ranges."""
        if self.currency != other.currency:
            return False
        first, second = sorted([self, other], key=lambda amount: amount.from_minor)
        return first.to_minor is None or second.from_minor < first.to_minor


@dataclass(frozen=True)
class Scope:
    """The conditions of one policy. `named` is a dict that nobody changes: condition -> values."""

    named: dict
    amount: Amount | None = None

    @property
    def weight(self):
        return sum(WEIGHTS.get(condition, 1) for condition in self.named) + (self.amount is not None)

    def miss(self, facts):
        """The first condition that the request does not meet, or None."""
        for condition, fact in CONDITIONS.items():
            if condition in self.named and getattr(facts, fact) not in self.named[condition]:
                return condition
        return AMOUNT if self.amount and not self.amount.holds(facts) else None

    def may_mean(self, category, group):
        """Whether a request of this category can match, whatever else it is."""
        named = self.named
        return category in named.get("categories", {category}) and group in named.get("groups", {group})

    def meets(self, other, group_of):
        """Whether one request can be meant by both; `group_of` is the group of each category."""
        shared = self.named.keys() & other.named.keys()
        if any(not self.named[condition] & other.named[condition] for condition in shared):
            return False
        if self.amount and other.amount and not self.amount.meets(other.amount):
            return False
        return _in_groups(self, other, group_of) and _in_groups(other, self, group_of)


def _in_groups(one, other, group_of):
    """Of a policy for categories and one for groups: whether a category is in one of the groups."""
    categories, groups = one.named.get("categories"), other.named.get("groups")
    return not categories or not groups or any(group_of.get(code) in groups for code in categories)


def read_scope(part):
    """A scope from its part of a body, or a refusal that names the place."""
    entries = part.entries(optional=(*CONDITIONS, AMOUNT))
    if not entries:
        part.refuse(_("Name a condition, or leave this out."))
    if "categories" in entries and "groups" in entries:
        entries["groups"].refuse(_("Name categories or groups, not both."))
    named = {name: _values(entry, KNOWN.get(name)) for name, entry in entries.items() if name != AMOUNT}
    return Scope(named, _amount(entries[AMOUNT]) if AMOUNT in entries else None)


def _values(part, known):
    items = part.items(at_least=1)
    values = [item.one_of(known) if known else item.text(LONGEST_VALUE) for item in items]
    for number, item in enumerate(items):
        if item.value in values[:number]:
            item.refuse(_("“%(value)s” stands here twice.") % {"value": item.value})
    return frozenset(values)


def _amount(part):
    entries = part.entries(required=("currency",), optional=("from_minor", "to_minor"))
    try:
        money.exponent(entries["currency"].value)
    except Invalid as error:
        entries["currency"].refuse(str(error))
    if len(entries) == 1:
        part.refuse(_("Say from which amount, up to which, or both."))
    begins = entries["from_minor"].whole(at_most=money.MOST_MINOR) if "from_minor" in entries else 0
    ends = entries["to_minor"].whole(1, money.MOST_MINOR) if "to_minor" in entries else None
    if ends is not None and ends <= begins:
        entries["to_minor"].refuse(_("This has to be more than the amount from which it counts."))
    return Amount(entries["currency"].value, begins, ends)


# -- the choice ---------------------------------------------------------------


class Rule(NamedTuple):
    """A policy in force that says which requests it is for; `version` is its compiled version."""

    version: Any
    own_shop: str = ""  # the code of the shop whose own it is; empty for every shop's

    @property
    def scope(self):
        return self.version.content.scope

    @property
    def weight(self):
        return self.scope.weight + bool(self.own_shop)

    def is_for_shop_of(self, other):
        """Whether the other's own shop, if it is one's own, may be under this rule, too."""
        shop = other.own_shop
        return not shop or (self.own_shop in ("", shop) and shop in self.scope.named.get("shops", {shop}))

    def ties_with(self, other, group_of):
        share_a_shop = self.is_for_shop_of(other) and other.is_for_shop_of(self)
        return self.weight == other.weight and share_a_shop and self.scope.meets(other.scope, group_of)


class Choice(NamedTuple):
    """The rule that was chosen, or None where the category's own policy stays; and why not each other one."""

    rule: Rule | None
    others: tuple  # of (rule, condition that was not met, or LESS_SPECIFIC)


def choose(facts, rules):
    """The most specific of the rules that match. Ties are refused before they are published; should there be
    one all the same, the first code of the alphabet is as good as any, as long as it is always the same."""
    misses = [(rule, rule.scope.miss(facts)) for rule in rules]
    matching = [rule for rule, miss in misses if miss is None]
    chosen = min(matching, key=lambda rule: (-rule.weight, rule.version.code), default=None)
    others = ((rule, miss or LESS_SPECIFIC) for rule, miss in misses if rule is not chosen)
    return Choice(chosen, tuple(sorted(others, key=lambda pair: pair[0].version.code)))


def tied(rule, rules, group_of):
    """The first of the rules that weighs as much and can mean the same request, or None."""
    others = (other for other in rules if other.version.code != rule.version.code)
    return next((other for other in others if rule.ties_with(other, group_of)), None)
