"""Reads versions: which one is in force, and its body compiled to an immutable object."""

import time
from dataclasses import dataclass
from typing import Any

from aftersales.errors import Invalid, NotPossible
from aftersales.versions.models import State, Version

PARSERS = {}

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


_compiled = {}  # version id -> Compiled; versions never change, so this is never stale
_in_force = {}  # (kind, code, shop id) -> (until, version id)


def versioned(kind):
    """Register the parser of a kind: body (dict) -> immutable object, or InvalidContent."""

    def register(parse):
        PARSERS[kind] = parse
        return parse

    return register


def compiled(version_id):
    """The compiled version with this id, from memory after the first time."""
    if version_id not in _compiled:
        row = Version.objects.get(pk=version_id)
        _compiled[version_id] = Compiled(row.pk, row.kind, row.code, row.number, PARSERS[row.kind](row.body))
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


def forget():
    """Drop what is remembered of versions in force: after publishing, and between tests."""
    _in_force.clear()


def forget_all():
    """Also drop compiled bodies: between tests, where ids are used again after a rollback."""
    _in_force.clear()
    _compiled.clear()
