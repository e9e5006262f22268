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
    rows = [(subject, data or {})]
    alike = _alike(kind, by, getattr(subject, "cause", None) or cause)
    ((pk, seq, happened_at),), commitment = _record(rows, alike, text)
    given = {"pk": pk, "seq": seq, "happened_at": happened_at, "commitment": commitment}
    event = Event(stream=subject.stream, shop_id=subject.shop_id, data=rows[0][1], **alike, **given)
    event._state.adding = False
    return event


def record_events(rows, kind, *, by, text="", cause=None):
    """Write one event per (subject, data) in as few statements as there are tables concerned."""
    _record(rows, _alike(kind, by, cause), text)


def _alike(kind, by, cause):
    """What events written together have in common."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record_event must run inside the action's transaction")
    if kind not in KINDS:
        raise LookupError(f"event kind {kind} is not declared")
    return {
        "kind": kind,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "cause_id": cause and (cause.cause_id or cause.pk),
        "request_id": current_request_id(),
    }


def _record(rows, alike, text):
    """([(id, seq, happened_at)], the commitment to the text)."""
    salt = secrets.token_bytes(16) if text else b""
    commitment = hashlib.sha256(salt + text.encode()).digest() if text else b""
    events = _write(rows, {**alike, "commitment": commitment})
    if text:
        EventText.objects.bulk_create(EventText(event_id=pk, salt=salt, text=text) for pk, *_given in events)
    if handlers := HANDLERS[alike["kind"]]:
        due = now()
        insert_many(
            Delivery,
            ["event", "handler", "next_try_at", "attempts", "last_error"],
            [(pk, name, due, 0, "") for pk, *_given in events for name in handlers],
        )
    return events, commitment


def _write(rows, alike):
    """Insert the events; the database gives each its id, its place in the stream, its link and its time."""
    if offset():  # the product's clock is set apart from the database's: in tests and for the demo
        alike = {**alike, "happened_at": now()}
    same = tuple(alike.values())
    values = [(subject.stream, subject.shop_id, data, *same) for subject, data in rows]
    return insert_many(Event, ["stream", "shop_id", "data", *alike], values, returning=GIVEN)
