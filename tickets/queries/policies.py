"""Which SLA policy a request is under: by what it is, else by what its category names; and why."""

from django.utils.translation import gettext as _

from aftersales.versions.registry import (
    InvalidContent,
    all_in_force,
    checked_when_published,
    compiled,
    current,
    published,
)
from staff.models import Shop
from tickets.content.scopes import CONDITIONS, Facts, Rule, choose, tied
from tickets.models import Category
from tickets.queries.addressees import check_levels
from tickets.queries.catalogue import by_code, reasons

BY_CATEGORY = {"facts": {}, "by": "category", "others": []}  # why, where no policy says whom it is for
MOST_OTHERS = 20  # of the policies that were not chosen, so many are remembered with a clock


def policy_of(shop_id, default, facts_of):
    """(the version in force or None, why as it is kept with a clock or None).

    `default` is the code that the category names; `facts_of()` is asked only where some policy says which
    requests it is for.
    """
    versions = [version for version in all_in_force("sla", shop_id) if version.content.scope]
    choice = None
    if versions:
        facts = facts_of()
        rules = [Rule(version, facts.shop if version.shop_id else "") for version in versions]
        choice = choose(facts, rules)
        if choice.rule:
            return choice.rule.version, _kept(choice, facts)
    policy = current("sla", default, shop_id) if default else None
    return policy, choice and _kept(choice, facts)


def _kept(choice, facts):
    """As ids and codes: what they are called is read when somebody asks."""
    return {
        "facts": {name: fact for name, fact in facts._asdict().items() if fact},
        "by": "conditions" if choice.rule else "category",
        "others": [[rule.version.id, why] for rule, why in choice.others[:MOST_OTHERS]],
    }


def facts_of_new(ticket, lines):
    """Of a request that is being opened: nothing is read but what is in memory."""
    reason = next((line.reason for line in lines if line.reason_id), None)
    return Facts(
        category=ticket.category.code,
        group=groups_by_id().get(ticket.category.parent_id, ""),
        shop=ticket.shop.code,
        priority=str(ticket.priority),
        customer_level=ticket.customer.level if ticket.customer_id else "",
        channel=str(ticket.channel),
        reason=reason.code if reason else "",
        currency=ticket.currency,
        amount_minor=ticket.value_minor,
    )


def facts_around(ticket, around):
    """Of a request that stands, by the surroundings of its clocks (tickets/queries/clocks.py)."""
    return Facts(
        category=around.category_code,
        group=around.group_code or "",
        shop=around.shop_code,
        priority=str(ticket.priority),
        customer_level=around.customer_level or "",
        channel=str(ticket.channel),
        reason=around.reason_code or "",
        currency=ticket.currency,
        amount_minor=ticket.value_minor,
    )


def groups_by_id():
    return {row.pk: row.code for row in by_code(Category).values() if row.parent_id is None}


def policies_for(category, shop_id):
    """Every policy that a request of this category may be under in this shop, whatever else it is."""
    group = groups_by_id().get(category.parent_id, "")
    if category.sla_policy:
        yield current("sla", category.sla_policy, shop_id).content
    for version in all_in_force("sla", shop_id):
        scope = version.content.scope
        if scope and scope.may_mean(category.code, group):
            yield version.content


# -- before a policy is published ------------------------------------------------


@checked_when_published("sla")
def check_scope(version, content):
    """What a policy is for has to be there, and be said by no other policy that is as specific; and so has whom
    its levels name.

    Of a shop's own only that shop is there: it can be for no other, and is told of none.
    """
    check_levels(version, content)
    if content.scope:
        shops = dict(Shop.objects.values_list("pk", "code"))
        _refuse_unknown(content.scope, {shops[version.shop_id]} if version.shop_id else set(shops.values()))
        _refuse_ties(version, content, shops)


def _refuse_unknown(scope, shops):
    rows = by_code(Category)
    known = {
        "categories": {code for code, row in rows.items() if row.parent_id},
        "groups": {code for code, row in rows.items() if row.parent_id is None},
        "reasons": reasons().keys(),
        "shops": shops,
    }
    for condition, codes in known.items():
        if unknown := sorted(scope.named.get(condition, frozenset()) - codes):
            sentence = _("“%(value)s” is not known here. Known are: %(allowed)s.")
            sentence %= {"value": unknown[0], "allowed": ", ".join(sorted(codes))}
            raise InvalidContent(
                f"for › {condition}: {sentence}", field=f"/for/{condition}", sentence=sentence
            )


def _refuse_ties(version, content, shops):
    """Of two policies that may mean the same request and are as specific nobody could say which one it is."""
    mine = Rule(_Unpublished(version.code, content), shops.get(version.shop_id, ""))
    rules = [Rule(other, shops.get(other.shop_id, "")) for other in published("sla") if other.content.scope]
    rules.sort(key=lambda rule: bool(rule.own_shop))  # every shop's before a shop's own
    groups = groups_by_id()
    group_of = {row.code: groups.get(row.parent_id) for row in by_code(Category).values()}
    if other := tied(mine, rules, group_of):
        sentence = _(
            "“%(mine)s” and “%(other)s” may mean the same request and are as specific as each other. "
            "Give one of them another condition."
        )
        sentence %= {"mine": version.code, "other": other.version.code}
        clash = {"own_shop": other.own_shop} if other.own_shop and not version.shop_id else {}
        raise InvalidContent(f"for: {sentence}", field="/for", sentence=sentence, **clash)


class _Unpublished:
    """What `tied` asks of a version."""

    def __init__(self, code, content):
        self.code, self.content = code, content


# -- why, for people -----------------------------------------------------------------


def explained(kept, policy, *, shows_money):
    """Why this policy: what the request met, and what each other policy asked that it is not.

    `kept` is what stands with the clock; None where no policy said which requests it is for. For those who
    see no money an amount is None, and so is the one that a policy asks: it says how much the request is.
    `recounted_from` is the number of the version that was chosen, where a recount has brought it under another.
    """
    kept = kept or BY_CATEGORY
    facts, chosen = kept["facts"], compiled(kept["version"]) if "version" in kept else policy
    scope = chosen.content.scope if kept["by"] == "conditions" else None
    others = [(compiled(version_id), why) for version_id, why in kept["others"]]
    return {
        "by": kept["by"],
        "recounted_from": chosen.number if chosen.id != policy.id else None,
        "met": [
            {"condition": name, "value": facts.get(fact, "")}
            for name, fact in CONDITIONS.items()
            if scope and name in scope.named
        ]
        + ([_amount_of(facts, shows_money)] if scope and scope.amount else []),
        "others": [_other(version, why, facts, shows_money) for version, why in others],
    }


def _other(version, why, facts, shows_money):
    scope = version.content.scope
    asked = sorted(scope.named[why]) if why in CONDITIONS else []
    if why == "amount":
        asked = [scope.amount._asdict() if shows_money else None]
    had = _amount_of(facts, shows_money)["value"] if why == "amount" else facts.get(CONDITIONS.get(why), "")
    return {
        "code": version.code,
        "number": version.number,
        "is_default": version.shop_id is None,
        "name": version.content.name,
        "why_not": why,
        "asked": asked,
        "had": had,
    }


def _amount_of(facts, shows_money):
    amount = {"currency": facts.get("currency", ""), "minor": facts.get("amount_minor", 0)}
    return {"condition": "amount", "value": amount if shows_money else None}
