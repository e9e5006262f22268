"""The return label, to be looked at and printed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from aftersales.events.actors import Actor
from returns.models import Direction, Parcel
from returns.printing import label_response


@login_required
@require_safe
def label(request, uid):
    """The A6 page as a PDF; the same parcel gives the same file."""
    parcels = Parcel.objects.visible_to(Actor.staff(request.user)).select_related("ticket__shop", "shop")
    parcel = get_object_or_404(parcels, uid=uid)
    if parcel.ticket_id is None or parcel.direction != Direction.IN:
        raise Http404
    return label_response(parcel)
