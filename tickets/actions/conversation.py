"""What is said: replies, notes, questions, and the customer's own words."""

import re
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.log import record_event
from aftersales.mail.actions import cancel_mail
from staff.actions import notify
from staff.models import User
from tickets.actions.acting import ticket_action
from tickets.actions.clocks import sync_clocks
from tickets.actions.landing import lands_where_it_went
from tickets.actions.messages import UNDO_SECONDS, mail_key, recall_replies, write_message
from tickets.actions.searching import note_search
from tickets.models import Message, Ticket, Visibility
from tickets.workflow import TICKET_WORKFLOW

MENTION = re.compile(r"@([A-Za-z0-9_.-]{2,60})")


@ticket_action("reply")
def reply_to_customer(ticket, *, by, body):
    """Say something to the customer; it leaves after a moment in which it can be undone."""
    event = TICKET_WORKFLOW.take("reply", ticket, by=by, text=body, data={"by": by.name})
    write_message(ticket, body, by=by, visibility=Visibility.PUBLIC)
    return event


@ticket_action("ask")
def ask_customer(ticket, *, by, body):
    """Ask the customer; the ticket waits for the answer and the policy says which clocks stand still."""
    event = TICKET_WORKFLOW.take("ask", ticket, by=by, text=body, asked_at=now())
    write_message(ticket, body, by=by, visibility=Visibility.PUBLIC)
    return event


@ticket_action("note")
def add_note(ticket, *, by, body):
    """An internal note; people mentioned as @username find it in their inbox."""
    event = TICKET_WORKFLOW.take("note", ticket, by=by, text=body)
    message = write_message(ticket, body, by=by, visibility=Visibility.INTERNAL)
    mentioned = User.objects.filter(
        username__in=set(MENTION.findall(body)), is_active=True, teams__shops=ticket.shop_id
    ).distinct()
    notify(
        mentioned,
        "mention",
        key=f"mention-{message.uid}",
        shop_id=ticket.shop_id,
        ticket_number=ticket.number,
        data={"by": by.name},
    )
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
    """Undo a message that has not left yet; it stays in the records as taken back."""
    ticket = Ticket.objects.lock(message.ticket_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not by.is_person or message.author_user_id != by.id:
        raise NotAllowed(_("Only the writer can take a message back."))
    in_time = now() - message.created_at <= timedelta(seconds=UNDO_SECONDS)
    stopped = cancel_mail(mail_key(message))
    if message.withdrawn_at or not (in_time or stopped):
        raise NotPossible(_("This message has left already."))
    message.withdrawn_at = now()
    message.save(update_fields=["withdrawn_at"])
    note_search(ticket.pk)
    event = record_event(ticket, "ticket.withdraw_message", by=by, data={"message": str(message.uid)})
    recall_replies(ticket)
    sync_clocks(ticket, by=by, cause=event)
    ticket.save(update_fields=["last_reply_at", "first_responded_at", "next_due_at"])
    return ticket
