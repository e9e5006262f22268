"""/sla-policies and /calendars: the rules that due times come from; leads put their shop's own in force."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiTypes, extend_schema, extend_schema_view
from rest_framework.response import Response

from aftersales.versions.models import Version
from aftersales.versions.registry import all_in_force
from aftersales.web.api import ApiView
from staff.api.gate import shop_asked
from tickets.actions.time_rules import publish_rule
from tickets.api.procedures import SHOP

BODY = OpenApiTypes.OBJECT


def told(name, **more):
    return extend_schema(operation_id=name, responses={200: BODY}, parameters=[SHOP], **more)


class RulesView(ApiView):
    """What is in force for a shop: its own, and what every shop has that it has none of."""

    read_scope, write_scope = "tickets:read", "tickets:write"
    kind = ""

    def get(self, request):
        in_force = all_in_force(self.kind, shop_asked(request).pk)
        rows = Version.objects.in_bulk([version.id for version in in_force]).values()
        results = [listed_shape(row) for row in sorted(rows, key=lambda row: row.code)]
        return Response({"results": results, "next": None})


class RuleView(ApiView):
    """One of them with its body; PUT publishes a version of the shop's own, refused at the field that is wrong."""

    read_scope, write_scope = "tickets:read", "tickets:write"
    kind = ""

    def get(self, request, code):
        in_force = {version.code: version.id for version in all_in_force(self.kind, shop_asked(request).pk)}
        return Response(rule_shape(get_object_or_404(Version, pk=in_force.get(code))))

    def put(self, request, code):
        return Response(
            rule_shape(publish_rule(shop_asked(request), self.kind, code, request.data, by=request.user))
        )


@extend_schema_view(get=told("sla_policy_list"))
class SlaPoliciesView(RulesView):
    kind = "sla"


@extend_schema_view(get=told("sla_policy_read"), put=told("sla_policy_publish", request=BODY))
class SlaPolicyView(RuleView):
    kind = "sla"


@extend_schema_view(get=told("calendar_list"))
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
    return shape | {"announced_until": row.body.get("announced_until")} if row.kind == "calendar" else shape


def rule_shape(row):
    return listed_shape(row) | {"body": row.body, "published_at": row.published_at}
