"""Categories and reasons by code, remembered for a second: every intake asks for them."""

import time

from tickets.models import Category, Reason
from tickets.queries.knowledge import knowledge_of

FRESH_SECONDS = 1.0
_remembered = {}


def by_code(model):
    """{code: row} of the active categories or reasons."""
    until, rows = _remembered.get(model, (0.0, {}))
    if until < time.monotonic():
        rows = {row.code: row for row in model.objects.filter(is_active=True).order_by("position", "id")}
        _remembered[model] = (time.monotonic() + FRESH_SECONDS, rows)
    return rows


def categories():
    """Leaves only: the codes a request may have."""
    return {code: row for code, row in by_code(Category).items() if row.parent_id}


def reasons():
    return by_code(Reason)


def forget():
    _remembered.clear()


# A reason's group says most about the category when the shop leaves it out.
GROUP_CATEGORY = {
    "quality": "quality_other",
    "not_as_described": "not_as_described",
    "wrong_item": "wrong_item",
    "missing": "short_shipped",
    "logistics_damage": "transit_damage",
    "not_received": "delivery_late",
    "size_fit": "size_exchange",
    "changed_mind": "no_reason_return",
    "late": "delivery_late",
    "price_protection": "price_protection",
    "invoice": "invoice",
    "safety": "recall_safety",
}


LIKELY = 0.3  # a guess below this sends nobody anywhere
OTHERWISE = "general_question"


# Some categories come once for each sort of goods; which sort a class of product is.
FAMILIES = ("quality", "repair")
SORTS = {
    "electronics": "3c",
    "small_appliance": "appliance",
    "apparel": "apparel",
    "shoes": "apparel",
    "furniture": "furniture",
    "food": "consumable",
    "cosmetics": "consumable",
}


def sorts_of(product_classes):
    """The sorts of goods that a request is about, or nothing where one of them is not known."""
    sorts = {SORTS.get(each) for each in product_classes}
    return set() if None in sorts else sorts


def of_other_goods(product_classes):
    """Codes of the categories that are for other goods than these; none while these are not known."""
    sorts = sorts_of(product_classes)
    if not sorts:
        return frozenset()
    others = {*SORTS.values(), "other"} - sorts
    return frozenset(f"{family}_{sort}" for family in FAMILIES for sort in others)


def by_reason(reason, product_classes, known):
    """The category that a reason's group stands for, of the family's the one for these goods."""
    code = GROUP_CATEGORY.get(reason.group) if reason is not None else None
    sorts = sorts_of(product_classes)
    if code in of_other_goods(product_classes) and len(sorts) == 1:
        code = f"{code.partition('_')[0]}_{sorts.pop()}"
    return known.get(code)


def suggest_category(reason, text, product_classes=()):
    """The category of a request that came without one: by its reason, else by what its text is about."""
    known = categories()
    if category := by_reason(reason, product_classes, known):
        return category
    guess = knowledge_of(None).suggest_category(text, without=of_other_goods(product_classes))
    likely = guess is not None and guess.confidence >= LIKELY
    return known[guess.label if likely and guess.label in known else OTHERWISE]
