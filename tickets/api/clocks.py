"""GET /tickets/{number}/clocks/{target}: everything that made a due time."""

from datetime import UTC

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.web.api import ApiView
from staff.masking import sees_money
from tickets.models import Ticket
from tickets.queries.clock_pages import asked_cycle, told_clock


class ClockView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(
        operation_id="ticket_clock",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("cycle", int)],
    )
    def get(self, request, number, target):
        """The intervals counted, the pauses, the versions of policy and calendar, why this policy and no other.

        The newest run of the target, or an earlier one by `cycle=`; `cycles` are all there were.
        """
        tickets = Ticket.objects.visible_to(request.user).prefetch_related("clocks", "pauses")
        ticket = get_object_or_404(tickets, number=number)
        cycle, shows_money = asked_cycle(request.query_params.get("cycle", "")), sees_money(request.user)
        told = told_clock(ticket, target, cycle, shows_money=shows_money)
        if told is None:
            raise Http404
        return Response(clock_shape(told))


def clock_shape(why):
    """Times in UTC, as everywhere; the calendar's own zone is told beside."""
    shape = {name: value for name, value in why.items() if name not in ("name", "is_paused")}
    return shape | {
        "rows": [in_utc(row) for row in why["rows"]],
        "pauses": [in_utc(row) for row in why["pauses"]],
    }


def in_utc(row):
    return row | {key: row[key] and row[key].astimezone(UTC) for key in ("from", "to")}
