"""Sent mail, for those who lead the desk: what went to whom, what did not, and one more try."""

import re

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aftersales.errors import BadRequest, Refused
from aftersales.events.actors import Actor
from aftersales.mail.actions import retry_mail
from aftersales.mail.models import MailState, OutgoingMail
from aftersales.mail.policies import may_read_mail, may_retry
from aftersales.web.keyset import Keyset
from aftersales.web.pages import refusal, show, toast

NEWEST = Keyset("id", descending=True)
# What opens a survey or a portal without a login; whoever reads along must not act as the customer.
SECRET_LINK = re.compile(r"(https?://\S+?/)[A-Za-z0-9_-]{22,}")


@login_required
@require_safe
def sent_mail(request):
    """The newest first, of one's own shops; `?state=` narrows it."""
    mails = _readable(request)
    state = request.GET.get("state", "")
    if state in MailState.values:
        mails = mails.in_state(state)
    try:
        rows, following = NEWEST.page(mails, cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(reverse("sent_mail"))
    context = {
        "section": "mail",
        "mails": rows,
        "next": following,
        "state": state,
        "states": MailState.choices,
        "may_retry": may_retry(Actor.staff(request.user)),
    }
    return show(request, "mail/sent.html", "mail/_mails.html", context)


@login_required
@require_safe
def one_mail(request, pk):
    mail = get_object_or_404(_readable(request), pk=pk)
    return render(request, "mail/mail.html", _about(request, mail))


@login_required
@require_POST
def retry(request, pk):
    """Try a dead mail again."""
    mail = get_object_or_404(_readable(request), pk=pk)
    try:
        retry_mail(mail, by=Actor.staff(request.user))
    except Refused as refused:
        return refusal(request, "mail/mail.html", "mail/_mail.html", refused, _about(request, mail))
    toast(request, _("The mail is tried again now."))
    return HttpResponseRedirect(reverse("mail", args=[mail.pk]))


def _readable(request):
    """The mail this person may read; who may read none is told so."""
    if not may_read_mail(Actor.staff(request.user)):
        raise PermissionDenied
    return OutgoingMail.objects.of_shops(request.user.shop_ids())


def _about(request, mail):
    return {
        "section": "mail",
        "mail": mail,
        "text": SECRET_LINK.sub(r"\1…", mail.text),
        "may_retry": may_retry(Actor.staff(request.user)),
    }
