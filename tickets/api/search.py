"""GET /search: requests by any number or words, each with the places that were found."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import BadRequest
from aftersales.web.api import ApiView
from aftersales.web.keyset import limit_of
from aftersales.web.listing import Listing
from tickets.api.filters import TicketFilter
from tickets.api.shapes import ticket_shape, with_parts
from tickets.models import Ticket
from tickets.queries.search import search

PARAMETERS = [OpenApiParameter(name, str) for name in (*TicketFilter.base_filters, "limit", "cursor")]


class SearchView(ApiView):
    read_scope = "tickets:read"

    @extend_schema(operation_id="search", responses={200: OpenApiTypes.OBJECT}, parameters=PARAMETERS)
    def get(self, request):
        """Newest first; a page may hold few and still have a `next`, which goes on where it stopped looking."""
        visible = Ticket.objects.visible_to(request.user)
        return found(request, visible, lambda ticket, hit: {"ticket": ticket, "found": places_shape(hit)})


def found(request, visible, shape):
    """A page of the requests among the visible ones that meet the filters and hold `q`."""
    params = request.query_params
    for name in ("ordering", "count"):
        if name in params:
            raise BadRequest(
                _("A search answers newest first and without a count; leave out “%(name)s”.")
                % {"name": name},
                code="not_with_q",
            )
    tickets = Listing(TicketFilter, None).filtered(params, visible)
    typed, cursor = params.get("q", ""), params.get("cursor", "")
    page = search(tickets, request.user, typed, cursor=cursor, limit=limit_of(params))
    rows = with_parts(Ticket.objects.all()).in_bulk([hit.ticket_id for hit in page.hits])
    shapes = [(ticket_shape(rows[hit.ticket_id], request.user, verbs=False), hit) for hit in page.hits]
    return Response({"results": [shape(ticket, hit) for ticket, hit in shapes], "next": page.next})


def places_shape(hit):
    """Where it was found, as text and as HTML in which what was looked for is marked."""
    return [
        {
            "where": place.where,
            "text": "".join(text for text, _is_it in place.parts),
            "html": "".join(
                format_html("<mark>{}</mark>" if is_it else "{}", text) for text, is_it in place.parts
            ),
        }
        for place in hit.places
    ]
