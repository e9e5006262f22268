"""Parcels: expected and sent, their labels, tracking, receipts by scan, and those that nobody announced."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import BadRequest, Invalid, InvalidFields, NotPossible
from aftersales.web.api import check_if_match, etag
from aftersales.web.keyset import Keyset
from aftersales.web.listing import Listing
from returns.actions.parcels import deliver_parcel
from returns.actions.receiving import receive_unknown
from returns.api.gate import ReturnsView, run, ticket_or_404
from returns.api.shapes import has_label, parcel_shape, with_items
from returns.forms import UnknownParcelForm
from returns.models import Direction, Parcel, ParcelState
from returns.printing import label_response
from returns.queries.parcels import find_by_scan
from staff.api.gate import shop_asked
from tickets.forms import invalid_fields

BODY = OpenApiTypes.OBJECT
TRACKED = ("in_transit", "delivered", "lost")


def parcel_or_404(request, uid):
    return get_object_or_404(with_items(Parcel.objects.visible_to(request.user)), uid=uid)


def answer(parcel, status=200):
    parcel = with_items(Parcel.objects.filter(pk=parcel.pk)).get()
    return Response(parcel_shape(parcel), status=status, headers={"ETag": etag(parcel.version)})


class ParcelFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ParcelState.choices)
    direction = filters.ChoiceFilter(choices=Direction.choices)
    ticket = filters.CharFilter(field_name="ticket__number")
    waybill = filters.CharFilter()
    unclaimed = filters.BooleanFilter(field_name="ticket", lookup_expr="isnull")

    class Meta:
        model = Parcel
        fields = []


class ParcelListView(ReturnsView):
    @extend_schema(
        operation_id="parcel_list",
        responses={200: BODY},
        parameters=[
            OpenApiParameter(name, str) for name in (*ParcelFilter.base_filters, "limit", "cursor", "count")
        ],
    )
    def get(self, request):
        listing = Listing(ParcelFilter, Keyset("id", descending=True))
        return listing.respond(request, with_items(Parcel.objects.visible_to(request.user)), parcel_shape)


class TicketParcelsView(ReturnsView):
    @extend_schema(operation_id="ticket_parcels", responses={200: BODY})
    def get(self, request, number):
        ticket = ticket_or_404(request, number)
        rows = with_items(Parcel.objects.filter(ticket=ticket)).order_by("id")
        return Response({"results": [parcel_shape(row) for row in rows], "next": None})

    @extend_schema(operation_id="ticket_parcel_add", request=BODY, responses={201: BODY})
    def post(self, request, number):
        """With carrier and waybill the verb `ship`: the customer sent it. Empty the verb `issue_label`."""
        ticket = ticket_or_404(request, number)
        run(request, ticket, "ship" if request.data else "issue_label")
        moved = Parcel.objects.filter(ticket=ticket, direction=Direction.IN)
        if request.data:
            moved = moved.filter(state=ParcelState.IN_TRANSIT)
        return answer(moved.order_by("-id").first(), status=201)


class ParcelView(ReturnsView):
    @extend_schema(operation_id="parcel_read", responses={200: BODY})
    def get(self, request, uid):
        parcel = parcel_or_404(request, uid)
        return Response(parcel_shape(parcel), headers={"ETag": etag(parcel.version)})


class LabelView(ReturnsView):
    @extend_schema(operation_id="parcel_label", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request, uid):
        """The A6 label; printed again it is the same file."""
        parcel = parcel_or_404(request, uid)
        if not has_label(parcel):
            raise NotPossible(_("This parcel has no return label."))
        return label_response(parcel)


class TrackingView(ReturnsView):
    @extend_schema(operation_id="parcel_track", request=BODY, responses={200: BODY})
    def post(self, request, uid):
        """What the carrier says: `status` in_transit, delivered or lost, with carrier and waybill where known."""
        parcel = parcel_or_404(request, uid)
        check_if_match(request, parcel.version, lambda: parcel_shape(parcel))
        data = dict(request.data)
        status = data.pop("status", "in_transit")
        if status not in TRACKED:
            raise Invalid(_("status is one of: %(known)s.") % {"known": ", ".join(TRACKED)}, field="status")
        if parcel.ticket_id is None:
            raise NotPossible(_("Nobody asked for this parcel yet."))
        TRACKING[status](request, parcel, data)
        return answer(parcel)


def moves(request, parcel, data):
    """On its way: the carrier scanned it, or the waybill is put right."""
    known = {"carrier": parcel.carrier, "waybill": parcel.waybill}
    run(request, parcel.ticket, "ship", {**known, **data, "parcel": parcel.label_code})


def arrives(request, parcel, data):
    """Ours at the customer's door; theirs at our dock is booked in by the dock's own scan."""
    refuse_more(data)
    if parcel.direction == Direction.OUT and parcel.state != ParcelState.DELIVERED:
        deliver_parcel(parcel.ticket, by=request.user, parcel=parcel)


def is_lost(request, parcel, data):
    if parcel.state != ParcelState.LOST:
        run(request, parcel.ticket, "close_short", {**data, "reason": "lost", "parcel": parcel.label_code})


TRACKING = {"in_transit": moves, "delivered": arrives, "lost": is_lost}


def refuse_more(data):
    if data:
        name = min(data)
        rows = [
            {
                "pointer": f"/{name}",
                "detail": _("Unknown field “%(name)s”.") % {"name": name},
                "code": "unknown_field",
            }
        ]
        raise BadRequest(rows[0]["detail"], code="unknown_field", errors=rows)


class MatchView(ReturnsView):
    @extend_schema(operation_id="parcel_match", request=BODY, responses={200: BODY})
    def post(self, request, uid):
        """An unclaimed parcel belongs to `ticket`; `lines` say what of the request is in it."""
        parcel = parcel_or_404(request, uid)
        data = dict(request.data)
        ticket = ticket_or_404(request, str(data.pop("ticket", "")))
        run(request, ticket, "match_parcel", {**data, "parcel": parcel.label_code})
        return answer(parcel)


class ReceiptsView(ReturnsView):
    @extend_schema(operation_id="receipt_add", request=BODY, responses={200: BODY, 201: BODY})
    def post(self, request):
        """Scan first: `code` is a waybill, a label's code, a request's or an order's number.

        The rest is the verb `receive`.
        Without `lines` all that was expected has come. A code that nobody knows makes an unclaimed parcel.
        The same receipt again answers 200 with the parcel as it is.
        """
        data = dict(request.data)
        code = data.pop("code", None) or data.pop("waybill", None)
        if not isinstance(code, str) or not code.strip():
            raise Invalid(
                _("Scan or type the waybill, the label's code or the request's number."), field="code"
            )
        found = find_by_scan(code, request.user)
        if found.ticket is not None:
            return self.take_in(request, found, data)
        if found.choices:
            numbers = ", ".join(ticket.number for ticket in found.choices)
            raise Invalid(
                _("Several requests of this order await goods: %(numbers)s. Scan one of them.")
                % {"numbers": numbers},
                field="code",
                code="several_requests",
            )
        if found.parcel is not None:
            return answer(found.parcel)
        return self.shelve(request, found.code, data)

    @staticmethod
    def take_in(request, found, data):
        was_here = Parcel.objects.filter(ticket=found.ticket, state=ParcelState.RECEIVED).count()
        parcel = {"parcel": found.parcel.label_code} if found.parcel else {}
        run(request, found.ticket, "receive", {**data, **parcel})
        here = Parcel.objects.filter(ticket=found.ticket, state=ParcelState.RECEIVED).order_by(
            "-received_at", "-id"
        )
        if here.count() == was_here and found.parcel:
            return answer(found.parcel)
        return answer(here.first(), status=201 if here.count() > was_here else 200)

    @staticmethod
    def shelve(request, code, data):
        form = UnknownParcelForm({**data, "waybill": code})
        refuse_more({name: value for name, value in data.items() if name not in form.fields})
        if not form.is_valid():
            raise InvalidFields(invalid_fields(form))
        parcel = receive_unknown(shop_asked(request), by=request.user, **form.cleaned_data)
        return answer(parcel, status=201)
