"""GET /tickets/{number}/relations: what a request belongs to, what may be the same, and who the customer is."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.web.api import ApiView
from staff import masking
from staff.rosters import people
from tickets.models import Ticket
from tickets.queries.neighbours import likely_duplicates, neighbours, profile
from tickets.queries.relations import relation_rows


class RelationsView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_relations", responses={200: OpenApiTypes.OBJECT})
    def get(self, request, number):
        """Ties to other requests, likely duplicates with the reason, other requests of the order and customer."""
        visible = Ticket.objects.visible_to(request.user).prefetch_related("lines__order_line")
        ticket = get_object_or_404(visible, number=number)
        return Response(
            {
                "relations": [relation_shape(row) for row in relation_rows(ticket)],
                "duplicates": [
                    {"number": each.number, "why": why} for each, why in likely_duplicates(ticket)
                ],
                "others": [other_shape(each) for each in neighbours(ticket)],
                "customer": profile_shape(profile(ticket), request.user),
                "followers": sorted(person.username for person in people(ticket.followers).values()),
            }
        )


def relation_shape(row):
    """`is_source`: whether it is this request that is `kind` the other."""
    return {
        "kind": row["kind"],
        "is_source": row["is_source"],
        "number": row["other"].number,
        "subject": row["other"].subject,
        "status": row["other"].status,
        "made_by": row["made_by"],
        "made_at": row["made_at"],
    }


def other_shape(each):
    return {
        "number": each.number,
        "subject": each.subject,
        "status": each.status,
        "outcome": each.outcome or None,
        "created_at": each.created_at,
        "claims": [{"sku": row["sku"], "quantity": row["claimed"]} for row in each.claims],
    }


def profile_shape(known, actor):
    """Money only for those who see it; counts end where `capped` says so."""
    if known is None:
        return None
    shape = {
        "orders": known["orders"],
        "asked": known["asked"],
        "capped": known["orders_capped"] or known["asked_capped"],
        "outcomes": [{"outcome": words, "count": count} for words, count in known["outcomes"]],
    }
    if masking.sees_money(actor):
        shape["spent"] = [
            {"currency": currency, "paid_minor": paid, "refunded_minor": back}
            for currency, paid, back in known["spent"]
        ]
    return shape
