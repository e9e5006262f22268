"""GET /reports/...: how the desk did, as the page tells it, and the facts behind each number."""

from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import InvalidFields, NotAllowed
from aftersales.history.policies import may_read
from aftersales.history.queries import asking, behind
from aftersales.history.queries.panels import PANELS
from aftersales.web.api import ApiView
from aftersales.web.keyset import limit_of
from staff.models import Shop

ASKED = (*asking.NAMES, "time_zone")
PARAMETERS = [OpenApiParameter(name, str) for name in ASKED]
LISTED = [OpenApiParameter(name, str) for name in (*behind.NAMES, "limit", "cursor")]


class ReportView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(operation_id="report", responses={200: OpenApiTypes.OBJECT}, parameters=PARAMETERS)
    def get(self, request, panel):
        """One panel: sla, times, intake, funnel or people; the last is of people's own and of those who lead."""
        question = question_of(request)
        if panel not in PANELS:
            raise Http404
        if panel == "people" and request.user.user is None:
            raise NotAllowed(_("What people did is told to people; this key is a shop's."))
        shape = PANELS[panel](question)
        if panel == "people":
            shape["rows"] = [{**row, "person": row["person"].username} for row in shape["rows"]]
        return Response({"from": question.first, "to": question.last, **shape})


class FactsView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(
        operation_id="report_facts", responses={200: OpenApiTypes.OBJECT}, parameters=PARAMETERS + LISTED
    )
    def get(self, request):
        """What a number counts, newest first."""
        params = request.query_params
        question = question_of(request, known=(*behind.NAMES, "limit", "cursor"))
        number = behind.asked_number(question, params, strict=True)
        facts, following = behind.facts_behind(
            question, number, cursor=params.get("cursor", ""), limit=limit_of(params)
        )
        return Response({"results": [fact_shape(fact) for fact in facts], "next": following})


def question_of(request, known=()):
    if not may_read(request.user):
        raise NotAllowed(_("Your role does not read how the desk did."))
    zone = zone_of(request)
    return asking.asked(request.user, request.query_params, zone, strict=True, known=("time_zone", *known))


def zone_of(request):
    """The one that is named, else where the first shop is."""
    name = request.query_params.get("time_zone", "")
    if not name:
        ids = request.user.user.shop_ids() if request.user.user else [request.user.shop_id]
        shop = Shop.objects.filter(pk__in=ids).order_by("pk").first()
        return shop.time_zone if shop else "UTC"
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):  # not a name, a folder, not there
        detail = _("There is no time zone “%(name)s”.") % {"name": name[:60]}
        raise InvalidFields([{"pointer": "?time_zone", "detail": detail, "code": "invalid"}]) from None


def fact_shape(fact):
    return {
        "ticket": fact.request and fact.request.number,
        "measure": fact.measure,
        "happened_at": fact.happened_at,
        "left_for": fact.led_to or None,
        "stage": fact.stage or None,
        "priority": fact.priority,
        "category": fact.category and fact.category.code,
        "team": fact.team and fact.team.code,
        "person": fact.who and fact.who.username,
        "met": fact.met,
        "seconds": fact.seconds,
        "elapsed_seconds": fact.elapsed,
        "target_seconds": fact.target_seconds,
        "late_seconds": fact.late_seconds,
    }
