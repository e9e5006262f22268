"""/procedures: what steps requests follow; leads draft, compare, try and publish a new version."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import BadRequest, NotPossible, Stale
from aftersales.web.api import ApiView, etag
from aftersales.web.keyset import limit_of
from aftersales.web.pages import attachment
from staff.api.gate import shop_asked
from tickets import tryout
from tickets.actions import procedure_drafts
from tickets.api.procedure_shapes import change_shape, draft_shape, listed_shape, standing_shape, tried_shape
from tickets.content.differences import compare
from tickets.content.procedures import parse_procedure
from tickets.loading.writing import procedure_as_yaml
from tickets.models import Ticket
from tickets.procedure_words import told
from tickets.queries.procedures import running_counts, standing_of, standings

BODY = OpenApiTypes.OBJECT
SHOP = OpenApiParameter("shop", str)
PUBLISHED, DRAFT = "published", "draft"


def standing_or_404(request, code):
    standing = standing_of(shop_asked(request), code)
    if standing is None:
        raise Http404
    return standing


def body_of(standing, request):
    """The body asked for by ?version=: the draft, or what is published; the draft first when it is there."""
    which = request.query_params.get("version", DRAFT if standing.draft else PUBLISHED)
    if which not in (PUBLISHED, DRAFT):
        raise BadRequest(_("version must be one of: %(known)s.") % {"known": f"{DRAFT}, {PUBLISHED}"})
    if which == DRAFT and standing.draft is None:
        raise NotPossible(_("There is no draft: it was published or discarded."), code="no_draft")
    return standing.draft.body if which == DRAFT else standing.in_force.body


def seen_of(request):
    """The mark of the draft that the writer read, from If-Match; None where it does not matter."""
    given = request.headers.get("If-Match", "").strip().removeprefix("W/")
    return None if given in ("", "*") else given.strip('"')


class ProceduresView(ApiView):
    """Base: a refused write on an older draft comes with the draft that stands."""

    read_scope, write_scope = "tickets:read", "tickets:write"

    def answer(self, request, code, status=200):
        standing = standing_or_404(request, code)
        return Response(draft_shape(standing), status=status, headers={"ETag": etag(standing.mark)})

    def write(self, request, code, action, *args):
        shop = shop_asked(request)
        try:
            return action(shop, code, *args, by=request.user, seen=seen_of(request))
        except Stale as stale:
            standing = standing_of(shop, code)
            raise Stale(str(stale), current=draft_shape(standing) if standing else None) from stale


class ProcedureListView(ProceduresView):
    @extend_schema(
        operation_id="procedure_list",
        responses={200: BODY},
        parameters=[SHOP, OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
    )
    def get(self, request):
        shop = shop_asked(request)
        after, limit = request.query_params.get("cursor", ""), limit_of(request.query_params)
        rows = [standing for code, standing in sorted(standings(shop).items()) if code > after]
        counts = running_counts(shop)
        return Response(
            {
                "results": [listed_shape(standing, counts) for standing in rows[:limit]],
                "next": rows[limit - 1].code if len(rows) > limit else None,
            }
        )


class ProcedureView(ProceduresView):
    @extend_schema(operation_id="procedure_read", responses={200: BODY}, parameters=[SHOP])
    def get(self, request, code):
        standing = standing_or_404(request, code)
        return Response(standing_shape(standing), headers={"ETag": etag(standing.mark)})


class ProcedureDraftView(ProceduresView):
    @extend_schema(
        operation_id="procedure_draft", request=BODY, responses={200: BODY, 201: BODY}, parameters=[SHOP]
    )
    def put(self, request, code):
        """The whole body as the draft; it may be unfinished: `problems` says what is wrong and where."""
        was = standing_or_404(request, code)
        self.write(request, code, procedure_drafts.save_draft, request.data)
        return self.answer(request, code, 200 if was.draft else 201)

    @extend_schema(operation_id="procedure_discard", responses={204: None}, parameters=[SHOP])
    def delete(self, request, code):
        standing_or_404(request, code)
        self.write(request, code, procedure_drafts.discard_draft)
        return Response(status=204)


class ProcedureImportView(ProceduresView):
    @extend_schema(operation_id="procedure_import", request=BODY, responses={200: BODY}, parameters=[SHOP])
    def post(self, request, code):
        """{"yaml": "..."}: a file as the content packs have them, as the draft; all of it or nothing."""
        standing_or_404(request, code)
        text = request.data.get("yaml")
        if set(request.data) != {"yaml"} or not isinstance(text, str):
            raise BadRequest(_("Send {“yaml”: “...”}."))
        self.write(request, code, procedure_drafts.import_draft, text.encode(), f"{code}.yaml")
        return self.answer(request, code)


class ProcedureRestoreView(ProceduresView):
    @extend_schema(operation_id="procedure_restore", request=BODY, responses={200: BODY}, parameters=[SHOP])
    def post(self, request, code):
        """{"version": id}: a past version as the draft."""
        standing_or_404(request, code)
        wanted = request.data.get("version")
        if set(request.data) != {"version"} or not isinstance(wanted, int) or not 0 < wanted < 2**63:
            raise BadRequest(_("Send {“version”: the id of a past version}."))
        self.write(request, code, procedure_drafts.restore_version, wanted)
        return self.answer(request, code)


class ProcedurePublishView(ProceduresView):
    @extend_schema(operation_id="procedure_publish", request=None, responses={200: BODY}, parameters=[SHOP])
    def post(self, request, code):
        """The draft in force for requests opened from now on; those that run finish on their own version."""
        standing_or_404(request, code)
        self.write(request, code, procedure_drafts.publish_draft)
        standing = standing_or_404(request, code)
        return Response(standing_shape(standing), headers={"ETag": etag(standing.mark)})


class ProcedureDiffView(ProceduresView):
    @extend_schema(operation_id="procedure_diff", responses={200: BODY}, parameters=[SHOP])
    def get(self, request, code):
        """What the draft changes of the version in force."""
        standing = standing_or_404(request, code)
        old, new = standing.in_force.body, (standing.draft or standing.in_force).body
        changes = compare(old, new)
        return Response({"changes": [change_shape(change, told(change, old, new)) for change in changes]})


class ProcedureYamlView(ProceduresView):
    @extend_schema(
        operation_id="procedure_yaml",
        responses={(200, "application/yaml"): OpenApiTypes.STR},
        parameters=[SHOP, OpenApiParameter("version", str, enum=[PUBLISHED, DRAFT])],
    )
    def get(self, request, code):
        """The procedure as a file of a content pack."""
        text = procedure_as_yaml(body_of(standing_or_404(request, code), request))
        return attachment(text, f"{code}.yaml", "application/yaml")


class ProcedureTryView(ProceduresView):
    @extend_schema(
        operation_id="procedure_try",
        responses={200: BODY},
        parameters=[SHOP, OpenApiParameter("ticket", str), OpenApiParameter("version", str)],
    )
    def get(self, request, code):
        """What the draft would have made of a request that is there; nothing is written."""
        standing = standing_or_404(request, code)
        tickets = Ticket.objects.visible_to(request.user).filter(shop=standing.shop)
        ticket = get_object_or_404(tickets, number=request.query_params.get("ticket", ""))
        procedure = parse_procedure(body_of(standing, request))
        rows = tryout.try_on(procedure, tryout.recorded_answers(ticket), tryout.asking_of(ticket))
        return Response({"ticket": ticket.number, "steps": [tried_shape(row) for row in rows]})
