"""Writing one message, and what is owed because of it: the customer's copy by mail, the first response."""

from datetime import timedelta

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid
from aftersales.mail.actions import queue_mail
from tickets.actions.macros import macro_text
from tickets.actions.searching import note_search
from tickets.models import Message, Visibility
from tickets.queries.relations import told_here

UNDO_SECONDS = 15  # how long an outgoing message can be taken back
MAX_BODY = 20_000


def write_message(ticket, body, *, by, visibility, kind=None, macro_code=""):
    """Write one message; an outgoing public one is owed to the customer by mail, after the time to undo."""
    body = body.strip()
    if not body:
        raise Invalid(_("The message is empty."), field="body")
    if len(body) > MAX_BODY:
        raise Invalid(_("A message has at most %(max)s characters.") % {"max": MAX_BODY}, field="body")
    from_customer = kind == "customer"
    customer_name = ticket.customer.name if from_customer and ticket.customer_id else ""
    message = Message.objects.create(
        ticket=ticket,
        author_kind=kind or by.kind,
        author_user=None if from_customer else by.user,
        author_name=customer_name or by.name,
        visibility=visibility,
        body=body,
        macro_code=macro_code,
        created_at=now(),
    )
    note_search(ticket.pk)
    if visibility == Visibility.PUBLIC and not from_customer:
        note_public_reply(ticket, by)
        owe_mail(ticket, message)
    return message


def send_prepared(ticket, code, *, by):
    """Send a canned reply to the customer, in their language."""
    text = macro_text(code, ticket, by)
    return write_message(ticket, text, by=by, visibility=Visibility.PUBLIC, macro_code=code)


def note_public_reply(ticket, by):
    """A person's public word is a first response, and answers whatever the customer said last."""
    if by.is_person:
        ticket.last_reply_at = now()
        ticket.first_responded_at = ticket.first_responded_at or ticket.last_reply_at
        ticket.save(update_fields=["last_reply_at", "first_responded_at"])


def recall_replies(ticket):
    """What a person of ours said in public, after one message was taken back: an answer may be owed again."""
    ours = Q(author_kind="staff")
    said = public_words(ticket).aggregate(
        first=Min("created_at", filter=ours), last=Max("created_at", filter=ours)
    )
    # Words from a merged request may be older than this one; nothing is answered before it is asked.
    ticket.first_responded_at = said["first"] and max(said["first"], ticket.created_at)
    ticket.last_reply_at = said["last"]


def public_words(ticket):
    """What was said in public here, and in the requests that were merged into this one."""
    return Message.objects.filter(
        ticket__in=told_here(ticket), visibility=Visibility.PUBLIC, withdrawn_at=None
    )


def owe_mail(ticket, message):
    """Queue the customer's copy, when there is an address; test tickets write to nobody."""
    address = ticket.contact.get("email") or (ticket.customer.email if ticket.customer_id else "")
    if not address or ticket.is_test:
        return
    queue_mail(
        key=mail_key(message),
        shop_id=ticket.shop_id,
        ticket_number=ticket.number,
        to=address,
        subject=f"[{ticket.number}] {ticket.subject}",
        text=message.body,
        language=ticket.language,
        delay=timedelta(seconds=UNDO_SECONDS),
    )


def mail_key(message):
    return f"message-{message.uid}"
