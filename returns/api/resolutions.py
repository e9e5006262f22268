"""Inspections and resolutions: seen, previewed, proposed, approved, carried out, answered for."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import Invalid, InvalidFields
from aftersales.web.api import check_if_match, etag
from aftersales.web.keyset import Keyset
from aftersales.web.listing import Listing
from returns.api.gate import ReturnsView, refuse_unless_sees_money, run, ticket_or_404
from returns.api.shapes import (
    exchange_shape,
    inspection_shape,
    preview_shape,
    refund_shape,
    repair_shape,
    resolution_shape,
    with_settlements,
)
from returns.forms import PreviewForm
from returns.models import Exchange, Inspection, Refund, RefundState, Repair, Resolution
from returns.queries.money import approver_role, refund_sum
from returns.queries.units import units_of
from tickets.forms import invalid_fields
from tickets.models import Ticket

BODY = OpenApiTypes.OBJECT
PROPOSALS = {
    "refund": "refund",
    "exchange": "exchange",
    "repair": "repair",
    "reship": "reship",
    "compensation": "compensate",
    "return_as_is": "return_as_is",
    "mix": "decide",
}


class InspectionsView(ReturnsView):
    @extend_schema(operation_id="ticket_inspections", responses={200: BODY})
    def get(self, request, number):
        rows = of_ticket(ticket_or_404(request, number))
        return Response({"results": [inspection_shape(row) for row in rows], "next": None})

    @extend_schema(operation_id="ticket_inspect", request=BODY, responses={201: BODY})
    def post(self, request, number):
        ticket = ticket_or_404(request, number)
        run(request, ticket, "inspect")
        return Response(inspection_shape(of_ticket(ticket).last()), status=201)


def of_ticket(ticket):
    rows = Inspection.objects.filter(ticket_line__ticket=ticket)
    return rows.select_related("ticket_line__order_line", "checklist").order_by("id")


class PreviewView(ReturnsView):
    writes_nothing = True
    write_scope = "returns:read"

    @extend_schema(operation_id="resolution_preview", request=BODY, responses={200: BODY})
    def post(self, request, number):
        """What a refund of these `lines` (all that are free, when none is named) would come to, and why."""
        refuse_unless_sees_money(request.user)
        ticket = ticket_or_404(request, number)
        form = PreviewForm(request.data, ticket=ticket, actor=request.user)
        form.refuse_unknown(request.data)
        if not form.is_valid():
            raise InvalidFields(invalid_fields(form))
        wanted = wanted_units(ticket, form.cleaned_data["lines"])
        if not wanted:
            return Response({"resolution": "refund", "amount_minor": 0, "lines": []})
        found = refund_sum(ticket.order, wanted)
        role = approver_role(ticket.shop_id, found.amount_minor, found.currency, request.user)
        return Response(preview_shape(found, role))


def wanted_units(ticket, rows):
    if rows is not None:
        return {row["line"]: row["quantity"] for row in rows}
    return {unit.line: unit.free for unit in units_of(ticket).values() if unit.free}


class TicketResolutionsView(ReturnsView):
    @extend_schema(operation_id="ticket_resolutions", responses={200: BODY})
    def get(self, request, number):
        rows = with_settlements(Resolution.objects.filter(ticket=ticket_or_404(request, number))).order_by(
            "id"
        )
        return Response({"results": [resolution_shape(row, request.user) for row in rows], "next": None})

    @extend_schema(operation_id="resolution_propose", request=BODY, responses={201: BODY})
    def post(self, request, number):
        """`kind` names the resolution, the rest are the fields of its verb; `mix` decides for each line."""
        ticket = ticket_or_404(request, number)
        data = dict(request.data)
        kind = data.pop("kind", None) or data.pop("resolution", None)
        if not isinstance(kind, str) or kind not in PROPOSALS:
            raise Invalid(_("kind is one of: %(known)s.") % {"known": ", ".join(PROPOSALS)}, field="kind")
        before = set(Resolution.objects.filter(ticket=ticket).values_list("pk", flat=True))
        run(request, ticket, PROPOSALS[kind], data)
        made = with_settlements(Resolution.objects.filter(ticket=ticket).exclude(pk__in=before)).order_by(
            "id"
        )
        shapes = [resolution_shape(row, request.user) for row in made]
        return Response(shapes[0] if len(shapes) == 1 else {"results": shapes, "next": None}, status=201)


class ResolutionView(ReturnsView):
    @extend_schema(operation_id="resolution_read", responses={200: BODY})
    def get(self, request, uid):
        return shown(request, resolution_or_404(request, uid))


class ResolutionStepView(ReturnsView):
    verbs = {"approve": "approve_resolution", "decline": "decline_resolution", "accept": "accept_proposal"}

    @extend_schema(operation_id="resolution_step", request=BODY, responses={200: BODY})
    def post(self, request, uid, step):
        """Approve, decline or accept this one proposal."""
        resolution = resolution_or_404(request, uid)
        check_if_match(request, resolution.version, lambda: resolution_shape(resolution, request.user))
        run(request, resolution.ticket, self.verbs[step], {**request.data, "resolution": str(uid)})
        return shown(request, resolution_or_404(request, uid))


def resolution_or_404(request, uid):
    return get_object_or_404(with_settlements(Resolution.objects.visible_to(request.user)), uid=uid)


def shown(request, resolution):
    return Response(resolution_shape(resolution, request.user), headers={"ETag": etag(resolution.version)})


class RefundFilter(filters.FilterSet):
    status = filters.ChoiceFilter(field_name="state", choices=RefundState.choices)
    ticket = filters.CharFilter(field_name="ticket__number")
    order = filters.CharFilter(field_name="ticket__order__external_id")

    class Meta:
        model = Refund
        fields = []


class RefundListView(ReturnsView):
    @extend_schema(
        operation_id="refund_list",
        responses={200: BODY},
        parameters=[
            OpenApiParameter(name, str) for name in (*RefundFilter.base_filters, "limit", "cursor", "count")
        ],
    )
    def get(self, request):
        refuse_unless_sees_money(request.user)
        listing = Listing(RefundFilter, Keyset("id", descending=True))
        return listing.respond(request, refunds(request), refund_shape)


def refunds(request):
    return Refund.objects.visible_to(request.user).select_related("ticket__order")


class RefundView(ReturnsView):
    @extend_schema(operation_id="refund_read", responses={200: BODY})
    def get(self, request, key):
        refuse_unless_sees_money(request.user)
        return Response(refund_shape(get_object_or_404(refunds(request), key=key)))


class RefundResultView(ReturnsView):
    @extend_schema(operation_id="refund_result", request=BODY, responses={200: BODY})
    def post(self, request, key):
        """What the payment side did: `status` succeeded (with `gateway_refund_id`) or failed (with `detail`)."""
        refund = get_object_or_404(refunds(request), key=key)
        run(request, refund.ticket, "record_refund_result", {**request.data, "refund": str(key)})
        return Response(refund_shape(refunds(request).get(key=key)))


class CommandResultView(ReturnsView):
    @extend_schema(operation_id="command_result", request=BODY, responses={200: BODY})
    def post(self, request, uid):
        """What came of a command to the shop: `status` confirmed (with `new_order_ref`) or refused (with `detail`)."""
        exchange = child_or_404(request, Exchange, uid)
        run(
            request,
            exchange.resolution.ticket,
            "record_exchange_result",
            {**request.data, "exchange": str(uid)},
        )
        return Response(exchange_shape(Exchange.objects.get(uid=uid)))


class RepairResultView(ReturnsView):
    @extend_schema(operation_id="repair_result", request=BODY, responses={200: BODY})
    def post(self, request, uid):
        """How far a repair is: `status` started, repaired or unrepairable, with `work_done`."""
        repair = child_or_404(request, Repair, uid)
        run(request, repair.resolution.ticket, "record_repair", {**request.data, "repair": str(uid)})
        return Response(repair_shape(Repair.objects.get(uid=uid)))


def child_or_404(request, model, uid):
    """What carries out a resolution of a request that this caller may see."""
    visible = Ticket.objects.visible_to(request.user)
    rows = model.objects.filter(resolution__ticket__in=visible).select_related("resolution__ticket")
    return get_object_or_404(rows, uid=uid)
