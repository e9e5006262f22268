"""Load a content pack: all of it, or nothing."""

from dataclasses import dataclass

from django.db import transaction

from aftersales.clock import now
from aftersales.versions.actions import clashes, load
from staff.actions.installation import lock_setting, remember_pack
from tickets.loading import contents_of
from tickets.models import Article, Category, Macro, Reason
from tickets.queries import catalogue
from tickets.registry import FACTS, verb_named


@dataclass(frozen=True)
class PackLoaded:
    """What loading did, and what of the pack is left to people because no code knows it yet."""

    versions: tuple  # of aftersales.versions.actions.Loaded
    rows: int
    unknown_facts: tuple
    unknown_verbs: tuple
    manual_steps: int
    clashes: tuple = ()  # sentences: what a shop published of its own that says the same


@transaction.atomic
def load_pack(pack, *, by):
    """Load what changed since the last pack; None if this very pack is loaded already.

    What a shop has edited is kept: it stands beside. Categories, reasons, and the pack's own replies and answers
    follow it by their code; those that a pack no longer has stay, because requests refer to them.
    """
    setting = lock_setting()
    if setting.loaded_pack == pack.digest:
        return None
    transaction.on_commit(catalogue.forget)
    try:
        loaded = _load(contents_of(pack), by)
    finally:
        catalogue.forget()  # what was read of rows that may never be there
    remember_pack(setting, pack.digest)
    return loaded


def _load(contents, by):
    _write_categories(contents)
    _write(Reason, contents.reasons, key=("code",))
    _write(Macro, contents.macros, key=("code", "shop", "owner"))
    _write_articles(contents, by)
    catalogue.forget()  # a policy is held against the others by the categories just written
    versions = tuple(load(kind, code, body, by=by) for kind, code, body in contents.versions)
    found = tuple(clashes(versions))
    written = (contents.groups, contents.categories, contents.reasons, contents.macros, contents.articles)
    rows = sum(map(len, written))
    return PackLoaded(versions, rows, *_without_code(contents), clashes=found)


def _write_categories(contents):
    _write(Category, contents.groups, key=("code",))
    groups = dict(Category.objects.filter(parent=None).values_list("code", "pk"))
    _write(
        Category,
        [
            {key: value for key, value in row.items() if key != "group"} | {"parent_id": groups[row["group"]]}
            for row in contents.categories
        ],
        key=("code",),
    )


def _write_articles(contents, by):
    """The pack's own, which belong to no shop; one that this pack no longer has is retired, for nothing
    refers to it. What shops made of theirs are rows of their own."""
    categories = dict(Category.objects.values_list("code", "pk"))
    kept = [row["code"] for row in contents.articles]
    stamp = {"updated_at": now(), "author_name": by.name}
    gone = Article.objects.filter(shop_id=None, is_active=True).exclude(code__in=kept)
    gone.update(is_active=False, **stamp)
    rows = [
        row | {"category_id": categories[row["category"]], "shop_id": None, "is_active": True, **stamp}
        for row in contents.articles
    ]
    for row in rows:
        del row["category"]
    _write(Article, rows, key=("shop_id", "code"))


def _write(model, rows, *, key):
    """Insert, or update by the key, in one statement. Where a place is of the key, a shop's own stands beside."""
    if rows:
        model.objects.bulk_create(
            [model(**row) for row in rows],
            update_conflicts=True,
            unique_fields=key,
            update_fields=[name for name in rows[0] if name not in key],
        )


def _without_code(contents):
    """(facts, verbs, how many steps): what steps name that this version cannot do by itself."""
    steps = [step for kind, _code, body in contents.versions if kind == "sop" for step in body["steps"]]
    facts = [step["params"]["fact"] for step in steps if step["kind"] == "check"]
    verbs = [step["params"]["verb"] for step in steps if step["kind"] == "do"]
    no_facts = [name for name in facts if name not in FACTS]
    no_verbs = [name for name in verbs if verb_named(name) is None]
    return tuple(sorted(set(no_facts))), tuple(sorted(set(no_verbs))), len(no_facts) + len(no_verbs)
