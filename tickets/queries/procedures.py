"""A shop's procedures: which version is in force, whether there is a draft, how many requests run on them."""

import time
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q

from aftersales.versions.models import State, Version
from aftersales.web.keyset import COUNT_CAP
from staff.models import Shop
from tickets.models import OPEN_STATUSES, Category, Macro
from tickets.queries.catalogue import by_code, categories
from tickets.registry import ALIASES, FACTS, VERBS

KIND = "sop"
MOST_VERSIONS = 20


def versions_for(shop):
    """A shop's own versions and those for every shop."""
    return Version.objects.filter(Q(shop_id=shop.pk) | Q(shop_id=None), kind=KIND)


@dataclass(frozen=True)
class Standing:
    """Where one procedure stands for one shop."""

    shop: Shop
    code: str
    in_force: Version
    draft: Version | None
    pack: Version | None  # what came with the content, whether the shop follows it or not

    @property
    def mark(self):
        """What a reader of the draft has seen: of two who read the same mark, one may write."""
        return f"{self.draft.pk}.{self.draft.revision}" if self.draft else "0"

    @property
    def has_newer_pack(self):
        """The content brought something newer since the shop published its own."""
        own, pack = self.in_force, self.pack
        return pack is not None and pack.pk != own.pk and pack.published_at > own.published_at


def standing_of(shop, code):
    """The Standing, or None when this shop has no such procedure."""
    rows = versions_for(shop).filter(code=code, state__in=(State.PUBLISHED, State.DRAFT))
    return _standing(shop, code, rows.select_related("based_on"))


def _standing(shop, code, rows):
    own = {row.state: row for row in rows if row.shop_id == shop.pk}
    pack = next((row for row in rows if row.shop_id is None and row.state == State.PUBLISHED), None)
    in_force = own.get(State.PUBLISHED) or pack
    return Standing(shop, code, in_force, own.get(State.DRAFT), pack) if in_force else None


def standings(shop):
    """{code: Standing} of every procedure of a shop, by one statement; bodies carry their title alone."""
    rows = versions_for(shop).filter(state__in=(State.PUBLISHED, State.DRAFT)).order_by("code")
    by_procedure = {}
    for row in rows.defer("body").annotate(title=F("body__title")):
        by_procedure.setdefault(row.code, []).append(row)
    found = {code: _standing(shop, code, group) for code, group in by_procedure.items()}
    return {code: standing for code, standing in found.items() if standing}


def history_of(shop, code):
    """The newest versions that were ever in force here, newest first."""
    past = versions_for(shop).filter(code=code).exclude(state=State.DRAFT)
    return list(past.defer("body").order_by("-published_at", "-id")[:MOST_VERSIONS])


RUNNING = """
    SELECT v.code, sum((
        SELECT count(*) FROM (
            SELECT 1 FROM tickets_ticket t
            WHERE t.shop_id = %(shop)s AND t.procedure_version_id = v.id AND t.status IN %(open)s
            LIMIT %(most)s
        ) found
    ))
    FROM versions_version v
    WHERE v.kind = 'sop' AND v.state <> 'draft' AND (v.shop_id = %(shop)s OR v.shop_id IS NULL)
        AND (%(code)s IS NULL OR v.code = %(code)s)
    GROUP BY v.code
"""


def running_counts(shop, code=None):
    """{code: open requests that follow any of its versions}, each version counted to the cap and no further."""
    values = {
        "shop": shop.pk,
        "open": tuple(str(status) for status in OPEN_STATUSES),
        "most": COUNT_CAP + 1,
        "code": code,
    }
    with connection.cursor() as cursor:
        cursor.execute(RUNNING, values)
        return {code: int(count) for code, count in cursor.fetchall()}


def capped(count):
    return {"count": min(count, COUNT_CAP), "capped": count > COUNT_CAP}


def groups_of_procedures(codes):
    """[(group, [(code, its categories)])] in the order of the category tree; each procedure once."""
    leaves = {}
    for category in categories().values():
        if category.procedure in codes:
            leaves.setdefault(category.procedure, []).append(category)
    groups = {}
    for code, own in leaves.items():
        groups.setdefault(own[0].parent_id, []).append((code, own))
    named = [(row, groups[row.pk]) for row in by_code(Category).values() if row.pk in groups]
    others = [(code, []) for code in codes if code not in leaves]
    return [*named, (None, others)] if others else named


def categories_following(code):
    """The codes of the categories whose requests follow this procedure."""
    return sorted(each.code for each in categories().values() if each.procedure == code)


# -- what steps may name --------------------------------------------------------------------

NAMED_IN_PACK = """
    SELECT DISTINCT names.what, name FROM versions_version v, jsonb_array_elements(v.body->'steps') step,
    LATERAL (
        SELECT 'fact' AS what, step->'params'->>'fact' AS name
        UNION ALL SELECT 'verb', step->'params'->>'verb'
        UNION ALL SELECT 'fact', jsonb_array_elements_text(step->'params'->'show_facts')
    ) names
    WHERE v.kind = 'sop' AND v.shop_id IS NULL AND v.state = 'published' AND name IS NOT NULL
"""
FRESH_SECONDS = 1.0
_remembered = {}


def vocabulary():
    """{what: {name: words or None}} of all that a step may name; without words it is done by a person.

    Facts and verbs are those with code, and those that the content names though no code knows them yet.
    """
    until, known = _remembered.get("vocabulary", (0.0, None))
    if until < time.monotonic():
        known = _read_vocabulary()
        _remembered["vocabulary"] = (time.monotonic() + FRESH_SECONDS, known)
    return known


def _read_vocabulary():
    facts = {
        name: {"en": fact.en, "zh": fact.zh}
        for name, fact in FACTS.items()
        if not name.startswith("happened")
    }
    verbs = {name: VERBS[own].label for name, own in ALIASES.items()}
    with connection.cursor() as cursor:
        cursor.execute(NAMED_IN_PACK)
        for what, name in cursor.fetchall():
            (facts if what == "fact" else verbs).setdefault(name, None)
    checklists = Version.objects.filter(kind="checklist", state=State.PUBLISHED).values_list(
        "code", "body__name"
    )
    return {
        "fact": facts,
        "verb": verbs,
        # Everybody's: a shop words them in its own way by the same code, and what is private serves nobody else.
        "macro": dict(
            Macro.objects.filter(is_active=True, shop=None, owner=None).values_list("code", "title")
        ),
        "checklist": dict(checklists),
        "category": {code: row.name for code, row in categories().items()},
    }


def forget():
    _remembered.clear()
