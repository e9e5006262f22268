"""Draft, publish and load versions: the only writers of versioned content."""

import hashlib
import json
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotPossible
from aftersales.events.log import record_event
from aftersales.versions.models import Origin, State, Version
from aftersales.versions.registry import CHECKS, PARSERS, InvalidContent, forget


def digest_of(body):
    """A fingerprint that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def draft(kind, code, body, *, by, shop_id=None, origin=Origin.SHOP):
    """Keep a new draft; the parser refuses a bad body here, before anyone can publish it."""
    PARSERS[kind](body)
    last = Version.objects.filter(kind=kind, code=code, shop_id=shop_id).aggregate(last=Max("number"))["last"]
    return Version.objects.create(
        kind=kind,
        code=code,
        shop_id=shop_id,
        number=(last or 0) + 1,
        origin=origin,
        body=body,
        digest=digest_of(body),
        author_name=by.name,
        created_at=now(),
    )


@transaction.atomic
def begin_draft(kind, code, body, *, by, shop_id, based_on=None):
    """Keep a shop's draft, which may be unfinished: its parser has its say when it is published.

    Its number goes on from the highest that the shop has seen, its own or a pack's.
    """
    seen = Version.objects.filter(Q(shop_id=shop_id) | Q(shop_id=None), kind=kind, code=code)
    version = Version.objects.create(
        kind=kind,
        code=code,
        shop_id=shop_id,
        number=(seen.aggregate(last=Max("number"))["last"] or 0) + 1,
        origin=Origin.SHOP,
        body=body,
        digest=digest_of(body),
        author_name=by.name,
        created_at=now(),
        changed_at=now(),
        based_on=based_on,
    )
    tell(version, "version.begin_draft", by=by)
    return version


def tell(version, kind, *, by):
    data = {"number": version.number, "name": version.code, **titles_of(version.body)}
    record_event(version, kind, by=by, data=data)


def titles_of(body):
    """{name_en, name_zh} as far as the body, which may be an unfinished draft, has them."""
    title = body.get("title", body.get("name"))
    title = title if isinstance(title, dict) else {}
    return {f"name_{one}": title[one] for one in ("en", "zh") if isinstance(title.get(one), str)}


def lock_draft(version):
    """The fresh draft, locked; refused when it is gone."""
    fresh = Version.objects.select_for_update().filter(pk=version.pk).first()
    if fresh is None or fresh.state != State.DRAFT:
        raise NotPossible(_("This draft is no more: it was published or discarded."), code="no_draft")
    return fresh


@transaction.atomic
def change_draft(version, body, *, by):
    """Save a draft; the same again changes nothing and is no event."""
    fresh = lock_draft(version)
    digest = digest_of(body)
    if digest == fresh.digest:
        return fresh
    fresh.body, fresh.digest, fresh.author_name = body, digest, by.name
    fresh.revision, fresh.changed_at = fresh.revision + 1, now()
    fresh.save(update_fields=["body", "digest", "author_name", "revision", "changed_at"])
    tell(fresh, "version.change_draft", by=by)
    return fresh


@transaction.atomic
def discard_draft(version, *, by):
    """Throw a draft away; the history keeps that there was one."""
    fresh = lock_draft(version)
    tell(fresh, "version.discard_draft", by=by)
    fresh.delete()


@transaction.atomic
def publish(version, *, by):
    """Put a draft in force and retire the one before; what is running stays on its own version."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state != State.DRAFT:
        return version
    check_beside_others(version, PARSERS[version.kind](version.body))
    return put_in_force(version, by=by)


def put_in_force(version, *, by):
    """Publish a locked draft that is checked, or will be before the transaction ends."""
    siblings = Version.objects.filter(kind=version.kind, code=version.code, shop_id=version.shop_id)
    siblings.filter(state=State.PUBLISHED).update(state=State.RETIRED)
    version.state, version.published_at = State.PUBLISHED, now()
    version.save(update_fields=["state", "published_at"])
    tell(version, "version.publish", by=by)
    transaction.on_commit(forget)
    forget()
    return version


def check_beside_others(version, content):
    """What two versions cannot say at once is refused; of two published at once the later sees the earlier."""
    if check := CHECKS.get(version.kind):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"publish/{version.kind}"]
            )
        check(version, content)


@dataclass(frozen=True)
class Loaded:
    """What loading one piece of content did: "new", "updated", "same", or "kept" (the shop edited it)."""

    kind: str
    code: str
    outcome: str
    version: Version | None = None  # what was put in force


@transaction.atomic
def load(kind, code, body, *, by):
    """Load one piece of a content pack, idempotently; what a shop has edited is kept and reported.

    It is put in force unchecked: once all of the pack is, `clashes` holds it against the rest.
    """
    standing = Version.objects.filter(kind=kind, code=code, shop_id=None, state=State.PUBLISHED).first()
    if standing is None:
        outcome = "new"
    elif standing.digest == digest_of(body):
        return Loaded(kind, code, "same")
    elif standing.origin == Origin.SHOP:
        return Loaded(kind, code, "kept")
    else:
        outcome = "updated"
    version = put_in_force(draft(kind, code, body, by=by, origin=Origin.PACK), by=by)
    return Loaded(kind, code, outcome, version)


def clashes(loaded):
    """The refusals that only a shop's own content gives to what was loaded; any other one is raised.

    A shop that published something of its own keeps nobody else from a newer pack.
    """
    found = []
    for version in (one.version for one in loaded if one.version):
        try:
            check_beside_others(version, PARSERS[version.kind](version.body))
        except InvalidContent as refused:
            if not refused.extra.get("own_shop"):
                raise
            found.append(str(refused))
    return found
