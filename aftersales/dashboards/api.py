"""GET /wall: the wall's numbers for programs; and what has breached and is still open."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.clock import now
from aftersales.dashboards.ahead import KEYS
from aftersales.dashboards.late import late_rows
from aftersales.dashboards.look import By, look_of
from aftersales.dashboards.policies import may_read
from aftersales.errors import BadRequest, NotAllowed
from aftersales.web.api import ApiView
from aftersales.web.keyset import limit_of
from tickets.queries.due_hours import hour_code
from tickets.queries.waiting import HORIZONS, Numbers, sums

OWN = ("shop", "team", "by", "hours")
PARAMETERS = [OpenApiParameter(name, str) for name in OWN]
PAGE_PARAMETERS = [OpenApiParameter(name, str) for name in ("shop", "team", "limit", "cursor")]


class WallView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(operation_id="wall", responses={200: OpenApiTypes.OBJECT}, parameters=PARAMETERS)
    def get(self, request):
        """How many are late, due within 1, 2, 4 and 8 hours, and in each hour; in all and `by` one dimension."""
        look = asked(request, OWN)
        cells = look.holders if look.by == By.PERSON else look.places
        found = sums(cells, KEYS[look.by])
        return Response(
            {
                "at": look.at,
                "by": look.by,
                "all": shape(look, sum(found.values(), Numbers(hours=(0,) * look.hours))),
                "rows": [
                    {"key": code_of(look, key), **shape(look, numbers)}
                    for key, numbers in sorted(found.items(), key=lambda pair: str(pair[0]))
                    if numbers.open
                ],
            }
        )


class WallLateView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(operation_id="wall_late", responses={200: OpenApiTypes.OBJECT}, parameters=PAGE_PARAMETERS)
    def get(self, request):
        """What has breached and is still open, the oldest breach first, each with why it stands."""
        look = asked(request, ("shop", "team", "limit", "cursor"))
        params = request.query_params
        rows, following = late_rows(look, limit=limit_of(params), cursor=params.get("cursor", ""))
        return Response({"results": [late_shape(row) for row in rows], "next": following})


def asked(request, known):
    """The look; unlike the page's address, a program's mistake is said."""
    params = request.query_params
    if not may_read(request.user):
        raise NotAllowed(_("Your role does not read the wall."))
    if unknown := set(params) - set(known):
        raise BadRequest(
            _("Unknown parameter “%(name)s”.") % {"name": min(unknown)[:60]}, code="unknown_parameter"
        )
    look = look_of(request.user, params, now())
    if params.get("by") == By.PERSON and not look.with_people:
        raise NotAllowed(_("What each person has before them is told to those who lead there."))
    read = {"shop": look.shop and look.shop.code, "team": look.team and look.team.code}
    read |= {"by": look.by, "hours": str(look.hours)}
    for name in set(params) & set(OWN):
        if params[name] != read[name]:
            raise BadRequest(
                _("“%(value)s” is not a choice of “%(name)s”.") % {"value": params[name][:60], "name": name},
                code="unknown_value",
            )
    return look


def code_of(look, key):
    """The key as the filters of requests take it."""
    if look.by == By.TEAM:
        return look.names.teams[key].code if key else "none"
    if look.by == By.PERSON:
        return look.names.people[key].username if key else "nobody"
    return key


def shape(look, numbers):
    hours = zip(look.columns, numbers.hours, strict=True)
    return {
        "open": numbers.open,
        "late": numbers.late,
        "ahead": {f"{h}h": count for h, count in zip(HORIZONS, numbers.ahead, strict=True)},
        "hours": {hour_code(hour): count for hour, count in hours},
    }


def late_shape(row):
    ticket = row["ticket"]
    return {
        "number": ticket.number,
        "due_at": row["due_at"],
        "stage": ticket.stage,
        "waiting_on": ticket.waiting_on,
        "step": row["step"],
        "assignee": row["assignee"],
        "why": row["why"],
    }
