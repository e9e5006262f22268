"""Clocks that the desk put right by itself: whoever runs the desk looks here for what writes past its actions."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from aftersales.errors import BadRequest
from aftersales.web.keyset import Keyset
from aftersales.web.pages import show
from tickets.policies import may_read_healed
from tickets.queries.clock_truth import healed_in_shops
from tickets.sla_events import healed_words
from tickets.views.gate import actor_of

NEWEST = Keyset("id", descending=True)


@login_required
@require_safe
def healed(request):
    """The newest first, of one's own shops."""
    if not may_read_healed(actor_of(request)):
        raise PermissionDenied
    try:
        rows, following = NEWEST.page(
            healed_in_shops(request.user.shop_ids()), cursor=request.GET.get("cursor", "")
        )
    except BadRequest:  # an old or a broken link starts from the front
        return HttpResponseRedirect(reverse("clocks_healed"))
    told = [{"row": row, "what": healed_words(row.started, row.ended, row.due_was_wrong)} for row in rows]
    context = {"section": "settings", "rows": told, "next": following}
    return show(request, "tickets/healed.html", "tickets/_healed.html", context)
