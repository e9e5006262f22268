"""/bulk: a verb over many requests, foreseen or asked for, followed, cancelled and taken back."""

import secrets

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from aftersales.errors import Invalid
from aftersales.web.api import ApiView
from aftersales.web.keyset import limit_of
from aftersales.web.shapes import StrictSerializer
from tickets.actions.bulks import cancel_bulk, start_bulk, undo_bulk
from tickets.foresight import bulk_verb, foresee
from tickets.models import RowState, Scope
from tickets.queries.bulks import BULKS, ROWS, visible_bulks, visible_rows
from tickets.queries.selection import MOST_NUMBERS
from tickets.serializers import Text, read

BODY = OpenApiTypes.OBJECT
MOST_TOLD = 200  # numbers behind one reason
PAGING = [OpenApiParameter("limit", int), OpenApiParameter("cursor", str)]


class BulkIn(StrictSerializer):
    """The body of POST /bulk. Nothing is done unless `dry_run` is false."""

    verb = Text(required=True, max_length=40)
    data = serializers.DictField(required=False)
    dry_run = serializers.BooleanField(required=False, default=True)
    numbers = serializers.ListField(child=Text(max_length=20), required=False, max_length=MOST_NUMBERS)
    view = Text(required=False, max_length=40)
    filter = serializers.JSONField(required=False)
    scope = serializers.ChoiceField(Scope.values, required=False)


def selection_of(data):
    """As `selected` takes it: numbers, or a view and a filter."""
    chosen = {name: data[name] for name in ("numbers", "view", "filter", "scope") if name in data}
    if "numbers" in chosen and len(chosen) > 1:
        raise Invalid(_("Give numbers, or a view and a filter, not both."), field="numbers")
    return chosen


def foresight_shape(found):
    return {
        "dry_run": True,
        "verb": found.verb.name,
        "total": found.total,
        "can": len(found.fits),
        "left_out": len(found.left_out),
        "reasons": [
            {"detail": sentence, "count": len(numbers), "numbers": numbers[:MOST_TOLD]}
            for sentence, numbers in found.reasons
        ],
        "unknown": found.unknown,
        "undo": found.verb.bulk.undo or None,
    }


def bulk_shape(bulk):
    undone = getattr(bulk, "undone_by", None)
    return {
        "code": bulk.code,
        "verb": bulk.verb,
        "data": bulk.data,
        "selection": bulk.selection,
        "state": bulk.state,
        "owner": bulk.owner.username,
        "total": bulk.total,
        "waiting": bulk.waiting,
        "done": bulk.done,
        "refused": bulk.refused,
        "cancelled": bulk.cancelled,
        "asked_at": bulk.asked_at,
        "starts_at": bulk.starts_at,
        "ended_at": bulk.ended_at,
        "undoes": bulk.undoes.code if bulk.undoes else None,
        "undone_by": undone.code if undone else None,
    }


def row_shape(row):
    return {
        "ticket": row.ticket.number,
        "state": row.state,
        "detail": row.sentence,
        "event": row.event_id,
        "settled_at": row.settled_at,
    }


def one(request, code):
    """What is not this person's does not exist."""
    return get_object_or_404(visible_bulks(request.user), code=code)


def page(request, keyset, queryset, shape):
    params = request.query_params
    rows, following = keyset.page(queryset, limit=limit_of(params), cursor=params.get("cursor", ""))
    return Response({"results": [shape(row) for row in rows], "next": following})


class BulkListView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="bulk_list", responses={200: BODY}, parameters=PAGING)
    def get(self, request):
        """One's own, and those of the shops that one leads, newest first."""
        return page(request, BULKS, visible_bulks(request.user), bulk_shape)

    @extend_schema(operation_id="bulk_ask", request=BulkIn, responses={200: BODY, 201: BODY})
    def post(self, request):
        """What would happen; with `dry_run` false it is asked for, and starts half a minute later."""
        data = read(BulkIn, request.data)
        found = foresee(bulk_verb(data["verb"]), data.get("data", {}), selection_of(data), by=request.user)
        if data["dry_run"]:
            return Response(foresight_shape(found))
        bulk = start_bulk(found, by=request.user, key=f"api-{secrets.token_hex(12)}")
        shown = bulk_shape(bulk) | {"unknown": found.unknown}
        return Response(shown, status=201, headers={"Location": f"/api/v1/bulk/{bulk.code}"})


class BulkView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(operation_id="bulk_read", responses={200: BODY})
    def get(self, request, code):
        return Response(bulk_shape(one(request, code)))


class BulkRowsView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(
        operation_id="bulk_rows", responses={200: BODY}, parameters=[*PAGING, OpenApiParameter("state", str)]
    )
    def get(self, request, code):
        """What came of each request, in the order in which they are done; `state=` narrows it."""
        state = request.query_params.get("state", "")
        if state and state not in RowState.values:
            raise Invalid(
                _("state must be one of: %(known)s.") % {"known": ", ".join(RowState.values)}, field="state"
            )
        return page(request, ROWS, visible_rows(one(request, code), request.user, state), row_shape)


class BulkCancelView(ApiView):
    write_scope = "tickets:write"

    @extend_schema(operation_id="bulk_cancel", request=None, responses={200: BODY})
    def post(self, request, code):
        """What waits is not done."""
        return Response(bulk_shape(cancel_bulk(one(request, code), by=request.user)))


class BulkUndoView(ApiView):
    write_scope = "tickets:write"

    @extend_schema(operation_id="bulk_undo", request=None, responses={200: BODY})
    def post(self, request, code):
        """What waits is not done, and what was done is taken back by a bulk of its own, which is answered."""
        undone = undo_bulk(one(request, code), by=request.user)
        return Response(bulk_shape(one(request, undone.code)))
