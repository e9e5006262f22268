"""One verb over many requests: asked for, done row by row once its time has come, cancelled, taken back."""

import logging
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.due import MAX_TRIES, DueKind
from aftersales.errors import NotAllowed, NotPossible, Refused
from aftersales.events.actors import Actor
from aftersales.events.log import record_event
from aftersales.events.models import Event
from aftersales.events.trace import begin_request, end_request
from aftersales.sets import insert_many
from tickets.models import Bulk, BulkRow, BulkState, RowState, Ticket
from tickets.registry import verb_named

log = logging.getLogger(__name__)

DESK = Actor.system("desk")
UNDO_SECONDS = 30  # between asking and the first request: undo leaves nothing behind
# Each row is due a little after the one before: whoever asks for three need not wait for another's
# twenty thousand, and the desk has time for people.
PACE = timedelta(milliseconds=25)
MOST_RUNNING = 5  # of one person at a time
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


# -- asking ----------------------------------------------------------------------------------


def start_bulk(foresight, *, by, key):
    """What was foreseen is owed: who fits is due after the time to undo, the others are told why not.

    Asked again with the same key it is the same bulk.
    """
    if by.user is None:
        raise NotAllowed(_("Bulk actions are asked for by people; this key is a shop's."))
    if (known := Bulk.objects.filter(owner=by.id, key=key).first()) is not None:
        return known
    if not foresight.fits:
        raise NotPossible(
            _("None of these requests can be changed so: %(why)s") % {"why": foresight.reasons[0][0]},
            code="none_fits",
        )
    try:
        return write_bulk(foresight, by=by, key=key)
    except IntegrityError:  # of two at once with one key the other was first
        return Bulk.objects.get(owner=by.id, key=key)


@transaction.atomic
def write_bulk(foresight, *, by, key):
    refuse_too_many(by)
    moment = now()
    bulk = Bulk.objects.create(
        key=key,
        verb=foresight.verb.name,
        data=foresight.data,
        selection=foresight.selection,
        total=foresight.total,
        waiting=len(foresight.fits),
        refused=len(foresight.left_out),
        shops=sorted(foresight.shops),
        **asked_by(by, moment, moment + timedelta(seconds=UNDO_SECONDS)),
    )
    owe(bulk, [(pk, {}) for pk in foresight.fits])
    insert_many(
        BulkRow,
        ["bulk", "ticket", "state", "data", "sentence", "settled_at", "attempts", "last_error"],
        [
            (bulk.pk, pk, RowState.REFUSED.value, {}, why, moment, 0, "")
            for pk, _number, why in foresight.left_out
        ],
    )
    record_event(bulk, "bulk.start", by=by, data=told(bulk))
    return bulk


def asked_by(by, moment, starts_at):
    code = "b-" + "".join(secrets.choice(ALPHABET) for _each in range(10))
    language = translation.get_language() or "en"
    return {"code": code, "owner_id": by.id, "language": language, "asked_at": moment, "starts_at": starts_at}


def refuse_too_many(by):
    if Bulk.objects.filter(owner=by.id, state=BulkState.RUNNING)[:MOST_RUNNING].count() >= MOST_RUNNING:
        raise NotPossible(
            _("%(most)s of your bulk actions are running. Wait for one, or cancel one.")
            % {"most": MOST_RUNNING},
            code="too_many_bulks",
        )


def owe(bulk, wanted):
    """A due row for each (ticket's id, data of its own)."""
    insert_many(
        BulkRow,
        ["bulk", "ticket", "state", "data", "sentence", "next_try_at", "attempts", "last_error"],
        [
            (bulk.pk, pk, RowState.WAITING.value, data, "", bulk.starts_at + place * PACE, 0, "")
            for place, (pk, data) in enumerate(wanted)
        ],
    )


def told(bulk):
    return {"code": bulk.code, "verb": bulk.verb, "total": bulk.total, "count": bulk.waiting}


# -- doing ------------------------------------------------------------------------------------


class BulkKind(DueKind):
    """Each row in a transaction of its own: no request waits for another of the same bulk."""

    def fire_ids(self, ids):
        return sum(super(BulkKind, self).fire_ids([one]) for one in ids)


def bulk_firing(perform):
    """What fires rows; `perform` is that of pages and API, so nothing holds here that does not hold there."""

    def fire(rows):
        for row in rows:
            bulk = Bulk.objects.select_related("owner", "undoes").get(pk=row.bulk_id)
            token = begin_request(bulk.code)  # its events are found by it
            try:
                with translation.override(bulk.language):
                    fire_row(row, bulk, perform)
            finally:
                end_request(token)

    return fire


