"""One's own inbox: mentions, deadlines, what waits for one's approval; and what one does not want to hear of."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from aftersales.errors import BadRequest
from aftersales.events.actors import Actor
from aftersales.web.keyset import Keyset
from aftersales.web.pages import show, toast, went_well
from staff.actions import change_account, choose_digest, mark_read
from staff.forms.inbox import MutedForm
from staff.inbox import in_view, notices_of, told
from staff.models import Digest

NEWEST = Keyset("id", descending=True)
VIEWS = {
    "": gettext_lazy("all"),
    "unread": gettext_lazy("unread"),
    "mentions": gettext_lazy("mentions"),
    "clocks": gettext_lazy("deadlines"),
}


@login_required
@require_safe
def inbox(request):
    """Newest first; `?view=` narrows it."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    notices = in_view(notices_of(request.user), view)
    try:
        rows, following = NEWEST.page(notices, cursor=request.GET.get("cursor", ""))
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(reverse("inbox"))
    context = {
        "section": "inbox",
        "view": view,
        "views": VIEWS.items(),
        "rows": [told(notice) for notice in rows],
        "next": following,
        "newest": rows[0].pk if rows else 0,
        "has_unread": any(notice.read_at is None for notice in rows),
        "form": MutedForm(
            initial={
                "muted_kinds": request.user.muted_kinds,
                "mailed_kinds": request.user.mailed_kinds,
                "digest": hour_of(request.user),
            }
        ),
    }
    return show(request, "staff/inbox.html", "staff/_inbox.html", context)


@login_required
@require_POST
def read_all(request):
    """All that the page showed was seen; what came since stays unread."""
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
        mark_read(request.user, up_to_id=int(up_to))
    return HttpResponseRedirect(reverse("inbox"))


@login_required
@require_POST
def mute(request):
    """Which kinds of notices not to get from now on, which by mail too, and when to be mailed what is unread."""
    form, actor = MutedForm(request.POST), Actor.staff(request.user)
    if form.is_valid():
        kinds = {name: form.cleaned_data[name] for name in ("muted_kinds", "mailed_kinds")}
        change_account(request.user, by=actor, **kinds)
        choose_digest(request.user, by=actor, hour=form.cleaned_data["digest"])
        toast(request, _("Saved."))
    return went_well(request, reverse("inbox"))


def hour_of(person):
    return Digest.objects.filter(user=person).values_list("hour", flat=True).first()
