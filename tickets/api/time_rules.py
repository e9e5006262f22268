"""/sla-policies and /calendars: the rules that due times come from; leads put their shop's own in force."""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from aftersales.errors import Invalid, Stale
from aftersales.versions.models import Version
from aftersales.versions.registry import all_in_force
from aftersales.web.api import ApiView, etag
from aftersales.web.keyset import limit_of
from aftersales.web.shapes import StrictSerializer
from staff.api.gate import shop_asked
from tickets.actions.recount_parts import SUMS
from tickets.actions.recounts import (
    apply_preview,
    cancel_recount,
    change_rule,
    pause_recount,
    preview_rule,
    resume_recount,
)
from tickets.actions.time_rules import mark_of, rule_in_force
from tickets.api.procedures import SHOP, seen_of
from tickets.queries.recounts import found_of, recount_or_404
from tickets.recounting import STARTED
from tickets.serializers import read

BODY = OpenApiTypes.OBJECT


PAGING = [OpenApiParameter("limit", int), OpenApiParameter("cursor", str)]
RECOUNT = [OpenApiParameter("recount", bool)]


def told(name, parameters=(), **more):
    return extend_schema(operation_id=name, responses={200: BODY}, parameters=[SHOP, *parameters], **more)


class RulesView(ApiView):
    """What is in force for a shop: its own, and what every shop has that it has none of; by code."""

    read_scope, write_scope = "tickets:read", "tickets:write"
    kind = ""

    def get(self, request):
        after, limit = request.query_params.get("cursor", ""), limit_of(request.query_params)
        in_force = {version.code: version.id for version in all_in_force(self.kind, shop_asked(request).pk)}
        codes = sorted(code for code in in_force if code > after)
        shown = codes[:limit]
        rows = Version.objects.in_bulk([in_force[code] for code in shown])
        results = [listed_shape(rows[in_force[code]]) for code in shown]
        return Response({"results": results, "next": shown[-1] if len(codes) > limit else None})


class RuleView(ApiView):
    """One of them with its body; PUT publishes a version of the shop's own, refused at the field that is wrong."""

    read_scope, write_scope = "tickets:read", "tickets:write"
    kind = ""

    def get(self, request, code):
        row = rule_in_force(shop_asked(request), self.kind, code)
        if row is None:
            raise Http404
        return answered(row)

    def put(self, request, code):
        shop, seen = shop_asked(request), seen_of(request)
        recount = flag_of(request, "recount")
        try:
            done = change_rule(
                shop, self.kind, code, request.data, by=request.user, seen=seen, recount=recount
            )
            return answered(*done, request.user)
        except Stale as stale:
            row = rule_in_force(shop, self.kind, code)
            raise Stale(str(stale), current=rule_shape(row) if row else None) from stale


def flag_of(request, name):
    """True or false of the address; anything else is refused."""
    text = request.query_params.get(name, "false")
    if text not in ("true", "false"):
        raise Invalid(_("This has to be true or false."), field=name)
    return text == "true"


def answered(row, recount=None, actor=None):
    """The rule, with the recount that was begun, if one was."""
    shape = rule_shape(row) | ({"recount": recount_shape(recount, actor)} if recount else {})
    return Response(shape, headers={"ETag": etag(mark_of(row))})


@extend_schema_view(get=told("sla_policy_list", PAGING))
class SlaPoliciesView(RulesView):
    kind = "sla"


@extend_schema_view(get=told("sla_policy_read"), put=told("sla_policy_publish", RECOUNT, request=BODY))
class SlaPolicyView(RuleView):
    kind = "sla"


@extend_schema_view(get=told("calendar_list", PAGING))
class CalendarsView(RulesView):
    kind = "calendar"


@extend_schema_view(get=told("calendar_read"), put=told("calendar_publish", RECOUNT, request=BODY))
class CalendarView(RuleView):
    kind = "calendar"


def listed_shape(row):
    shape = {
        "code": row.code,
        "number": row.number,
        "name": row.body["name"],
        "is_own": row.shop_id is not None,
    }
    if "for" in row.body:
        shape["for"] = row.body["for"]
    ends = {key: row.body.get(key) for key in ("announced_from", "announced_until")}
    return shape | ends if row.kind == "calendar" else shape


def rule_shape(row):
    return listed_shape(row) | {"body": row.body, "published_at": row.published_at}


# -- changed with open eyes --------------------------------------------------------------------


class RulePreviewView(ApiView):
    """What a body would do to the clocks that run; nothing of them is changed."""

    write_scope = "tickets:write"
    kind = ""

    def look(self, request, code):
        shop, seen = shop_asked(request), seen_of(request)
        recount = preview_rule(shop, self.kind, code, request.data, by=request.user, seen=seen)
        return Response(recount_shape(recount, request.user), status=201)


class SlaPolicyPreviewView(RulePreviewView):
    kind = "sla"

    @extend_schema(operation_id="sla_policy_preview", parameters=[SHOP], request=BODY, responses={201: BODY})
    def post(self, request, code):
        return self.look(request, code)


class CalendarPreviewView(RulePreviewView):
    kind = "calendar"

    @extend_schema(operation_id="calendar_preview", parameters=[SHOP], request=BODY, responses={201: BODY})
    def post(self, request, code):
        return self.look(request, code)


class RecountView(ApiView):
    """How far a recount is, and what it found."""

    read_scope = "tickets:read"

    @extend_schema(operation_id="recount_read", responses={200: BODY})
    def get(self, request, code):
        return Response(recount_shape(recount_or_404(request.user, code), request.user))


class RecountVerbView(ApiView):
    """POST pause, resume, cancel; of a preview apply, with {"recount": true} for the clocks that run."""

    write_scope = "tickets:write"

    @extend_schema(operation_id="recount_steer", request=BODY, responses={200: BODY})
    def post(self, request, code, verb):
        found = recount_or_404(request.user, code)
        if verb != "apply":
            return Response(recount_shape(STEERING[verb](found, by=request.user), request.user))
        recount = read(ApplyIn, request.data)["recount"]
        version, begun = apply_preview(found, recount=recount, by=request.user)
        return answered(version, begun, request.user)


class ApplyIn(StrictSerializer):
    """The body of POST /recounts/{code}/apply."""

    recount = serializers.BooleanField(required=False, default=False)


STEERING = {"pause": pause_recount, "resume": resume_recount, "cancel": cancel_recount}


def recount_shape(recount, actor):
    found = found_of(recount, actor)
    return {
        "code": recount.code,
        "is_preview": recount.is_preview,
        "rule": {"kind": recount.rule_kind, "code": recount.rule_code},
        "number": recount.version.number if recount.version else None,
        "state": "failed" if recount.is_stuck else recount.state,
        "percent": recount.share,
        **{name: getattr(recount, name) for name in (*SUMS, *STARTED)},
        "teams": [row | {"team": row["team"].code if row["team"] else None} for row in found["teams"]],
        **{
            name: [row | {"ticket": row["ticket"].number} for row in found[name]]
            for name in ("largest", "sample")
        },
        "asked_at": recount.asked_at,
        "ended_at": recount.ended_at,
    }
