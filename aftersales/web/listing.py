"""Lists: filters that are known by name, pages by key, counts only when asked for and capped."""

from django.utils.translation import gettext as _
from rest_framework.response import Response

from aftersales.errors import BadRequest, InvalidFields
from aftersales.web.keyset import capped_count, limit_of

OWN = {"limit", "cursor", "count", "ordering"}


class Listing:
    """A filter set and one or several orders to page by; the first is the default.

    `known` are parameters that the view itself has obeyed already.
    """

    def __init__(self, filter_class, keyset, *, known=(), **orderings):
        self.filter_class, self.keyset, self.orderings = filter_class, keyset, orderings
        self.own = OWN | set(known)

    def respond(self, request, queryset, shape):
        """The page as {"results", "next"}; unknown filters are a 400, wrong values a 422."""
        params = request.query_params
        queryset = self.filtered(params, queryset)
        keyset = self.keyset_of(params)
        rows, following = keyset.page(queryset, limit=limit_of(params), cursor=params.get("cursor", ""))
        body = {"results": [shape(row) for row in rows], "next": following}
        if params.get("count") == "capped":
            body |= capped_count(queryset)
        return Response(body)

    def filtered(self, params, queryset):
        unknown = set(params) - set(self.filter_class.base_filters) - self.own
        if unknown:
            name = min(unknown)
            rows = [
                {
                    "pointer": f"?{name}",
                    "detail": _("Unknown filter “%(name)s”.") % {"name": name},
                    "code": "unknown_filter",
                }
            ]
            raise BadRequest(rows[0]["detail"], code="unknown_filter", errors=rows)
        filtering = self.filter_class(params, queryset=queryset)
        if not filtering.is_valid():
            raise InvalidFields(
                [
                    {"pointer": f"?{name}", "detail": str(errors[0]), "code": "invalid"}
                    for name, errors in filtering.errors.items()
                ]
            )
        return filtering.qs

    def keyset_of(self, params):
        name = params.get("ordering")
        if name is None:
            return self.keyset
        if name not in self.orderings:
            known = ", ".join(sorted(self.orderings))
            raise BadRequest(
                _("ordering must be one of: %(known)s.") % {"known": known}, code="unknown_ordering"
            )
        return self.orderings[name]
