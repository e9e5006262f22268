"""/views: the views of whoever asks, kept by people; and the next request out of one of them."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from aftersales.errors import Invalid, NotAllowed
from aftersales.web.api import ApiView, check_if_match, etag
from aftersales.web.shapes import StrictSerializer
from tickets.actions.next_ticket import take_next
from tickets.actions.saved_views import change_view, remove_view, restore_view, save_view
from tickets.api.shapes import reread
from tickets.models import Reach, Scope, Ticket
from tickets.queries import filters, selection
from tickets.queries.saved_views import saved_rows, view_of, views_of
from tickets.queries.view_counts import counts
from tickets.serializers import Text, read

BODY = OpenApiTypes.OBJECT
LOOK = ("view", "filter", "scope")  # of GET /tickets


class ViewIn(StrictSerializer):
    """The body of POST /views; PATCH takes any part of it."""

    name = Text(required=True, max_length=60)
    reach = serializers.ChoiceField(Reach.values, required=False)
    team = Text(required=False, max_length=40)
    shop = Text(required=False, max_length=40)
    filter = serializers.JSONField(required=False)
    scope = Text(required=False, max_length=20)
    sort = Text(required=False, max_length=20)
    columns = serializers.ListField(child=Text(max_length=40), required=False, max_length=40)


class ViewChangeIn(ViewIn):
    name = Text(required=False, max_length=60)


class NextIn(StrictSerializer):
    """The body of POST /queue/next."""

    view = Text(required=False, default="mine", max_length=40)
    passing = Text(required=False, default="", max_length=20)


def view_shape(view, counted=None):
    """A view; those of the desk's own have no version, nobody changes them."""
    saved = view.saved
    return {
        "code": view.code,
        "name": str(view.name),
        "reach": saved.reach if saved else None,
        "team": saved.team.code if saved and saved.team else None,
        "shop": saved.shop.code if saved and saved.shop else None,
        "filter": view.filter.data() if view.filter.parts else {},
        "scope": view.scope,
        "sort": view.sort,
        "columns": list(view.columns),
        "count": None if counted is None else counted.number,
        "capped": counted is not None and str(counted) != str(counted.number),
        "version": saved.version if saved else None,
    }


def fields_of(data, actor):
    """What the action takes: the place named by its code, which must be one's own."""
    teams, shops = actor.user.places()
    for name, places in (("team", teams), ("shop", shops)):
        if name in data:
            code = data[name]
            data[name] = next((place for place in places if place.code == code), None)
            if data[name] is None:
                raise Invalid(_("There is no “%(code)s” among yours.") % {"code": code}, field=name)
    return data


def person(request):
    if request.user.user is None:
        raise NotAllowed(_("Views are kept by people; this key is a shop's."))
    return request.user


def looked_at(request):
    """What the caller sees, or of it what a view and a filter choose."""
    params = request.query_params
    if not any(name in params for name in LOOK):
        return Ticket.objects.visible_to(request.user)
    asked = {"view": params.get("view", ""), "scope": params.get("scope")}
    if asked["scope"] is not None and asked["scope"] not in Scope.values:
        raise Invalid(
            _("scope must be one of: %(known)s.") % {"known": ", ".join(Scope.values)}, field="scope"
        )
    data = filters.data_of(params["filter"]) if "filter" in params else None
    return selection.selected(request.user, **asked, filter=data if data is not None or asked["view"] else {})


class ViewListView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="view_list", responses={200: BODY})
    def get(self, request):
        """The desk's own views, then one's own, one's teams' and one's shops'; with how many are in each."""
        actor = request.user
        found = views_of(actor).values()
        if actor.user is None:
            found = [view for view in found if not view.filter.is_personal]
        numbers = counts(actor, found) if actor.user else {}
        return Response(
            {"results": [view_shape(view, numbers.get(view.code)) for view in found], "next": None}
        )

    @extend_schema(operation_id="view_save", request=ViewIn, responses={201: BODY})
    def post(self, request):
        actor = person(request)
        view = save_view(by=actor, **fields_of(dict(read(ViewIn, request.data)), actor))
        headers = {"Location": f"/api/v1/views/{view.code}", "ETag": etag(view.version)}
        return Response(view_shape(view_of(view)), status=201, headers=headers)


class ViewView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @staticmethod
    def row(request, code):
        return get_object_or_404(saved_rows(request.user), code=code)

    @extend_schema(operation_id="view_read", responses={200: BODY})
    def get(self, request, code):
        view = views_of(request.user).get(code)
        if view is None:
            raise Http404
        headers = {"ETag": etag(view.saved.version)} if view.saved else {}
        return Response(view_shape(view), headers=headers)

    @extend_schema(operation_id="view_change", request=ViewChangeIn, responses={200: BODY})
    def patch(self, request, code):
        """Any part of it; `filter` is replaced whole."""
        actor = person(request)
        row, data = self.row(request, code), dict(read(ViewChangeIn, request.data))
        check_if_match(request, row.version, lambda: view_shape(view_of(row)))
        expected = row.version if "If-Match" in request.headers else None
        view = change_view(row, by=actor, expected_version=expected, **fields_of(data, actor))
        return Response(view_shape(view_of(view)), headers={"ETag": etag(view.version)})

    @extend_schema(operation_id="view_remove", responses={204: None})
    def delete(self, request, code):
        remove_view(self.row(request, code), by=person(request))
        return Response(status=204)


class ViewRestoreView(ApiView):
    write_scope = "tickets:write"

    @extend_schema(operation_id="view_restore", request=None, responses={200: BODY})
    def post(self, request, code):
        """What was taken away is back; one that stands already stays as it is."""
        actor = person(request)
        row = saved_rows(actor).filter(code=code).first()
        view = restore_view(row or get_object_or_404(saved_rows(actor, removed=True), code=code), by=actor)
        return Response(view_shape(view_of(view)), headers={"ETag": etag(view.version)})


class NextView(ApiView):
    write_scope = "tickets:write"

    @extend_schema(operation_id="queue_next", request=NextIn, responses={200: BODY})
    def post(self, request):
        """The most urgent request of the view whose next step is the caller's; `ticket` is null when none is."""
        data = read(NextIn, request.data)
        among = selection.selected(request.user, view=data["view"]) if request.user.user else None
        ticket = take_next(among, by=request.user, passing=data["passing"])
        if ticket is None:
            return Response({"ticket": None, "detail": _("Nothing there waits on you now.")})
        return Response({"ticket": reread(ticket, request.user)})
