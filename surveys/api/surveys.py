"""Surveys for a shop's system: read the answers, or fetch a link to send by its own means."""

import django_filters
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.response import Response

from aftersales.errors import NotAllowed
from aftersales.web.api import ApiView
from aftersales.web.keyset import Keyset
from aftersales.web.listing import Listing
from surveys.actions import hand_out_invitation
from surveys.policies import may_read_results
from surveys.queries import responses, settled_before
from surveys.serializers import (
    NothingSerializer,
    SurveyInvitationSerializer,
    SurveyResponsePageSerializer,
    SurveyResponseSerializer,
)
from tickets.models import Ticket


class ResponseFilter(django_filters.FilterSet):
    answered_after = django_filters.IsoDateTimeFilter(field_name="answered_at", lookup_expr="gt")


ANSWERS = Listing(ResponseFilter, Keyset("answered_at", "id"))


class SurveyResponses(ApiView):
    """`GET /survey-responses?answered_after=`: the oldest first, so that reading on never skips one."""

    read_scope = "surveys:read"

    @extend_schema(
        operation_id="survey_responses_list",
        parameters=[
            OpenApiParameter("answered_after", OpenApiTypes.DATETIME, description="Only answers after this."),
            OpenApiParameter("limit", int, description="1 to 200; 50 unless told."),
            OpenApiParameter("cursor", str, description="What the page before gave as `next`."),
            OpenApiParameter("count", str, enum=["capped"]),
        ],
        responses=SurveyResponsePageSerializer,
    )
    def get(self, request):
        if not may_read_results(request.user):
            raise NotAllowed(_("Your role does not see survey results."))
        rows = responses(request.user).filter(answered_at__lt=settled_before())
        return ANSWERS.respond(request, rows, lambda row: SurveyResponseSerializer(row).data)


class SurveyInvitations(ApiView):
    """`POST /tickets/{number}/survey-invitations`: the invitation and its link, which then counts as sent."""

    write_scope = "tickets:write"

    @extend_schema(
        operation_id="survey_invitation_hand_out",
        request=NothingSerializer,
        responses={200: SurveyInvitationSerializer, 201: SurveyInvitationSerializer},
    )
    def post(self, request, number):
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
        invitation, was_sent = hand_out_invitation(ticket, by=request.user)
        return Response(SurveyInvitationSerializer(invitation).data, status=201 if was_sent else 200)
