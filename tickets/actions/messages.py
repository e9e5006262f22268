"""Writing one message, and what is owed because of it: the customer's copy by mail, the first response."""

from datetime import timedelta

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from aftersales.clock import now
from aftersales.errors import Invalid, NotPossible
from aftersales.mail.actions import queue_mail
from tickets.actions.message_drafts import send_draft
from tickets.actions.searching import note_search
from tickets.models import Message, Visibility
from tickets.queries.clocks import counts_automatic
from tickets.queries.macros import macro_text, prepared_text
from tickets.queries.placeholders import gaps_in
from tickets.queries.relations import said_before, told_here

UNDO_SECONDS = 15  # how long an outgoing message can be taken back
MAX_BODY = 20_000


def write_message(
    ticket,
    body,
    *,
    by,
    visibility,
    kind=None,
    macro_code="",
    composing=None,
    asks=False,
    files=(),
    cause=None,
):
    """Write one message; an outgoing public one is owed to the customer by mail, after the time to undo.

    `composing` names the draft that is hereby sent; `files` are kept ones of the ticket that go with it.
    """
    body = checked(body)
    from_customer = kind == "customer"
    if visibility == Visibility.PUBLIC and by.is_person and not from_customer:
        refuse_gaps(body)
    message = Message.objects.create(
        ticket=ticket,
        **author_of(ticket, kind, by),
        visibility=visibility,
        body=body,
        macro_code=macro_code,
        composing=composing,
        asks=asks,
        created_at=now(),
    )
    send_along(message, files)
    send_draft(ticket, message, by=by, composing=composing, cause=cause)
    note_search(ticket.pk)
    if visibility == Visibility.PUBLIC and not from_customer:
        note_public_reply(ticket, by)
        owe_mail(ticket, message)
    return message


def author_of(ticket, kind, by):
    """The customer's words are the customer's, whoever brings them."""
    if kind != "customer":
        return {"author_kind": kind or by.kind, "author_user": by.user, "author_name": by.name}
    name = ticket.customer.name if ticket.customer_id else ""
    return {"author_kind": kind, "author_user": None, "author_name": name or by.name}


def send_along(message, files):
    for file in files:
        file.message = message
        file.save(update_fields=["message"])


def checked(body):
    """The words without the white space around them, if there are any and not too many."""
    body = body.strip()
    if not body:
        raise Invalid(_("The message is empty."), field="body")
    if len(body) > MAX_BODY:
        raise Invalid(
            _("A message has at most %(max)s characters; this one has %(count)s.")
            % {"max": MAX_BODY, "count": len(body)},
            field="body",
            code="too_large",
        )
    return body


def refuse_repeated(ticket, composing, body, *, by):
    """What was sent twice (a second click, a second try) is said once; other words are another message,
    and so are another person's, or those of another request."""
    said = Message.objects.filter(composing=composing).first() if composing else None
    if said is None:
        return
    if (said.ticket_id, said.author_user, said.body) == (ticket.pk, by.user, body.strip()):
        raise NotPossible(_("You have sent this already."), code="said_already")
    raise NotPossible(
        _("Something else was sent from here already. Send again if these words are a second message."),
        code="sheet_used",
    )


def refuse_gaps(body):
    """Of a canned reply nothing may be left to fill in when the customer reads it."""
    if gaps := gaps_in(body):
        names = ", ".join(str(gap.label) for gap in gaps)
        raise Invalid(
            _("Still to be filled in: %(names)s. Put words in place of the curly brackets.")
            % {"names": names},
            field="body",
            code="placeholder_left",
        )


def say_prepared(ticket, code, body="", *, by):
    """A person says a canned reply, in other words where they were given; what is left open is refused."""
    prepare = prepared_text if by.is_person else macro_text
    text = body or prepare(code, ticket, by)
    return write_message(ticket, text, by=by, visibility=Visibility.PUBLIC, macro_code=code)


def send_prepared(ticket, code, *, by):
    """Send a canned reply to the customer, in their language."""
    text = macro_text(code, ticket, by)
    return write_message(ticket, text, by=by, visibility=Visibility.PUBLIC, macro_code=code)


def note_public_reply(ticket, by):
    """A person's public word is a first response, and answers whatever the customer said last; a message
    that no person wrote is at most the first response, where the policy counts it."""
    if by.is_person:
        ticket.last_reply_at = now()
        ticket.first_responded_at = ticket.first_responded_at or ticket.last_reply_at
        ticket.save(update_fields=["last_reply_at", "first_responded_at"])
    elif ticket.first_responded_at is None and counts_automatic(ticket):
        ticket.first_responded_at = now()
        ticket.save(update_fields=["first_responded_at"])


def recall_replies(ticket):
    """What a person of ours said in public, after one message was taken back: an answer may be owed again,
    and we wait for one only if a question of ours still stands after the customer's last word. What was said
    before a split counts for the part, too."""
    asked = Q(author_kind="staff", asks=True)
    if ticket.last_customer_message_at:
        asked &= Q(created_at__gte=ticket.last_customer_message_at)
    said = spoken(ticket, public_words(ticket), asked=Max("created_at", filter=asked))
    # Words from a merged request may be older than this one; nothing is answered before it is asked.
    ticket.first_responded_at = said["first"] and max(said["first"], ticket.created_at)
    ticket.last_reply_at, ticket.asked_at = said["last"], ticket.asked_at and said["asked"]


def spoken(ticket, words, **more):
    """When ours spoke first and last, among these words and before a split."""
    ours = Q(author_kind="staff")
    responding = ~Q(author_kind="customer") if counts_automatic(ticket) else ours
    said = words.aggregate(
        first=Min("created_at", filter=responding), last=Max("created_at", filter=ours), **more
    )
    before = said_before(ticket)
    said["first"] = min(filter(None, [said["first"], *before["first_responded_at"]]), default=None)
    said["last"] = max(filter(None, [said["last"], *before["last_reply_at"]]), default=None)
    return said


def recall_before(split):
    """What had been said before a split, after one of those messages was taken back: the part keeps it so."""
    said = spoken(split.other, public_words(split.other).filter(created_at__lte=split.made_at))
    for name, moment in (("first_responded_at", said["first"]), ("last_reply_at", said["last"])):
        split.kept[name] = moment and moment.isoformat()
    split.save(update_fields=["kept"])


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
