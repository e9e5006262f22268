"""What happened on a request and what was said, as one list, newest first, by pages."""

import base64
import json
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q

from aftersales.events.models import Event
from aftersales.events.telling import doers, name_of, sentence
from tickets.models import Message
from tickets.queries.quoting import parts_of
from tickets.queries.relations import files_here, merged_requests

PAGE = 30
SHOWN_IN_A_ROW = 3  # of events between two messages; the older ones are folded
SAID = ("ticket.reply", "ticket.ask", "ticket.answer", "ticket.note")  # told by the message itself
EVENT, MESSAGE = 0, 1


class Mark(NamedTuple):
    """Where a page ends: a moment, then events before messages, then the row's id."""

    at: datetime
    sort: int
    id: int


def timeline(ticket, actor, *, reads_messages, undoable_since, before=""):
    """(entries, mark of the next older page or ""): messages and events merged by time, those of the requests
    that went into this one among them.

    An event that another one caused stands under it; the words of a message are shown once, as a message.
    The actor's own messages since `undoable_since` can still be taken back.
    """
    mark = decode(before)
    told = {ticket.pk: "", **merged_requests(ticket)}
    messages = recent_messages(told, mark) if reads_messages else []
    files = files_by_message(ticket) if messages else {}
    events = recent_events(ticket, told, mark, hidden=SAID if reads_messages else ())
    entries = sorted(
        [(Mark(message.created_at, MESSAGE, message.pk), message) for message in messages]
        + [(Mark(event.happened_at, EVENT, event.pk), event) for event in events],
        key=lambda entry: entry[0],
        reverse=True,
    )
    page, older = entries[:PAGE], entries[PAGE:]
    happened = [thing for mark, thing in page if mark.sort == EVENT]
    follow, who = following(happened), doers(happened)
    shown = [
        message_entry(thing, actor, undoable_since, told, files.get(thing.pk, []))
        if mark.sort == MESSAGE
        else event_entry(thing, follow, reads_messages, told, who[thing.pk])
        for mark, thing in page
    ]
    return folded(shown), encode(page[-1][0]) if older else ""


def folded(entries):
    """Of many events in a row the newest stand, the others lie in one entry {"fold": [...]}."""
    rows = []
    for is_event, run in groupby(entries, key=lambda entry: "event" in entry):
        run = list(run)
        if is_event and len(run) > SHOWN_IN_A_ROW + 1:
            run = [*run[:SHOWN_IN_A_ROW], {"fold": run[SHOWN_IN_A_ROW:]}]
        rows += run
    return rows


def recent_messages(told, mark):
    rows = Message.objects.filter(ticket_id__in=told, withdrawn_at=None)
    if mark:
        older = Q(created_at__lt=mark.at)
        if mark.sort == MESSAGE:
            older |= Q(created_at=mark.at, id__lt=mark.id)
        rows = rows.filter(older)
    return list(rows.select_related("author_user").order_by("-created_at", "-id")[: PAGE + 1])


def files_by_message(ticket):
    """{message's id: its files, the oldest first}, from those that the page has anyway."""
    found = {}
    for file in reversed(files_here(ticket)):
        found.setdefault(file.message_id, []).append(file)
    return found


def recent_events(ticket, told, mark, *, hidden):
    """That another one went into this is told by this one's own event."""
    streams = [f"ticket:{pk}" for pk in told]
    rows = Event.objects.filter(stream__in=streams, cause_id=None).exclude(kind__in=hidden)
    rows = rows.exclude(Q(kind="ticket.merge") & ~Q(stream=ticket.stream))
    if mark:
        same = {"happened_at": mark.at}
        if mark.sort == EVENT:
            same["id__lt"] = mark.id
        rows = rows.filter(Q(happened_at__lt=mark.at) | Q(**same))
    return list(rows.select_related("private").order_by("-happened_at", "-id")[: PAGE + 1])


def following(events):
    """{event id: sentences of what it caused on the same ticket}."""
    caused = {}
    if events:
        own = {event.pk: event.stream for event in events}
        rows = Event.objects.filter(stream__in=set(own.values()), cause_id__in=own)
        for event in rows.order_by("stream", "seq"):
            if event.stream == own[event.cause_id]:
                caused.setdefault(event.cause_id, []).append(sentence(event))
    return caused


def message_entry(message, actor, undoable_since, told, files):
    in_time = message.created_at >= undoable_since and not told[message.ticket_id]
    person = message.author_user
    name = person.display_name if person else name_of(message.author_kind, message.author_name)
    return {
        "message": message,
        "of": told[message.ticket_id],
        "parts": parts_of(message.body),
        "files": files,
        "kind": "internal" if message.visibility == "internal" else "out" if message.is_from_us else "in",
        "author": person or name,
        "name": name,
        "may_undo": in_time and actor.is_person and message.author_user_id == actor.id,
    }


def event_entry(event, follow, reads_messages, told, who):
    private = getattr(event, "private", None)
    return {
        "event": event,
        "of": told[int(event.stream.partition(":")[2])],
        "sentence": sentence(event),
        "who": who,
        "text": private.text if private and reads_messages else "",
        "followed": follow.get(event.pk, []),
    }


def encode(mark):
    plain = json.dumps([mark.at.isoformat(), mark.sort, mark.id])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(text):
    """The mark of an address; one that is not ours starts from the newest."""
    try:
        at, sort, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        mark = Mark(datetime.fromisoformat(at), int(sort), int(row_id))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return mark if mark.at.tzinfo else None
