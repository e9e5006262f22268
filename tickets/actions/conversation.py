"""What is said: replies, notes, questions, and the customer's own words."""

import re
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from aftersales.mail.actions import cancel_mail, queue_mail
from staff.actions import notify
from staff.models import User
from tickets.actions.acting import ticket_action
from tickets.actions.steps import note_public_reply
from tickets.models import Message, Ticket, Visibility
from tickets.workflow import TICKET_WORKFLOW

UNDO_SECONDS = 15  # how long an outgoing message can be taken back
MAX_BODY = 20_000
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


@ticket_action("answer")
def hear_customer(ticket, *, by, body, heard_by_phone=False):
    """What the customer said: by themselves, through the shop's system, or taken down by an agent."""
    moment = now()
    event = TICKET_WORKFLOW.take(
        "answer", ticket, by=by, text=body, asked_at=None, last_customer_message_at=moment
    )
    write_message(ticket, body, by=by, visibility=Visibility.PUBLIC, kind="customer")
    return event


def write_message(ticket, body, *, by, visibility, kind=None, macro_code=""):
    """Write one message; an outgoing public one is owed to the customer by mail, after the time to undo."""
    body = body.strip()
    if not body:
        raise Invalid(_("The message is empty."), field="body")
    if len(body) > MAX_BODY:
        raise Invalid(_("A message has at most %(max)s characters.") % {"max": MAX_BODY}, field="body")
    from_customer = kind == "customer"
    name = (ticket.customer.name if ticket.customer_id else "") or by.name if from_customer else by.name
    message = Message.objects.create(
        ticket=ticket,
        author_kind=kind or by.kind,
        author_user=None if from_customer else by.user,
        author_name=name,
        visibility=visibility,
        body=body,
        macro_code=macro_code,
        created_at=now(),
    )
    if visibility == Visibility.PUBLIC and not from_customer:
        note_public_reply(ticket, by)
        owe_mail(ticket, message)
    return message


def owe_mail(ticket, message):
    """Queue the customer's copy, when there is an address; the desk's own mail says nothing of other people."""
    address = ticket.contact.get("email") or (ticket.customer.email if ticket.customer_id else "")
    if not address or ticket.is_test:
        return
    queue_mail(
        key=f"message-{message.uid}",
        shop_id=ticket.shop_id,
        ticket_number=ticket.number,
        to=address,
        subject=f"[{ticket.number}] {ticket.subject}",
        text=message.body,
        language=ticket.language,
        delay=timedelta(seconds=UNDO_SECONDS),
    )


@transaction.atomic
def withdraw_message(message, *, by):
    """Undo a message that has not left yet."""
    ticket = Ticket.objects.lock(message.ticket_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.author_user_id != by.id or by.kind != "staff":
        raise NotPossible(_("Only the writer can take a message back."))
    too_late = now() - message.created_at > timedelta(seconds=UNDO_SECONDS)
    if message.withdrawn_at or (too_late and not cancel_mail(f"message-{message.uid}")):
        raise NotPossible(_("This message has left already."))
    cancel_mail(f"message-{message.uid}")
    message.withdrawn_at = now()
    message.save(update_fields=["withdrawn_at"])
    return ticket
