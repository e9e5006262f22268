"""/sla-policies and /calendars: the rules that due times come from; leads put their shop's own in force."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_view
from rest_framework.response import Response

from aftersales.errors import Stale
from aftersales.versions.models import Version
from aftersales.versions.registry import all_in_force
from aftersales.web.api import ApiView, etag
from aftersales.web.keyset import limit_of
from staff.api.gate import shop_asked
from tickets.actions.time_rules import mark_of, publish_rule, rule_in_force
from tickets.api.procedures import SHOP, seen_of

BODY = OpenApiTypes.OBJECT


PAGING = [OpenApiParameter("limit", int), OpenApiParameter("cursor", str)]


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
        try:
            return answered(publish_rule(shop, self.kind, code, request.data, by=request.user, seen=seen))
        except Stale as stale:
            row = rule_in_force(shop, self.kind, code)
            raise Stale(str(stale), current=rule_shape(row) if row else None) from stale


def answered(row):
    return Response(rule_shape(row), headers={"ETag": etag(mark_of(row))})


@extend_schema_view(get=told("sla_policy_list", PAGING))
class SlaPoliciesView(RulesView):
    kind = "sla"


@extend_schema_view(get=told("sla_policy_read"), put=told("sla_policy_publish", request=BODY))
class SlaPolicyView(RuleView):
    kind = "sla"


@extend_schema_view(get=told("calendar_list", PAGING))
class CalendarsView(RulesView):
    kind = "calendar"


@extend_schema_view(get=told("calendar_read"), put=told("calendar_publish", request=BODY))
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
