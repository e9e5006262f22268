"""/replies: canned replies and what they do; and a reply on one ticket, read and sent."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from aftersales.errors import Invalid
from aftersales.web.api import ApiView, check_if_match, etag
from aftersales.web.keyset import Keyset, limit_of
from aftersales.web.shapes import StrictSerializer, Text
from staff.models import Shop
from tickets.actions.macros import is_of_pack, remove_macro, save_macro
from tickets.api.shapes import WITH, reread
from tickets.macro_runs import run_macro
from tickets.models import Macro, Stage, Ticket
from tickets.queries.macros import macros_for, prepared
from tickets.serializers import read

BODY = OpenApiTypes.OBJECT


class BothLanguages(StrictSerializer):
    zh = Text(required=False, default="", max_length=4000)
    en = Text(required=False, default="", max_length=4000)


class DeedIn(StrictSerializer):
    verb = Text(required=True, max_length=60)

    def get_fields(self):
        return super().get_fields() | {"with": serializers.DictField(required=False, default=dict)}


class ReplyIn(StrictSerializer):
    """The body of POST /replies and PUT /replies/{id}."""

    shop = Text(required=False, default="", max_length=40)
    kind = serializers.ChoiceField(["reply", "ask", "note"], required=False, default="reply")
    stage = serializers.ChoiceField(Stage.values[:-1], required=False, default="communicate")
    title = BothLanguages()
    body = BothLanguages()
    does = DeedIn(many=True, required=False, default=list)
    is_active = serializers.BooleanField(required=False, default=True)


class SayIn(StrictSerializer):
    """The body of POST /tickets/{number}/replies/{code}: other words than the prepared ones."""

    body = Text(required=False, default="", max_length=20000)


class RepliesView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(
        operation_id="reply_list",
        responses={200: BODY},
        parameters=[OpenApiParameter(name, str) for name in ("limit", "cursor")],
    )
    def get(self, request):
        """Everybody's, those of one's shops and one's own; of one code a shop's stands in the pack's place."""
        macros = Macro.objects.visible_to(request.user).select_related("shop")
        params = request.query_params
        rows, following = Keyset("id").page(macros, limit=limit_of(params), cursor=params.get("cursor", ""))
        return Response({"results": [reply_shape(macro) for macro in rows], "next": following})

    @extend_schema(operation_id="reply_create", request=ReplyIn, responses={201: BODY})
    def post(self, request):
        """One's own; with `shop` for all who serve it, by those who lead it."""
        fields = read(ReplyIn, request.data)
        macro = save_macro(None, by=request.user, shop=shop_named(request, fields.pop("shop")), **fields)
        return Response(reply_shape(macro), status=201, headers={"ETag": etag(macro.version)})


class ReplyView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="reply_read", responses={200: BODY})
    def get(self, request, pk):
        macro = self.one(request, pk)
        return Response(reply_shape(macro), headers={"ETag": etag(macro.version)})

    @extend_schema(operation_id="reply_change", request=ReplyIn, responses={200: BODY})
    def put(self, request, pk):
        """A pack's reply is not changed: with `shop` the answer is that shop's own, under an id of its own."""
        fields, macro = read(ReplyIn, request.data), self.one(request, pk)
        check_if_match(request, macro.version, lambda: reply_shape(macro))
        code = fields.pop("shop")
        shop = shop_named(request, code) if is_of_pack(macro) else macro.shop
        version = macro.version if "If-Match" in request.headers and not is_of_pack(macro) else None
        macro = save_macro(macro, by=request.user, shop=shop, version=version, **fields)
        return Response(reply_shape(macro), headers={"ETag": etag(macro.version)})

    @extend_schema(operation_id="reply_remove", responses={204: None})
    def delete(self, request, pk):
        remove_macro(self.one(request, pk), by=request.user)
        return Response(status=204)

    @staticmethod
    def one(request, pk):
        macros = Macro.objects.visible_to(request.user).select_related("shop")
        return get_object_or_404(macros, pk=pk)


class TicketReplyView(ApiView):
    read_scope, write_scope = "tickets:read", "tickets:write"

    @extend_schema(operation_id="ticket_reply_read", responses={200: BODY})
    def get(self, request, number, code):
        """As it would be said here: in the customer's language, with what is still to be filled in."""
        ticket, macro = self.both(request, number, code)
        found = prepared(macro, ticket, request.user)
        gaps = [{"name": gap.name, "label": gap.label} for gap in found.gaps]
        return Response({**reply_shape(macro), "text": found.text, "gaps": gaps})

    @extend_schema(operation_id="ticket_reply_send", request=SayIn, responses={200: BODY})
    def post(self, request, number, code):
        """Say it, or `body` in its place, and do what else it does: all or nothing."""
        given = read(SayIn, request.data)["body"]
        ticket, macro = self.both(request, number, code)
        text = given or prepared(macro, ticket, request.user).text
        say = (macro.kind, {"body": text}) if text.strip() else None
        ticket = run_macro(ticket, macro, by=request.user, say=say)
        return Response(reread(ticket, request.user), headers={"ETag": etag(ticket.version)})

    @staticmethod
    def both(request, number, code):
        visible = Ticket.objects.visible_to(request.user).select_related(*WITH)
        ticket = get_object_or_404(visible, number=number)
        macro = next((each for each in macros_for(ticket, request.user) if each.code == code), None)
        if macro is None:
            raise Http404
        return ticket, macro


def shop_named(request, code):
    """One of the caller's shops, by its code; none is nobody's, or their own."""
    if not code:
        return None
    ids = request.user.user.shop_ids() if request.user.user else [request.user.shop_id]
    shop = Shop.objects.filter(pk__in=ids, code=code).first()
    if shop is None:
        raise Invalid(_("You serve no shop “%(code)s”.") % {"code": code}, field="/shop", code="unknown_shop")
    return shop


def reply_shape(macro):
    origin = "person" if macro.owner_id else "shop" if macro.shop_id else "pack"
    return {
        "id": macro.pk,
        "code": macro.code,
        "of": origin,
        "shop": macro.shop.code if macro.shop_id else None,
        "kind": macro.kind,
        "stage": macro.stage,
        "title": macro.title,
        "body": macro.body,
        "does": macro.does,
        "is_active": macro.is_active,
        "version": macro.version,
    }
