"""What is said: replies, notes, questions, and the customer's own words."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.log import record_event
from aftersales.mail.actions import cancel_mail
from staff.actions import take_back_notices
from tickets.actions.acting import lock_in_order, stale, ticket_action
from tickets.actions.landing import lands_where_it_went
from tickets.actions.mentions import mention_key, mentioned, tell_mentioned
from tickets.actions.message_drafts import take_back
from tickets.actions.messages import (
    UNDO_SECONDS,
    mail_key,
    recall_before,
    recall_replies,
    refuse_repeated,
    write_message,
)
from tickets.actions.progress import progress
from tickets.actions.searching import note_search
from tickets.models import Message, Ticket, Visibility
from tickets.queries.relations import splits_since
from tickets.workflow import TICKET_WORKFLOW


@ticket_action("reply")
def reply_to_customer(ticket, *, by, body, composing=None, files=()):
    """Say something to the customer; it leaves after a moment in which it can be undone."""
    refuse_repeated(ticket, composing, body, by=by)
    event = TICKET_WORKFLOW.take("reply", ticket, by=by, text=body)
    said = {"visibility": Visibility.PUBLIC, "composing": composing, "files": files, "cause": event}
    write_message(ticket, body, by=by, **said)
    return event


@ticket_action("ask")
def ask_customer(ticket, *, by, body, composing=None, files=()):
    """Ask the customer; the ticket waits for the answer and the policy says which clocks stand still."""
    refuse_repeated(ticket, composing, body, by=by)
    event = TICKET_WORKFLOW.take("ask", ticket, by=by, text=body, asked_at=now())
    said = {"visibility": Visibility.PUBLIC, "composing": composing, "files": files, "cause": event}
    write_message(ticket, body, by=by, asks=True, **said)
    return event


@ticket_action("note")
def add_note(ticket, *, by, body, composing=None, files=()):
    """An internal note; who is mentioned as @username or @team finds it in the inbox."""
    refuse_repeated(ticket, composing, body, by=by)
    event = TICKET_WORKFLOW.take("note", ticket, by=by, text=body)
    said = {"visibility": Visibility.INTERNAL, "composing": composing, "files": files, "cause": event}
    tell_mentioned(ticket, write_message(ticket, body, by=by, **said), by=by)
    return event


@lands_where_it_went
@ticket_action("answer")
def hear_customer(ticket, *, by, body):
    """What the customer said: by themselves, through the shop's system, or taken down by an agent."""
    moment = now()
    event = TICKET_WORKFLOW.take(
        "answer", ticket, by=by, text=body, asked_at=None, last_customer_message_at=moment
    )
    write_message(ticket, body, by=by, visibility=Visibility.PUBLIC, kind="customer")
    return event


@transaction.atomic
def withdraw_message(message, *, by):
    """Undo a message that has not left yet: it is its writer's draft again, and the customer was not asked.

    Where the request was merged, the one it went into has not said it, either, nor has a part that was split off
    since.
    """
    ticket, *others = lock_where_told(message)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not by.is_person or message.author_user_id != by.id:
        raise NotAllowed(_("Only the writer can take a message back."))
    in_time = now() - message.created_at <= timedelta(seconds=UNDO_SECONDS)
    stopped = cancel_mail(mail_key(message))
    if message.withdrawn_at or not (in_time or stopped):
        raise NotPossible(_("This message has left already."))
    message.withdrawn_at, message.composing = now(), None
    message.save(update_fields=["withdrawn_at", "composing"])
    note_search(ticket.pk)
    event = record_event(ticket, "ticket.withdraw_message", by=by, data={"message": str(message.uid)})
    take_back(ticket, message, by=by)
    take_back_notices(mentioned(message.body, ticket.shop_id), mention_key(message))
    for split in splits_since(message):
        recall_before(split)
    for told in (ticket, *others):
        recall_replies(told)
        told.save(update_fields=["last_reply_at", "first_responded_at", "asked_at"])
        progress(told, verb="withdraw_message", by=by, cause=event)
    return ticket


def lock_where_told(message):
    """The locked request, then all others where its words are told: the one it was merged into, the parts that were
    split off since, and where those went."""
    ids = ids_where_told(message)
    locked = lock_in_order(*ids)
    ticket = Ticket.objects.lock(message.ticket_id)
    if ids_where_told(message) != ids:
        raise stale()
    return ticket, *(locked[pk] for pk in sorted(ids - {ticket.pk}))


def ids_where_told(message):
    here = {message.ticket_id, *(split.ticket_id for split in splits_since(message))}
    merged = Ticket.objects.filter(pk__in=here, merged_into__isnull=False)
    return here | set(merged.values_list("merged_into", flat=True))
