"""The one way to write an event, and the one way to listen for it."""

import hashlib
import secrets
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from aftersales.clock import now, offset
from aftersales.events.models import Delivery, Event, EventText
from aftersales.events.trace import current_request_id
from aftersales.sets import insert_many

WRITTEN = [field.name for field in Event._meta.fields if field.name not in ("id", "happened_at")]
GIVEN = ("id", "seq", "happened_at")
HANDLERS = defaultdict(dict)  # kind -> {handler name: function}
KINDS = {}


@dataclass(frozen=True)
class Kind:
    """A declared kind of event with its sentence; `{name}` stands for a key of the event's data."""

    name: str
    en: str
    zh: str
    is_public: bool = True  # whether the customer may see it in the portal


def declare(name, *, en, zh, is_public=True):
    """Declare an event kind at start-up; undeclared kinds cannot be recorded."""
    KINDS[name] = Kind(name, en, zh, is_public)


def on(kind, *, name):
    """Subscribe a function to an event kind: it runs after commit, at least once.

    The name is stored with each delivery, so renaming the function loses nothing.
    """

    def subscribe(handler):
        HANDLERS[kind][name] = handler
        return handler

    return subscribe


def record_event(subject, kind, *, by, data=None, text="", cause=None):
    """Write the event and what is owed because of it, in the caller's transaction.

    `subject` has `.stream` and `.shop_id`; `text` is personal text, kept beside the event as a salted
    commitment; `cause` is the event of the outer action, when this one is nested in it. A subject that is
    itself acted on as part of something larger carries that as its own `cause`.
    """
    cause = getattr(subject, "cause", None) or cause
    return record_events([(subject, data or {})], kind, by=by, text=text, cause=cause)[0]


def record_events(rows, kind, *, by, text="", cause=None):
    """Write one event per (subject, data) in as few statements as there are tables concerned."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record_event must run inside the action's transaction")
    if kind not in KINDS:
        raise LookupError(f"event kind {kind} is not declared")
    salt = secrets.token_bytes(16) if text else b""
    commitment = hashlib.sha256(salt + text.encode()).digest() if text else b""
    cause_id = cause and (cause.cause_id or cause.pk)
    alike = {
        "kind": kind,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "commitment": commitment,
        "cause_id": cause_id,
        "request_id": current_request_id(),
    }
    events = _write(
        [Event(stream=subject.stream, shop_id=subject.shop_id, data=data, **alike) for subject, data in rows]
    )
    if text:
        EventText.objects.bulk_create(EventText(event=event, salt=salt, text=text) for event in events)
    if HANDLERS[kind]:
        due = now()
        insert_many(
            Delivery,
            ["event", "handler", "next_try_at", "attempts", "last_error"],
            [(event.pk, name, due, 0, "") for event in events for name in HANDLERS[kind]],
        )
    return events


def _write(events):
    """Insert the events; the database gives each its id, its place in the stream and its time."""
    names = WRITTEN
    if offset():  # the product's clock is set apart from the database's: in tests and for the demo
        names, moment = [*WRITTEN, "happened_at"], now()
        for event in events:
            event.happened_at = moment
    rows = [tuple(getattr(event, name) for name in names) for event in events]
    for event, given in zip(events, insert_many(Event, names, rows, returning=GIVEN), strict=True):
        event.pk, event.seq, event.happened_at = given
        event._state.adding = False
    return events
