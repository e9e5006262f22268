"""Draft, publish and load versions: the only writers of versioned content."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from aftersales.clock import now
from aftersales.events.log import record_event
from aftersales.versions.models import Origin, State, Version
from aftersales.versions.registry import PARSERS, forget


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
def publish(version, *, by):
    """Put a draft in force and retire the one before; what is running stays on its own version."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    if version.state != State.DRAFT:
        return version
    PARSERS[version.kind](version.body)
    siblings = Version.objects.filter(kind=version.kind, code=version.code, shop_id=version.shop_id)
    siblings.filter(state=State.PUBLISHED).update(state=State.RETIRED)
    version.state, version.published_at = State.PUBLISHED, now()
    version.save(update_fields=["state", "published_at"])
    record_event(version, "version.publish", by=by, data={"number": version.number, "name": version.code})
    transaction.on_commit(forget)
    forget()
    return version


@dataclass(frozen=True)
class Loaded:
    """What loading one piece of content did: "new", "updated", "same", or "kept" (the shop edited it)."""

    kind: str
    code: str
    outcome: str


@transaction.atomic
def load(kind, code, body, *, by):
    """Load one piece of a content pack, idempotently; what a shop has edited is kept and reported."""
    standing = Version.objects.filter(kind=kind, code=code, shop_id=None, state=State.PUBLISHED).first()
    if standing is None:
        outcome = "new"
    elif standing.digest == digest_of(body):
        return Loaded(kind, code, "same")
    elif standing.origin == Origin.SHOP:
        return Loaded(kind, code, "kept")
    else:
        outcome = "updated"
    publish(draft(kind, code, body, by=by, origin=Origin.PACK), by=by)
    return Loaded(kind, code, outcome)
