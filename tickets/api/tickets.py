"""/tickets: open, read, list; and everything below one ticket."""

from django.db import connection
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from aftersales.errors import BadRequest, InvalidFields, NotAllowed
from aftersales.events.models import Event
from aftersales.events.telling import sentence
from aftersales.web.api import ApiView, check_if_match, etag
from aftersales.web.keyset import Keyset, limit_of
from aftersales.web.listing import Listing
from staff import masking
from staff.api.gate import shop_asked
from tickets.actions.attachments import attach_file
from tickets.actions.conversation import add_note, hear_customer, reply_to_customer
from tickets.actions.intake import open_ticket
from tickets.api.filters import TicketFilter
from tickets.api.saved_views import LOOK, looked_at
from tickets.api.search import found
from tickets.api.shapes import WITH, attachment_shape, opened, reread, ticket_shape, with_parts
from tickets.models import Attachment, Message, Ticket
from tickets.queries.relations import told_here
from tickets.registry import VERBS, verb_named
from tickets.serializers import MessageIn, TicketIn, read
from tickets.verbs import available_verbs, perform, schema_of

BODY = OpenApiTypes.OBJECT
UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}, "step": {"type": "string"}},
        "required": ["file"],
    }
}


def visible(request):
    """The one gate: what is not this caller's does not exist."""
    return Ticket.objects.visible_to(request.user)


def one(request, number):
    return get_object_or_404(with_parts(visible(request), "holds"), number=number)


class TicketListView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(
        operation_id="ticket_list",
        responses={200: BODY},
        parameters=[
            OpenApiParameter(name, str)
            for name in (*TicketFilter.base_filters, *LOOK, "ordering", "limit", "cursor", "count")
        ],
    )
    def get(self, request):
        """Newest first; with `q` those in which it is to be found, as `/search` finds them. Also `view=` of a
        view's code and `filter=` as in views, with `scope=` open, ended or all."""
        if request.query_params.get("q"):
            return found(request, visible(request), lambda ticket, _hit: ticket)
        listing = Listing(
            TicketFilter,
            Keyset("id", descending=True),
            known=LOOK,
            updated_at=Keyset("updated_at", "id"),
            due=Keyset("next_due_at", "id"),
        )
        queryset = with_parts(looked_at(request))
        if request.query_params.get("ordering") == "updated_at":
            queryset = queryset.filter(updated_at__lt=oldest_running_write())
        return listing.respond(
            request, queryset, lambda ticket: ticket_shape(ticket, request.user, verbs=False)
        )

    @extend_schema(operation_id="ticket_open", request=TicketIn, responses={200: BODY, 201: BODY})
    def post(self, request):
        data = read(TicketIn, request.data)
        shop = self.shop_of(request)
        ticket, created = open_ticket(shop, data, by=request.user)
        return Response(
            opened(ticket, request.user),
            status=201 if created else 200,
            headers={"Location": f"/api/v1/tickets/{ticket.number}", "ETag": etag(ticket.version)},
        )

    @staticmethod
    def shop_of(request):
        if request.user.kind == "staff" and request.user.role in (
            "auditor",
            "quality",
            "warehouse",
            "inspector",
        ):
            raise NotAllowed(_("Your role may not open requests."))
        return shop_asked(request)


