"""Reads versions: which one is in force, and its body compiled to an immutable object."""

import time
from dataclasses import dataclass
from typing import Any

from aftersales.errors import Invalid, NotPossible
from aftersales.versions.models import State, Version

PARSERS = {}
CHECKS = {}  # kind -> what looks at a version beside the others before it is published

# How long a process may go on using a version after another process published a newer one. What is
# running is pinned to its own version, so a second more costs nothing and saves a query per request.
FRESH_SECONDS = 1.0


class InvalidContent(Invalid):
    """A body that a parser refuses; the text names the place, `sentence` is what is wrong there."""

    code = "invalid_content"

    def __init__(self, text, *, field="", sentence="", **extra):
        super().__init__(text, field=field, **extra)
        self.sentence = sentence or text


@dataclass(frozen=True)
class Compiled:
    """A version ready to use: its id to pin, and the object its parser made of the body."""

    id: int
    kind: str
    code: str
    number: int
    content: Any
    shop_id: int | None = None  # None: for every shop


_compiled = {}  # version id -> Compiled; versions never change, so this is never stale
_in_force = {}  # (kind, code, shop id) -> (until, version id); (kind, shop id) -> (until, compiled versions)


def versioned(kind):
    """Register the parser of a kind: body (dict) -> immutable object, or InvalidContent."""

    def register(parse):
        PARSERS[kind] = parse
        return parse

    return register


def checked_when_published(kind):
    """Register what is asked of a version of a kind before it is published: (version, content) -> a refusal."""

    def register(check):
        CHECKS[kind] = check
        return check

    return register


def compiled(version_id):
    """The compiled version with this id, from memory after the first time."""
    if version_id not in _compiled:
        row = Version.objects.get(pk=version_id)
        content = PARSERS[row.kind](row.body)
        _compiled[version_id] = Compiled(row.pk, row.kind, row.code, row.number, content, row.shop_id)
    return _compiled[version_id]


def current(kind, code, shop_id=None):
    """The version in force for a shop: its own, else the one for every shop. NotPossible if there is none."""
    version_id = current_id(kind, code, shop_id)
    if version_id is None:
        raise NotPossible(f"No {kind} “{code}” is published.", code="content_missing")
    return compiled(version_id)


def current_id(kind, code, shop_id=None):
    """The id of the version in force, or None."""
    key = (kind, code, shop_id)
    until, version_id = _in_force.get(key, (0.0, None))
    if until < time.monotonic():
        rows = Version.objects.filter(kind=kind, code=code, state=State.PUBLISHED)
        ids = dict(rows.values_list("shop_id", "pk"))
        version_id = ids.get(shop_id, ids.get(None))
        _in_force[key] = (time.monotonic() + FRESH_SECONDS, version_id)
    return version_id


def all_in_force(kind, shop_id):
    """All versions of a kind in force for a shop: its own, and those for every shop that it has none of."""
    key = (kind, shop_id)
    until, found = _in_force.get(key, (0.0, ()))
    if until < time.monotonic():
        versions = published(kind)
        own = [version for version in versions if version.shop_id == shop_id]
        codes = {version.code for version in own}
        shared = [version for version in versions if version.shop_id is None]
        found = (*own, *(version for version in shared if version.code not in codes))
        _in_force[key] = (time.monotonic() + FRESH_SECONDS, found)
    return found


def published(kind):
    """The compiled versions of a kind that are published, of all shops and for every shop."""
    ids = Version.objects.filter(kind=kind, state=State.PUBLISHED).order_by("code", "id")
    return [compiled(pk) for pk in ids.values_list("pk", flat=True)]


def forget():
    """Drop what is remembered of versions in force: after publishing, and between tests."""
    _in_force.clear()


def forget_all():
    """Also drop compiled bodies: between tests, where ids are used again after a rollback."""
    _in_force.clear()
    _compiled.clear()
