"""GET /events: everything that happened in the shop, replayable, in the order of commit."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import BadRequest
from aftersales.events.models import FeedEntry
from aftersales.web.api import ApiView
from aftersales.web.keyset import limit_of
from staff.models import Shop
from tickets.api.tickets import event_shape
from tickets.models import Ticket


class EventsView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(
        operation_id="event_feed",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter(name, str) for name in ("after", "limit", "shop")],
    )
    def get(self, request):
        """Events after a feed number, oldest first; `next` is where to go on, also when nothing is new."""
        shop = request.auth.shop or get_object_or_404(
            Shop.objects.filter(pk__in=request.user.user.shop_ids()),
            code=request.query_params.get("shop", ""),
        )
        after = request.query_params.get("after") or "0"
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise BadRequest(_("after must be a number this feed has given."), code="bad_cursor")
        entries = list(
            FeedEntry.objects.filter(shop_id=shop.pk, feed_no__gt=int(after))
            .select_related("event")
            .order_by("feed_no")[: limit_of(request.query_params)]
        )
        numbers = ticket_numbers(entries)
        results = [
            {
                "feed_no": entry.feed_no,
                "ticket": numbers.get(entry.event.stream),
                **event_shape(entry.event, request.user),
            }
            for entry in entries
        ]
        return Response({"results": results, "next": str(entries[-1].feed_no if entries else after)})


def ticket_numbers(entries):
    """{stream: ticket number} for the events that belong to tickets."""
    streams = {entry.event.stream for entry in entries}
    ids = [int(stream.partition(":")[2]) for stream in streams if stream.startswith("ticket:")]
    return {
        f"ticket:{pk}": number for pk, number in Ticket.objects.filter(pk__in=ids).values_list("pk", "number")
    }
