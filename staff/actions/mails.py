"""Mail to people of the staff at the moment something happens: notices of the kinds they chose."""

import hashlib
from collections import Counter

from django.conf import settings
from django.utils import translation

from aftersales.mail.actions import queue_mails
from aftersales.mail.letters import letter
from aftersales.web.addresses import absolute
from staff.inbox import told
from staff.models import Notification, Shop

MOST = 20  # mails to one person about what happened together; the inbox has the others


def mail_at_once(notices, moment):
    """Queue a mail for each person who wants one of a notice of this kind; nothing is asked where nobody does."""
    wanted = [
        (user, notice)
        for notice in notices
        for user in notice.users
        if notice.kind in user.mailed_kinds and user.email and notice.shop_id
    ]
    if not wanted:
        return
    shops = Shop.objects.in_bulk({notice.shop_id for _user, notice in wanted})
    mails, had = [], Counter()
    for user, notice in wanted:
        had[user.pk] += 1
        if had[user.pk] <= MOST:
            mails.append(mail_of(user, notice, shops[notice.shop_id], moment))
    queue_mails(mails)


def mail_of(user, notice, shop, moment):
    """As `queue_mails` takes it; the same matter is mailed to the same person once."""
    language = user.language or settings.LANGUAGE_CODE
    words = {"person": user, "link": absolute("inbox")}
    mail = notice_mail(notice, shop, language, moment, **words)
    return {**mail, "key": f"notice-{user.pk}-{digest(notice.key)}", "to": user.email}


def notice_mail(notice, shop, language, moment, **words):
    """The mail of a notice, but for whom it is to."""
    row = Notification(kind=notice.kind, data=notice.data or {}, created_at=moment)
    with translation.override(language):
        said = told(row)
    words = {"shop": shop, "number": notice.ticket_number, "said": said, **words}
    about = {"shop_id": shop.pk, "ticket_number": notice.ticket_number, "language": language}
    return {**about, **letter("notice", language, words)}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:40]