def oldest_running_write():
    """The start of the oldest transaction that may still commit rows: newer rows are held back, so that a
    reader who follows `updated_at` never skips one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(xact_start), statement_timestamp()) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


class TicketView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_read", responses={200: BODY})
    def get(self, request, number):
        ticket = one(request, number)
        return Response(ticket_shape(ticket, request.user), headers={"ETag": etag(ticket.version)})


class MessagesView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_messages", responses={200: BODY})
    def get(self, request, number):
        ticket = get_object_or_404(visible(request), number=number)
        if not masking.sees_conversation(request.user):
            raise NotAllowed(_("Your role does not read conversations."))
        messages = Message.objects.filter(ticket__in=told_here(ticket), withdrawn_at=None)
        messages = messages.select_related("ticket").prefetch_related("attachments").order_by("id")
        if request.user.kind == "shop":
            messages = messages.filter(visibility="public")
        rows, following = Keyset("id").page(
            messages, limit=200, cursor=request.query_params.get("cursor", "")
        )
        return Response({"results": [message_shape(message) for message in rows], "next": following})

    @extend_schema(operation_id="ticket_say", request=MessageIn, responses={201: BODY})
    def post(self, request, number):
        """The customer's words through the shop, or the shop's own: public to the customer, or internal.

        What a customer writes to a merged request lands on the one it went into; `ticket` says which.
        """
        data = read(MessageIn, request.data)
        ticket = get_object_or_404(visible(request), number=number)
        if data["author"] == "customer" and data["visibility"] == "internal":
            told = _("A customer's message is public.")
            raise InvalidFields([{"pointer": "/visibility", "detail": told, "code": "invalid"}])
        if data["author"] == "customer":
            ticket = hear_customer(ticket, by=request.user, body=data["body"])
        elif data["visibility"] == "internal":
            add_note(ticket, by=request.user, body=data["body"])
        else:
            reply_to_customer(ticket, by=request.user, body=data["body"])
        said = ticket.messages.select_related("ticket").filter(macro_code="").order_by("-id").first()
        return Response(message_shape(said), status=201)


def message_shape(message):
    return {
        "id": str(message.uid),
        "ticket": message.ticket.number,
        "author": {"kind": message.author_kind, "name": message.author_name},
        "visibility": message.visibility,
        "body": message.body,
        "attachments": [str(file.uid) for file in message.attachments.all() if file.is_kept],
        "created_at": message.created_at,
    }


class AttachmentsView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="ticket_attachments", responses={200: BODY})
    def get(self, request, number):
        ticket = get_object_or_404(visible(request), number=number)
        files = Attachment.objects.kept().filter(ticket__in=told_here(ticket))
        if request.user.kind == "shop":
            files = files.public()
        rows = files.order_by("id")[:200]
        return Response({"results": [attachment_shape(row) for row in rows], "next": None})

    @extend_schema(operation_id="ticket_attach", request=UPLOAD, responses={201: BODY})
    def post(self, request, number):
        """One file as multipart `file`, at most 25 MB: JPEG, PNG, WebP, PDF or MP4 by its content."""
        ticket = get_object_or_404(visible(request), number=number)
        upload = request.FILES.get("file")
        if upload is None or len(request.FILES) != 1:
            raise BadRequest(_("Send one file as “file”."))
        attachment = attach_file(ticket, upload, by=request.user, step=request.POST.get("step", ""))
        return Response(attachment_shape(attachment), status=201)


class TicketEventsView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_events", responses={200: BODY})
    def get(self, request, number):
        """The timeline: gapless by `seq`, each with its sentence in the reader's language."""
        ticket = get_object_or_404(visible(request), number=number)
        events = Event.objects.filter(stream=ticket.stream)
        params = request.query_params
        rows, following = Keyset("seq").page(events, limit=limit_of(params), cursor=params.get("cursor", ""))
        return Response({"results": [event_shape(event, request.user) for event in rows], "next": following})


def event_shape(event, actor):
    return {
        "seq": event.seq,
        "kind": event.kind,
        "actor": {"kind": event.actor_kind, "name": event.actor_name},
        "data": masking.event_data_for(actor, event.data),
        "sentence": sentence(event),
        "happened_at": event.happened_at,
    }


class ActionsView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_actions", responses={200: BODY})
    def get(self, request, number):
        """What can be done now, each with its fields as JSON Schema."""
        ticket = one(request, number)
        return Response(
            {
                "results": [
                    {
                        "verb": verb.name,
                        "title": str(verb.label),
                        "schema": schema_of(verb, ticket, request.user),
                    }
                    for verb in available_verbs(ticket, request.user)
                ]
            }
        )


class ActionView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_act", request=BODY, responses={200: BODY})
    def post(self, request, number, verb):
        """Run a verb with its own fields: the same rules and refusals as on the pages."""
        ticket = get_object_or_404(visible(request).select_related(*WITH), number=number)
        known = verb_named(verb)
        if known is None:
            names = ", ".join(sorted(VERBS))
            raise BadRequest(
                _("There is no action “%(verb)s”. There are: %(known)s.") % {"verb": verb, "known": names},
                code="unknown_verb",
            )
        if request.user.kind == "shop" and known.scope not in request.auth.scopes:
            raise NotAllowed(
                _("This key lacks the scope “%(scope)s”.") % {"scope": known.scope}, code="scope_missing"
            )
        check_if_match(request, ticket.version, lambda: reread(ticket, request.user))
        if "If-Match" in request.headers:
            ticket.expected_version = ticket.version
        ticket = perform(ticket, known.name, request.data, by=request.user)
        return Response(reread(ticket, request.user), headers={"ETag": etag(ticket.version)})