def fire_row(row, bulk, perform):
    """Do the verb as whoever asked, or keep the reason why not; what fails for no reason is tried again."""
    by = Actor.staff(bulk.owner)
    ticket = Ticket.objects.visible_to(by).select_related("assignee", "team").filter(pk=row.ticket_id).first()
    try:
        with transaction.atomic():
            refuse_what_changed(ticket, bulk)
            kept = kept_of(ticket, bulk)
            ticket.in_bulk = bulk.code
            data = verb_named(bulk.verb).bulk.fill(ticket, by, {**bulk.data, **row.data})
            perform(ticket, bulk.verb, data, by=by)
    except Refused as refused:
        settle(row, RowState.REFUSED, sentence=str(refused))
    except Exception:
        if row.attempts + 1 < MAX_TRIES:
            raise
        log.exception("bulk %s gave up request %s", bulk.code, row.ticket_id)
        settle(row, RowState.REFUSED, sentence=_("This failed several times; nothing was changed."))
    else:
        settle(row, RowState.DONE, event_id=event_of(ticket, bulk.verb), kept=kept)


def refuse_what_changed(ticket, bulk):
    """Who may no longer see it does not touch it; a taking back finds what it takes back."""
    if ticket is None or not bulk.owner.is_active:
        raise NotAllowed(_("Whoever asked for this no longer serves this shop."))
    if bulk.undoes and not verb_named(bulk.undoes.verb).bulk.stands(ticket, bulk.undoes.data):
        raise NotPossible(_("This was changed again since; it stays as it is."), code="changed_since")


def kept_of(ticket, bulk):
    """What taking it back will need; a taking back is not taken back itself."""
    how = verb_named(bulk.verb).bulk
    return how.kept(ticket, bulk.data) if how.undo and not bulk.undoes_id else None


def event_of(ticket, verb):
    """The event that the verb wrote; the lock on the request is still ours."""
    events = Event.objects.filter(stream=ticket.stream, kind=f"ticket.{verb}").order_by("-seq")
    return events.values_list("pk", flat=True).first()


def settle(row, state, **came):
    """The row is through; the last one ends the bulk."""
    row.state, row.next_try_at, row.settled_at = state, None, now()
    for name, value in came.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "next_try_at", "settled_at", *came])
    Bulk.objects.filter(pk=row.bulk_id).update(
        **{"waiting": F("waiting") - 1, state.value: F(state.value) + 1}
    )
    through = Bulk.objects.filter(pk=row.bulk_id, waiting=0, state=BulkState.RUNNING)
    if through.update(state=BulkState.FINISHED, ended_at=now()):
        bulk = Bulk.objects.get(pk=row.bulk_id)
        data = told(bulk) | {"done": bulk.done, "refused": bulk.refused}
        record_event(bulk, "bulk.finish", by=DESK, data=data)


# -- cancelling and taking back ------------------------------------------------------------


@transaction.atomic
def cancel_bulk(bulk, *, by):
    """What waits is not done; twice is once."""
    if stop(bulk, by=by) is None and bulk.state == BulkState.FINISHED:
        raise NotPossible(_("All of it is through already."), code="finished")
    return bulk


def stop(bulk, *, by):
    """Let nothing of it wait any more; how many that were, or None where it had ended.

    Rows first, then their bulk, as each row locks them when it fires: one that is being done is waited for.
    """
    waiting = bulk.rows.filter(state=RowState.WAITING)
    stopped = len(waiting.order_by("pk").select_for_update().values_list("pk", flat=True))
    waiting.update(state=RowState.CANCELLED, next_try_at=None, settled_at=now())
    running = Bulk.objects.filter(pk=bulk.pk, state=BulkState.RUNNING)
    was_running = running.update(
        state=BulkState.CANCELLED,
        ended_at=now(),
        waiting=F("waiting") - stopped,
        cancelled=F("cancelled") + stopped,
    )
    bulk.refresh_from_db()
    if not was_running:
        return None
    record_event(bulk, "bulk.cancel", by=by, data=told(bulk) | {"left": stopped})
    return stopped


@transaction.atomic
def undo_bulk(bulk, *, by):
    """Stop what waits, and take back what was done by a bulk of the inverse verb, which is returned.

    Where nothing was done yet, stopping is all, and the bulk itself is returned. Twice is once.
    """
    if bulk.undoes_id:
        raise NotPossible(_("This takes something back itself. Do it anew instead."), code="is_undo")
    stopped = stop(bulk, by=by)
    Bulk.objects.select_for_update(no_key=True).get(pk=bulk.pk)
    if (known := Bulk.objects.filter(undoes=bulk).first()) is not None:
        return known
    done = bulk.rows.filter(state=RowState.DONE, kept__isnull=False).order_by("ticket_id")
    wanted = list(done.values_list("ticket_id", "kept"))
    if wanted:
        return write_undo(bulk, wanted, by=by)
    if stopped is None and bulk.done:
        raise NotPossible(
            _("“%(verb)s” cannot be taken back.") % {"verb": verb_named(bulk.verb).label}, code="not_undoable"
        )
    return bulk


def write_undo(bulk, wanted, *, by):
    """The bulk that takes another back; it begins at once."""
    moment = now()
    undo = Bulk.objects.create(
        key=f"undo-{bulk.code}",
        verb=verb_named(bulk.verb).bulk.undo,
        total=len(wanted),
        waiting=len(wanted),
        shops=bulk.shops,
        undoes=bulk,
        **asked_by(by, moment, moment),
    )
    owe(undo, wanted)
    record_event(bulk, "bulk.undo", by=by, data=told(undo))
    return undo
