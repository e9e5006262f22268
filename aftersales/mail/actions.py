"""Queue mail, take it back and try it again; the only writers of outgoing mail."""

from datetime import timedelta
from email.utils import make_msgid

from django.db import transaction
from django.utils.translation import gettext as _

from aftersales import due
from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.log import record_event
from aftersales.mail.models import OutgoingMail
from aftersales.mail.policies import may_retry
from aftersales.sets import insert_many

COLUMNS = (
    *("key", "shop_id", "ticket_number", "to", "subject", "text", "html", "language", "message_id"),
    *("created_at", "next_try_at", "attempts", "last_error"),
)


def queue_mail(
    *, key, shop_id, to, subject, text, html="", language="en", ticket_number="", delay=timedelta(0)
):
    """Make one mail due, in the caller's transaction; the same key again changes nothing.

    The Message-ID is fixed here, so every try of the same mail carries the same one.
    """
    mail, _is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "shop_id": shop_id,
            "ticket_number": ticket_number,
            "to": to,
            "subject": " ".join(subject.split())[:200],
            "text": text,
            "html": html,
            "language": language,
            "message_id": make_msgid(domain="aftersales"),
            "created_at": now(),
            "next_try_at": now() + delay,
        },
    )
    return mail


def queue_mails(mails):
    """Make many due in one statement: dicts of what `queue_mail` is given. A key that is there changes nothing."""
    moment = now()
    insert_many(
        OutgoingMail,
        COLUMNS,
        [
            (
                mail["key"],
                mail["shop_id"],
                mail.get("ticket_number", ""),
                mail["to"],
                " ".join(mail["subject"].split())[:200],
                mail["text"],
                mail.get("html", ""),
                mail.get("language", "en"),
                make_msgid(domain="aftersales"),
                moment,
                moment,
                0,
                "",
            )
            for mail in mails
        ],
        ignore_conflicts=True,
    )


def cancel_mail(key):
    """Take back a mail that has not gone yet; returns whether there was one."""
    return bool(
        OutgoingMail.objects.filter(key=key, sent_at=None, next_try_at__isnull=False).update(
            next_try_at=None, cancelled_at=now()
        )
    )


def cancel_mail_of(shop_ids):
    """Take back all that has not gone yet for shops that are closed."""
    waiting = OutgoingMail.objects.filter(shop_id__in=shop_ids, next_try_at__isnull=False)
    return waiting.update(next_try_at=None, cancelled_at=now())


@transaction.atomic
def retry_mail(mail, *, by):
    """Give a mail that was given up five new tries, at once, under the Message-ID it always had."""
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if not may_retry(by):
        raise NotAllowed(_("Your role reads sent mail; a supervisor can try it again."))
    if mail.dead_at is None:
        raise NotPossible(_("This mail was not given up, so there is nothing to try again."))
    due.revive(mail)
    record_event(mail, "mail.retry", by=by, data={"number": mail.ticket_number})
    return mail
