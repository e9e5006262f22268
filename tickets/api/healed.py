"""GET /healed-clocks: clocks that the desk put right by itself, for those who lead it."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import NotAllowed
from aftersales.web.api import ApiView
from aftersales.web.keyset import Keyset, limit_of
from tickets.policies import may_read_healed
from tickets.queries.clock_truth import healed_in_shops

NEWEST = Keyset("id", descending=True)


class HealedClocksView(ApiView):
    read_scope = write_scope = "tickets:read"

    @extend_schema(
        operation_id="healed_clocks",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
    )
    def get(self, request):
        """Newest first, of the shops of the key's person."""
        if not may_read_healed(request.user):
            raise NotAllowed(_("What the desk put right is read by leads and auditors."))
        asked = request.query_params
        rows, following = NEWEST.page(
            healed_in_shops(request.user.user.shop_ids()),
            limit=limit_of(asked),
            cursor=asked.get("cursor", ""),
        )
        return Response({"results": [shape(row) for row in rows], "next": following})


def shape(row):
    return {
        "ticket": row.ticket.number,
        "started": row.started,
        "ended": row.ended,
        "due_was_wrong": row.due_was_wrong,
        "healed_at": row.healed_at,
    }
