"""Sends queued mail through Django's mail backend, one lease at a time."""

from django.core.mail import EmailMultiAlternatives

from aftersales import due
from aftersales.clock import now
from aftersales.mail.models import OutgoingMail


def send(mail):
    """Send one leased mail and settle it; auto-submitted, so that no vacation reply answers it."""
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()
    mail.sent_at, mail.next_try_at, mail.last_error = now(), None, ""
    mail.save(update_fields=["sent_at", "next_try_at", "last_error"])


due.register(due.LeasedKind(OutgoingMail, name="mail", queue="mail", fire=send, batch=100))
