"""What somebody is writing: kept on the server until it is sent or thrown away.

A draft is its writer's alone and changes nothing of the ticket: it takes no lock of the ticket and writes
no event, so that a save may follow every pause in typing.
"""

from contextlib import suppress

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, Stale
from aftersales.events.log import record_event
from aftersales.storable import is_storable
from aftersales.web.times import when_text
from aftersales.workflow import not_for_your_role
from tickets.actions.files import forget_files
from tickets.models import Draft, Message, Visibility
from tickets.workflow import TICKET_WORKFLOW, verb_name

SIDES = {"reply": Visibility.PUBLIC, "ask": Visibility.PUBLIC, "note": Visibility.INTERNAL}
MAX_DRAFT = 100_000  # more than can be sent: what is too long to send is not lost before it is cut


@transaction.atomic
def save_draft(ticket, *, by, kind, body, composing, version=0, over=0, macro=None, is_by_model=False):
    """Keep what was typed; returns the draft, or None where there is nothing to keep.

    `version` is the one the typing began from: when another window has saved since, its words stand and
    the save is refused, unless it says by `over` that it knows the version it writes over. A save that
    comes after its own message was sent brings nothing back. What a language model wrote stays marked as such.
    """
    check_may_write(ticket, kind, by)
    check_body(body)
    draft = draft_of(ticket, by, kind).select_for_update(no_key=True).first()
    if draft is None:
        fields = {"body": body, "composing": composing, "macro": macro, "is_by_model": is_by_model}
        return begin_draft(ticket, by, kind, **fields)
    if draft.version not in (version, over) and draft.body != body:
        refuse_older(draft)
    if not body.strip() and not draft.attachments.exists():
        draft.delete()
        return None
    if (draft.body, draft.kind, draft.macro) != (body, kind, macro):
        draft.body, draft.kind, draft.macro, draft.saved_at = body, kind, macro, now()
        draft.is_by_model = draft.is_by_model or is_by_model
        draft.version += 1
        draft.save(update_fields=["body", "kind", "macro", "is_by_model", "saved_at", "version"])
    return draft


def check_body(body):
    if len(body) > MAX_DRAFT:
        told = _("A draft of more than %(max)s characters is not kept; shorten it.") % {"max": MAX_DRAFT}
        raise Invalid(told, field="body", code="too_large")
    if not is_storable(body):
        raise Invalid(_("The words hold a character that cannot be kept; take it out."), field="body")


def begin_draft(ticket, by, kind, *, body, composing, **fields):
    """The first save of a sheet; of two windows that begin at once one is first."""
    if not body.strip() or was_sent(composing):
        return None
    draft, is_new = one_draft(ticket, by, kind, body=body, composing=composing, **fields)
    if not is_new and draft.body != body:
        refuse_older(draft)
    return draft


def was_sent(composing):
    return Message.objects.filter(composing=composing).exists()


def one_draft(ticket, by, kind, **fields):
    """(this person's draft on that side, under its lock; whether it was begun here, with these fields)."""
    begun = {"kind": kind, "saved_at": now(), **fields}
    return Draft.objects.select_for_update().get_or_create(
        user=by.user, ticket=ticket, visibility=SIDES[kind], defaults=begun
    )


def refuse_older(draft):
    raise Stale(
        _("Another window of yours saved other words at %(time)s. Both are kept; choose which to go on with.")
        % {"time": when_text(draft.saved_at)},
        draft=draft,
    )


def draft_of(ticket, by, kind):
    """This person's draft on the side that the verb speaks to: the customer, or colleagues."""
    return Draft.objects.filter(user=by.id, ticket=ticket.pk, visibility=SIDES[kind])


def check_may_write(ticket, kind, by):
    """Whoever may say it may draft it, even while it cannot be sent: what is typed outlives a refusal."""
    if not by.is_person or not TICKET_WORKFLOW.transitions[kind].allowed(by, ticket):
        raise not_for_your_role(verb_name(kind))


@transaction.atomic
def draft_for_files(ticket, *, by, kind, composing):
    """The draft that files are put with, begun empty where there is none."""
    check_may_write(ticket, kind, by)
    return one_draft(ticket, by, kind, composing=composing)[0]


@transaction.atomic
def discard_draft(ticket, *, by, kind):
    """Throw it away, with its files."""
    for draft in draft_of(ticket, by, kind).select_for_update():
        forget_files(draft.attachments.all())
        draft.delete()


@transaction.atomic
def drop_file(ticket, *, by, uid):
    """Take one file out of one's draft."""
    holding = Draft.objects.filter(user=by.id, ticket=ticket.pk, attachments__uid=uid)
    for draft in holding.select_for_update(of=("self",)):
        forget_files(draft.attachments.filter(uid=uid))
        if not draft.body.strip() and not draft.attachments.exists():
            draft.delete()


@transaction.atomic
def turn_draft(ticket, *, by, kind, to):
    """Go over to the other side: a draft that waits there is taken up, else the words move along."""
    if SIDES[kind] == SIDES[to] or draft_of(ticket, by, to).exists():
        return
    for draft in draft_of(ticket, by, kind).select_for_update():
        draft.kind, draft.visibility, draft.version = to, SIDES[to], draft.version + 1
        # Another window may begin one over there at this very moment: then these words stay where they are.
        with suppress(IntegrityError), transaction.atomic():
            draft.save(update_fields=["kind", "visibility", "version"])


def send_draft(ticket, message, *, by, composing, cause):
    """The draft is said: its files go with the message, and nothing of it is left."""
    if composing is None or not by.is_person:
        return
    sent = Draft.objects.select_for_update().filter(
        user=by.id, ticket=ticket.pk, visibility=message.visibility, composing=composing
    )
    for draft in sent:
        for file in draft.attachments.filter(ready_at__isnull=False):
            file.draft, file.message = None, message
            file.save(update_fields=["draft", "message"])
            data = {"name": file.name, "attachment": str(file.uid)}
            record_event(ticket, "ticket.attach", by=by, data=data, cause=cause)
        draft.delete()


def take_back(ticket, message, *, by):
    """A message that was undone is a draft again, above what was typed since; its files come with it."""
    kind = "note" if message.visibility == Visibility.INTERNAL else "ask" if message.asks else "reply"
    draft, is_new = one_draft(ticket, by, kind, body=message.body)
    if not is_new:
        draft.body = "\n\n".join(filter(None, (message.body, draft.body)))
        draft.version, draft.saved_at = draft.version + 1, now()
        draft.save(update_fields=["body", "version", "saved_at"])
    message.attachments.update(draft=draft, message=None)
    return draft
