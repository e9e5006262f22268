"""A rule of time changed with open eyes: looked at first, applied, and the clocks that run brought along."""

import secrets
import time
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.due import DueKind
from aftersales.errors import NotPossible
from aftersales.events.log import record_event
from staff.actions.guarding import lock_shops
from tickets.actions.recount_parts import fire_part, fire_recounts
from tickets.actions.time_rules import check_rule, mark_of, publish_rule, require_rule_editor
from tickets.models import Recount, RecountState
from tickets.queries.recounts import ends_of_open_clocks
from tickets.sla_events import rule_data

# After publishing, until every process starts clocks by the new version and what began before is written.
SETTLING = timedelta(seconds=3)
LOOK_SECONDS = 0.5  # of a request that asks for a preview; what takes longer goes on by itself
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
OPEN = (RecountState.RUNNING, RecountState.PAUSED)


class RecountKind(DueKind):
    """Each recount by itself: one that fails keeps no other."""

    def fire_ids(self, ids):
        return sum(super(RecountKind, self).fire_ids([one]) for one in ids)


def recount_kind():
    return RecountKind(Recount, name="recount", queue="bulk", fire=fire_recounts, batch=20)


# -- looking ---------------------------------------------------------------------------------


def preview_rule(shop, kind, code, body, *, by, seen=None):
    """What the body would do to the clocks that run. It is refused like the body itself; little is worked out
    at once, much goes on in the background and is followed by its code."""
    recount = begin_preview(shop, kind, code, body, by=by, seen=seen)
    until = time.monotonic() + LOOK_SECONDS
    while recount.state == RecountState.RUNNING and time.monotonic() < until:
        if not look_on(recount):
            break
        recount.refresh_from_db()
    return recount


@transaction.atomic
def begin_preview(shop, kind, code, body, *, by, seen=None):
    require_rule_editor(by, shop)
    standing = check_rule(shop, kind, code, body, seen=seen)
    former = Recount.objects.filter(owner=by.id, rule_kind=kind, rule_code=code, shop=shop, version=None)
    former.filter(state__in=OPEN).update(state=RecountState.CANCELLED, ended_at=now(), next_try_at=None)
    return write(shop, kind, code, body, by, seen=mark_of(standing) if seen is None else seen)


@transaction.atomic
def look_on(recount):
    """The next part of a preview; says whether it was ours to do, for a worker may be at it."""
    rows = Recount.objects.filter(pk=recount.pk, state=RecountState.RUNNING)
    fresh = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if fresh is not None:
        fire_part(fresh)
    return fresh is not None


def write(shop, kind, code, body, by, *, seen="", version=None):
    first, last = ends_of_open_clocks()
    moment = now()
    return Recount.objects.create(
        code="r-" + "".join(secrets.choice(ALPHABET) for _each in range(10)),
        shop=shop,
        owner_id=by.id if by.user else None,
        rule_kind=kind,
        rule_code=code,
        body=body,
        seen=seen,
        version=version,
        first=first,
        last=last,
        asked_at=moment,
        next_try_at=moment + SETTLING if version else moment,
    )


# -- applying ----------------------------------------------------------------------------------


@transaction.atomic
def apply_preview(preview, *, recount, by):
    """Put in force what was looked at to its end; (the version, the recount that was begun or None). Twice is once."""
    require_rule_editor(by, preview.shop)
    if not preview.is_preview:
        raise NotPossible(_("This is in force already."), code="not_a_preview")
    if preview.state != RecountState.FINISHED:
        raise NotPossible(
            _(
                "This was not counted to its end, so nobody has seen what it does. Wait for it, or look again."
            ),
            code="not_counted",
        )
    return change_rule(
        preview.shop,
        preview.rule_kind,
        preview.rule_code,
        preview.body,
        by=by,
        seen=preview.seen,
        recount=recount,
    )


@transaction.atomic
def change_rule(shop, kind, code, body, *, by, seen=None, recount=False):
    """(the version that is in force now, the recount of the clocks that run or None)."""
    version = publish_rule(shop, kind, code, body, by=by, seen=seen)
    return version, start_recount(shop, version, by=by) if recount else None


def start_recount(shop, version, *, by):
    """Owe it that the clocks that run are brought under the version; one that is under way to an older one ends.

    Asked again for the same version it is the same recount. The shop is locked already.
    """
    of_rule = Recount.objects.filter(
        shop=shop, rule_kind=version.kind, rule_code=version.code, version__isnull=False
    )
    known = of_rule.filter(version=version).exclude(state=RecountState.CANCELLED).order_by("-pk").first()
    if known:
        return known
    for former in of_rule.filter(state__in=OPEN).select_for_update():
        cancel(former, by=by)
    recount = write(shop, version.kind, version.code, version.body, by, version=version)
    record_event(recount, "recount.start", by=by, data=told(recount))
    return recount


def told(recount):
    return {"code": recount.code, **rule_data(recount.version), "moved": recount.moved}


# -- while it runs --------------------------------------------------------------------------------


def lock_recount(recount, by):
    """The fresh row; a part that is under way is waited for. What is nobody's to steer is refused."""
    lock_shops([recount.shop_id], by)
    require_rule_editor(by, recount.shop)
    return (
        Recount.objects.select_for_update(of=("self",)).select_related("shop", "version").get(pk=recount.pk)
    )


@transaction.atomic
def pause_recount(recount, *, by):
    """Stop after the part that is under way; twice is once."""
    fresh = lock_recount(recount, by)
    refuse_ended(fresh)
    if fresh.state == RecountState.RUNNING:
        fresh.state, fresh.next_try_at = RecountState.PAUSED, None
        save_and_tell(fresh, "recount.pause", by)
    return fresh


@transaction.atomic
def resume_recount(recount, *, by):
    """Go on where it stopped, also where it failed; twice is once."""
    fresh = lock_recount(recount, by)
    refuse_ended(fresh)
    if fresh.state == RecountState.PAUSED or fresh.is_stuck:
        fresh.state, fresh.next_try_at = RecountState.RUNNING, now()
        fresh.attempts, fresh.dead_at = 0, None
        save_and_tell(fresh, "recount.resume", by)
    return fresh


@transaction.atomic
def cancel_recount(recount, *, by):
    """What is through stays under the new version, the rest keeps the one that it has; twice is once."""
    fresh = lock_recount(recount, by)
    if fresh.state == RecountState.FINISHED:
        raise NotPossible(_("All of it is through already."), code="finished")
    if fresh.is_open:
        cancel(fresh, by=by)
    return fresh


def cancel(recount, *, by):
    recount.state, recount.ended_at, recount.next_try_at = RecountState.CANCELLED, now(), None
    save_and_tell(recount, "recount.cancel", by)


def save_and_tell(recount, kind, by):
    recount.save()
    if not recount.is_preview:
        record_event(recount, kind, by=by, data=told(recount))


def refuse_ended(recount):
    if not recount.is_open:
        raise NotPossible(_("All of it is through already."), code="finished")
